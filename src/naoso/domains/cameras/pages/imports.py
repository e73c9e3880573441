"""Cameras from a table: choose it, look what each line would do, write it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.objects.importing.unreadable import in_words
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.forms import OrganisationField, manageable
from naoso.core.people.models import Account, Organisation
from naoso.domains.cameras.importing import keeping, reading, writing
from naoso.domains.cameras.importing.columns import TARGETS
from naoso.domains.cameras.pages.lists import tabs_of
from naoso.domains.cameras.services.sources import MANAGE
from naoso.domains.cameras.sheets import csv_answer
from naoso.kernel.errors import BadInput

MOST_BYTES = 5 * 1024 * 1024
SUFFIXES = {".csv", ".xlsx", ".tsv", ".txt"}


class UploadForm(forms.Form):
    """The table, and whose cameras these are where it does not say."""

    file = forms.FileField(
        label=gettext_lazy("Table (CSV or Excel), at most 1,000 cameras"),
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx"}),
    )  # fmt: skip
    owner = OrganisationField(Organisation.objects.none(), label=gettext_lazy("Owner of new cameras"))

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = manageable(actor, MANAGE)
        self.fields["owner"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["owner"].initial = bodies.filter(pk=actor.organisation_id).first()

    def clean_file(self) -> UploadedFile[Any]:
        """A table of a size that a table of cameras has."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if Path(file.name or "").suffix.lower() not in SUFFIXES:
            raise forms.ValidationError(_("A CSV or Excel file, please."))
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: at most 5 MB."))
        return file


@permission_required(MANAGE)
def upload(request: HttpRequest) -> HttpResponse:
    """What each line would do; nothing is written yet."""
    actor = account_of(request)
    form = UploadForm(request.POST or None, request.FILES or None, actor=actor)
    context: dict[str, Any] = {
        "title": _("Import cameras"), "form": form, "targets": TARGETS,
        "crumbs": [(_("Cameras"), reverse("cameras:list")), (_("Import cameras"), "")],
    } | tabs_of(request, "list")  # fmt: skip
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        try:
            entries = read_upload(form.cleaned_data["file"], reading.World.of(actor, owner))
        except BadInput as error:
            form.add_error("file", "; ".join(one.message for one in error.errors))
        else:
            token = keeping.keep(actor, owner.pk, entries)
            context |= {"entries": entries, "counts": reading.counted(entries), "token": token}
            return render(request, "cameras/import_look.html", context)
    return render(request, "cameras/import.html", context, status=422 if form.errors else 200)


def read_upload(file: UploadedFile[Any], world: reading.World) -> list[reading.Entry]:
    """The file lies on this machine's disk for as long as it is read."""
    suffix = Path(file.name or "").suffix.lower()
    with tempfile.TemporaryDirectory(prefix="naoso-cameras-") as folder:
        place = Path(folder) / f"table{suffix}"
        with place.open("wb") as sink:
            for block in file.chunks():
                sink.write(block)
        try:
            return reading.read(place, world)
        except BadInput as error:
            raise in_words(error) from error


@require_POST
@permission_required(MANAGE)
def commit(request: HttpRequest) -> HttpResponse:
    """Writes what was looked at."""
    actor, token = account_of(request), request.POST.get("token", "")
    try:
        owner, entries = keeping.take(actor, token)
    except BadInput as error:
        messages.error(request, error.errors[0].message)
        return redirect("cameras:import")
    told = writing.write(actor, owner, entries)
    keeping.forget(token)
    context = {
        "title": _("Import cameras"), "told": told,
        "crumbs": [(_("Cameras"), reverse("cameras:list")), (_("Import cameras"), "")],
    }  # fmt: skip
    return render(request, "cameras/import_done.html", context | tabs_of(request, "list"))


@permission_required(MANAGE)
def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """A table to fill in, with one line as an example."""
    heads = [target.names[0] for target in TARGETS]
    return csv_answer("cameras-template", heads, [[target.sample for target in TARGETS]])


urlpatterns = [
    path("import/", upload, name="import"),
    path("import/commit/", commit, name="import_commit"),
    path("import/template.csv", template, name="import_template"),
]
