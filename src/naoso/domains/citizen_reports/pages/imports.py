"""History comes in from a file: upload, columns, dry run, progress, what was refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.citizen_reports import tasks
from naoso.domains.citizen_reports.models import ImportRun, ImportState
from naoso.domains.citizen_reports.rules.history import FIELDS, REQUIRED
from naoso.domains.citizen_reports.services import importing
from naoso.kernel.errors import BadInput

SETTINGS = "citizen_reports.edit_settings"
TITLES = importing.FIELDS


class UploadForm(forms.Form):
    """A file of an old system."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "The first row names the columns. Nothing is written before you have seen a dry run."
        ),
    )


@permission_required(SETTINGS)
def import_list(request: HttpRequest) -> HttpResponse:
    """Earlier ones, and the upload."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = importing.upload(actor=account_of(request), name=file.name, data=file.read())
        except BadInput as error:
            form.add_error("file", error.errors[0].message)
        else:
            return redirect("citizen_reports:import", run.pk)
    context = {
        "title": _("Import of history"),
        "form": form,
        "rows": ImportRun.objects.select_related("created_by")[:50],
        "tab": "imports",
    }
    return render(request, "citizen_reports/setup/imports.html", context, status=422 if form.errors else 200)


@permission_required(SETTINGS)
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Its columns, the dry run, how far it is, what was refused."""
    return import_shown(request, get_object_or_404(ImportRun.objects.select_related("created_by"), pk=pk))


def import_shown(
    request: HttpRequest, run: ImportRun, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """The page of one import."""
    chosen: dict[str, Any] = run.mapping
    fields = [
        (field, TITLES[field], field in REQUIRED, chosen.get(field, ""), (errors or {}).get(field, ""))
        for field in FIELDS
    ]
    context = {
        "title": run.name,
        "crumbs": [(_("Import of history"), reverse("citizen_reports:imports")), (run.name, "")],
        "run": run,
        "fields": fields,
        "problems": [one | {"field": TITLES.get(one["field"], one["field"])} for one in run.problems],
        "share": round(100 * run.read / run.rows) if run.rows else 0,
        "tab": "imports",
    }
    return render(request, "citizen_reports/setup/import.html", context, status=status)


@require_POST
@permission_required(SETTINGS)
def import_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns and try every row."""
    run = get_object_or_404(ImportRun, pk=pk, state__in=[ImportState.UPLOADED, ImportState.CHECKED])
    mapping = {field: request.POST.get(field, "") for field in FIELDS}
    try:
        importing.choose_columns(run=run, actor=account_of(request), mapping=mapping)
    except BadInput as error:
        run.mapping = mapping
        return import_shown(request, run, {one.field: one.message for one in error.errors}, status=422)
    return redirect("citizen_reports:import", run.pk)


@require_POST
@permission_required(SETTINGS)
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it, in the background."""
    begun = ImportRun.objects.filter(pk=pk, state=ImportState.CHECKED).update(state=ImportState.RUNNING)
    if begun:
        tasks.take_import.defer(run=pk)
        messages.success(request, _("The import is running; you may leave this page."))
    return redirect("citizen_reports:import", pk)


@permission_required(SETTINGS)
def import_rejected(_request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows, to be mended and sent again."""
    run = get_object_or_404(ImportRun, pk=pk)
    if not run.rejected:
        raise Http404
    return FileResponse(run.rejected.open("rb"), as_attachment=True, filename=f"tu-choi-{run.pk}.csv")


urlpatterns = [
    path("imports/", import_list, name="imports"),
    path("imports/<int:pk>/", import_page, name="import"),
    path("imports/<int:pk>/check/", import_check, name="import_check"),
    path("imports/<int:pk>/start/", import_start, name="import_start"),
    path("imports/<int:pk>/rejected.csv", import_rejected, name="import_rejected"),
]
