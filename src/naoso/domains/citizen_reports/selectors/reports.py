"""Reads of reports: the officer's in scope, the citizen's by code."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import (
    Category,
    Entry,
    Question,
    QuestionKind,
    Report,
    Reporter,
    ReportQuerySet,
    Visibility,
)
from naoso.domains.citizen_reports.models.categories import in_language
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


FACTS = (
    *("code", "text", "state", "created_at", "due_at", "paused_at", "held", "reopened", "version", "point"),
    *("place_text", "answers", "answer_due_at", "pause_reason", "answer", "rating", "public_since", "hidden"),
    *("category__title", "category__title_en", "category__icon", "category__code", "owner__name"),
    *("unit__kind", "unit__name", "handler__last_name", "handler__first_name", "handler__username"),
)


def report_in_full(user: Reader, pk: int) -> Report:
    """What a program is told of one report, and no more, or 404."""
    rows = Report.objects.visible_to(user).select_related("category", "owner", "unit", "handler")
    return get_object_or_404(rows.only(*FACTS), pk=pk)


def report_to_change(user: Reader, pk: int) -> Report:
    """What forms and permissions ask of it, or 404: the service reads the whole row under its lock."""
    rows = Report.objects.visible_to(user).only("version", "language", "category", "owner", "unit", "handler")
    return get_object_or_404(rows, pk=pk)


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
    rows = Report.objects.visible_to(user).select_related("category").alias(words=Words("code", "text"))
    return [
        {"title": str(row), "detail": row.text[:120], "url": f"/reports/{row.pk}/"}
        for row in rows.filter(words__contains=folded(text))[:limit]
    ]


def answers_of(report: Report) -> list[tuple[str, Any]]:
    """Question and answer in words, in the order of the questions."""
    if not report.answers:
        return []
    asked = Question.objects.filter(code__in=report.answers, category__in=lineage_of(report.category))
    return [(str(question), in_words(question, report.answers[question.code])) for question in asked]


def lineage_of(category: Category) -> list[int]:
    """The category and all above it."""
    found: list[int] = []
    step: Category | None = category
    while step is not None and step.pk not in found:
        found.append(step.pk)
        step = step.parent
    return found


def in_words(question: Question, value: Any) -> str:
    """An answer as people read it."""
    labels: dict[str, str] = {
        choice["key"]: in_language(choice["label"], choice.get("label_en", "")) for choice in question.choices
    }
    if question.kind == QuestionKind.YES_NO:
        return _("Yes") if value else _("No")
    if question.kind == QuestionKind.DATE:
        return date_format(dt.date.fromisoformat(value), "d/m/Y")
    if question.kind == QuestionKind.NUMBER:
        return number_format(value)
    if isinstance(value, list):
        return ", ".join(labels.get(one, str(one)) for one in value)
    return labels.get(value, str(value))


def relatives(user: Reader, report: Report) -> dict[str, list[Report]]:
    """Parent, parts, and what was joined to it, as far as the reader sees them."""
    above = [pk for pk in (report.parent_id, report.merged_into_id) if pk]
    belongs = Q(pk__in=above) | Q(parent=report) | Q(merged_into=report)
    rows = list(Report.objects.visible_to(user).filter(belongs).only("code", "parent", "merged_into")[:60])
    return {
        "parents": [row for row in rows if row.pk in above],
        "children": [row for row in rows if row.parent_id == report.pk],
        "merged": [row for row in rows if row.merged_into_id == report.pk],
    }


def contact_of(report: Report) -> Reporter | None:
    """Who sent it; the caller notes the look."""
    return Reporter.objects.select_related("citizen").filter(report=report).first()
