"""Reads of reports: the officer's in scope, the citizen's by code."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import Category, Entry, Report, ReportQuerySet, Visibility
from naoso.domains.citizen_reports.words import Words
from naoso.kernel.ids import normalise_code
from naoso.kernel.text import folded

Reader = Account | AnonymousUser


def visible(user: Reader) -> ReportQuerySet:
    """With what a list shows of each."""
    rows = Report.objects.visible_to(user).select_related("category", "owner", "unit", "handler")
    return rows.defer(*UNIT_SHAPES).prefetch_related("photos")


def report_for(user: Reader, pk: int) -> Report:
    """One report or 404."""
    return get_object_or_404(visible(user), pk=pk)


def listed(user: Reader, *, state: str = "", category: Any = None, text: str = "") -> ReportQuerySet:
    """Open ones unless asked otherwise, newest first."""
    rows = visible(user)
    if not state:
        rows = rows.open()
    elif state != "all":
        rows = rows.filter(state=state)
    if category:
        rows = rows.filter(category=category)
    if text:
        rows = rows.alias(words=Words("code", "text")).filter(words__contains=folded(text))
    return rows


def followed(code: str) -> Report | None:
    """What the citizen sees: public lines only. None for an unknown code."""
    lines = Prefetch("entries", Entry.objects.filter(public=True), to_attr="public_entries")
    rows = Report.objects.select_related("category", "owner", "unit").prefetch_related(lines, "photos")
    return rows.filter(code=normalise_code(code)).first()


def categories() -> list[Category]:
    """Those that a citizen may choose."""
    return list(Category.objects.filter(enabled=True).exclude(visibility=Visibility.INTERNAL))


def search(user: Reader, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    return [
        {"title": str(row), "detail": row.text[:120], "url": f"/reports/{row.pk}/"}
        for row in listed(user, state="all", text=text)[:limit]
    ]
