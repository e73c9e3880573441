"""Who saw which camera, when and why; itself noted as a read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.domains.cameras.forms import LookFilter
from naoso.domains.cameras.listing import without_marks
from naoso.domains.cameras.models import Look
from naoso.domains.cameras.pages.lists import tabs_of
from naoso.domains.cameras.sheets import csv_answer
from naoso.kernel.text import folded

PAGE = 50
MOST = 50_000
LOOKS = "cameras.looks"


def found_by(request: HttpRequest, said: Mapping[str, Any]) -> QuerySet[Look]:
    """Newest first; words without tone marks over person, camera and reason."""
    rows: QuerySet[Any] = Look.objects.visible_to(request.user).select_related(
        "account__organisation", "camera", "incident"
    )
    words = folded(said.get("q") or "").split()
    if words:
        names = [f"account__{name}" for name in ("username", "last_name", "first_name")]
        camera = KeyTextTransform("name", "camera__data")
        rows = rows.annotate(words=without_marks(*names, "camera__code", camera, "reason"))
        for word in words:
            rows = rows.filter(words__contains=word)
    narrow = Q()
    if said.get("kind"):
        narrow &= Q(kind=said["kind"])
    if said.get("camera"):
        narrow &= Q(camera_id=said["camera"])
    if said.get("since"):
        narrow &= Q(at__gte=midnight(said["since"]))
    if said.get("until"):
        narrow &= Q(at__lt=midnight(min(said["until"], dt.date(9000, 1, 1)) + dt.timedelta(days=1)))
    return rows.filter(narrow)


def midnight(day: dt.date) -> dt.datetime:
    """Its beginning here."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@permission_required(LOOKS)
def looks(request: HttpRequest) -> HttpResponse:
    """The list."""
    form = LookFilter(request.GET)
    rows = found_by(request, form.cleaned_data if form.is_valid() else {})
    note_read(account_of(request), "cameras:looks:list", "looks")
    context = {
        "title": _("Who looked"), "filter": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "cameras/looks.html", context | tabs_of(request, "looks"))


@permission_required(LOOKS)
def looks_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table; at most 50 000 lines, the newest."""
    form = LookFilter(request.GET)
    rows = found_by(request, form.cleaned_data if form.is_valid() else {})[:MOST]
    note_read(account_of(request), "cameras:looks:csv", "looks")
    heads = [
        _("When"),
        _("Person"),
        _("Organisation"),
        _("Camera"),
        _("Name"),
        _("What"),
        _("Reason"),
        _("Incident"),
    ]
    return csv_answer("camera-looks", heads, (line_of(row) for row in rows.iterator(2000)))


def line_of(row: Look) -> list[str]:
    """One look."""
    return [
        date_format(timezone.localtime(row.at), "d/m/Y H:i:s"), str(row.account),
        str(row.account.organisation or ""), row.camera.code, str(row.camera.data.get("name") or ""),
        row.get_kind_display(), row.reason, row.incident.number if row.incident else "",
    ]  # fmt: skip


urlpatterns = [path("looks/", looks, name="looks"), path("looks.csv", looks_csv, name="looks_csv")]
