"""Objects as a file to take away: at once, or by the worker where there are very many."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from naoso.core.objects import tasks
from naoso.core.objects.exporting_models import ExportRun, ExportState
from naoso.core.objects.pages.counting import statistics
from naoso.core.objects.selectors import VIEW, Question, kind_for, question
from naoso.core.objects.services import exporting
from naoso.core.people.access import account_of, permission_required
from naoso.kernel.errors import BadInput
from naoso.ui.sending import Sent

MOST_AT_ONCE = 200_000
SLOW = {"xlsx": 30_000}
"""Formats that take longer for each row."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}


@permission_required(VIEW)
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`?format=csv&filter=<CQL2>&within=<GeoJSON>`: what the person may see of it, and no more."""
    kind, given = kind_for(slug), request.GET
    format_ = given.get("format", "csv")
    if format_ not in exporting.FORMATS:
        words = _("Known formats: %(formats)s.") % {"formats": ", ".join(exporting.FORMATS)}
        raise BadInput.of("format", format_, "known", words)
    words, within = given.get("filter", ""), given.get("within", "")
    asked = question(kind, account_of(request), words, within)
    total = statistics(asked, "")["total"]
    if total <= SLOW.get(format_, MOST_AT_ONCE):
        return at_once(asked, format_, words)
    with transaction.atomic():
        run = exporting.begin(
            actor=asked.user, kind=kind, format_=format_, words=words, within=within, total=total
        )
        tasks.write_export.defer(run=run.pk)
    return redirect("objects:export_run", run.key)


def at_once(asked: Question, format_: str, words: str) -> HttpResponseBase:
    """The file is gone from the disk as soon as it is sent."""
    name = exporting.name_of(asked.kind, format_)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / name
        n = exporting.write_file(asked, format_, place)
        file = place.open("rb")
    exporting.noted(asked, format_, words, n)
    return sent(file, name, format_)


def sent(file: object, name: str, format_: str) -> Sent:
    """To be kept by whoever asked, not by a browser's cache."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Sent(file, as_attachment=True, filename=name, content_type=TYPES[format_], headers=headers)


def run_for(request: HttpRequest, key: str) -> ExportRun:
    """One's own export, or 404."""
    rows = ExportRun.objects.filter(account=account_of(request)).select_related("kind")
    run: ExportRun = get_object_or_404(rows, key=key)
    return run


@permission_required(VIEW)
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """How far it is; the page asks again until the file is there."""
    run = run_for(request, key)
    words = {
        "title": _("Export: %(kind)s") % {"kind": run.kind},
        "crumbs": [
            (_("City objects"), reverse("objects:kinds")),
            (str(run.kind), reverse("objects:map", args=[run.kind.slug])),
        ],
        "run": run,
    }
    return render(request, "objects/export.html", words)


@permission_required(VIEW)
def fetch(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file itself, for a day."""
    run = run_for(request, key)
    if run.state != ExportState.DONE or not default_storage.exists(run.file):
        raise Http404("there is no file")
    return sent(default_storage.open(run.file), run.name, run.format)


urlpatterns = [
    path("exports/<slug:key>/", progress, name="export_run"),
    path("exports/<slug:key>/file/", fetch, name="export_file"),
    path("<slug:slug>/export/", export, name="export"),
]
