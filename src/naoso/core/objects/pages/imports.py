"""Imports of objects: upload, columns, check, what it found, writing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.objects import tasks
from naoso.core.objects.importing import places, refused, runs
from naoso.core.objects.importing.showing import chosen_columns, notes, resumable, system_words
from naoso.core.objects.importing.targets import PLACES, targets
from naoso.core.objects.importing_models import ImportRun, ImportRunQuerySet, ImportState
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.selectors import kind_for
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.forms import OrganisationField
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import scope_of
from naoso.kernel.errors import BadInput

IMPORT = places.IMPORT
LISTED, FEW, MOST_PROBLEMS = 50, 10, 200
ACCEPT = ".csv,.tsv,.txt,.xlsx,.geojson,.json,.geojsonl,.gpkg,.zip"
ENCODINGS = (
    ("", gettext_lazy("as found")), ("utf-8", "UTF-8"), ("tcvn3", "TCVN3 (.Vn…)"), ("vni", "VNI"),
    ("windows-1258", "Windows-1258"), ("utf-16", "UTF-16"),
)  # fmt: skip


class UploadForm(forms.Form):
    """A file, or an address of features."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy(
            "CSV, Excel, GeoJSON, GeoPackage, or a shapefile whose parts are zipped together; at most 2 GiB."
        ),
    )
    address = forms.URLField(
        label=gettext_lazy("or an address"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        help_text=gettext_lazy("OGC API Features, WFS, or a GeoJSON document."),
    )
    owner = OrganisationField(Organisation.objects.none(), label=gettext_lazy("Owner of new objects"))

    def __init__(self, *args: Any, actor: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = owners_for(actor)
        self.fields["owner"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["owner"].initial = bodies.filter(pk=actor.organisation_id).first() or bodies.first()

    def clean(self) -> dict[str, Any]:
        """One of both."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(given.get("file")) == bool(given.get("address")):
            self.add_error("file", _("Choose a file, or give an address."))
        return given


def owners_for(actor: Account) -> Any:
    """Bodies for which the person may import, in some unit at least."""
    scope = scope_of(actor, IMPORT)
    bodies = Organisation.objects.with_tree_fields()
    if scope.everything:
        return bodies
    return bodies.filter(pk__in={owner for owners, _units in scope.bindings for owner in owners})


def runs_for(request: HttpRequest) -> ImportRunQuerySet:
    """Imports in the person's scope, the newest first."""
    return ImportRun.objects.visible_to(account_of(request)).select_related("kind", "owner", "created_by")


def run_for(request: HttpRequest, pk: int) -> ImportRun:
    """One import in the person's scope, or 404."""
    return get_object_or_404(runs_for(request), pk=pk)


@permission_required(IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """Every import that one may see, the newest first."""
    words = {
        "title": _("Imports of city objects"),
        "crumbs": [(_("City objects"), reverse("objects:kinds"))],
        "rows": runs_for(request).defer("columns")[:LISTED],
        "kinds": ObjectKind.objects.filter(retired=False),
    }
    return render(request, "objects/imports.html", words)


@permission_required(IMPORT)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """A file comes in; the next page asks what its columns are."""
    kind, user = kind_for(slug), account_of(request)
    form = UploadForm(request.POST or None, request.FILES or None, actor=user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = given["file"]
        try:
            run = runs.begin(
                actor=user, kind=kind, owner=given["owner"], file=file and file.file,
                name=file.name if file else "", address=given["address"],
            )  # fmt: skip
        except BadInput as error:
            form.add_error("file" if file else "address", "; ".join(one.message for one in error.errors))
        else:
            return redirect("objects:import", run.pk)
    words = {
        "title": _("Import: %(kind)s") % {"kind": kind},
        "crumbs": [(str(kind), reverse("objects:map", args=[slug]))],
        "form": form, "kind": kind,
        "rows": runs_for(request).filter(kind=kind)[:FEW],
    }  # fmt: skip
    return render(request, "objects/import_upload.html", words, status=422 if form.errors else 200)


@permission_required(IMPORT)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Its columns, how far it is, what was found."""
    return shown(request, run_for(request, pk))


def shown(
    request: HttpRequest, run: ImportRun, errors: BadInput | None = None, status: int = 200
) -> HttpResponse:
    """The page of one import; `show` is problems or warnings, `rule` and `field` narrow the list."""
    told = {one.field: one.message for one in errors.errors} if errors else {}
    names = {target.name for target in targets(run.kind)} | {"crs"}
    words: dict[str, Any] = {
        "title": run.name,
        "crumbs": [
            (str(run.kind), reverse("objects:map", args=[run.kind.slug])),
            (_("Imports"), reverse("objects:imports")),
        ],
        "run": run, "kind": run.kind, "open": run.state in runs.OPEN, "resumable": resumable(run),
        "system": system_words(run.crs),
        "problem": "; ".join(f"{name}: {words}" for name, words in told.items() if name not in names),
    }  # fmt: skip
    if words["open"]:
        words |= mapping_words(run, told)
    if run.state == ImportState.CHECKED:
        words |= found_words(run, request.GET)
    return render(request, "objects/import.html", words, status=status)


def mapping_words(run: ImportRun, told: dict[str, str]) -> dict[str, Any]:
    """What the form of columns shows."""
    fields = [
        (target, run.mapping.get(target.name, ""), told.get(target.name, "")) for target in targets(run.kind)
    ]
    return {
        "place_fields": [one for one in fields if one[0].name in PLACES],
        "fields": [one for one in fields if one[0].name not in PLACES],
        "columns": chosen_columns(run), "notes": notes(run), "encodings": ENCODINGS,
        "systems": places.OFFERED, "crs_error": told.get("crs", ""),
        "found_words": system_words(run.crs_found),
        "found_offered": run.crs_found in dict(places.OFFERED),
    }  # fmt: skip


def found_words(run: ImportRun, asked: QueryDict) -> dict[str, Any]:
    """What a check found: the counts by rule, and the first of the rows."""
    warnings = asked.get("show") == "warnings" or not run.count("refused")
    rule, field = asked.get("rule", ""), asked.get("field", "")
    return {
        "warnings": warnings, "rule": rule, "field": field, "most": MOST_PROBLEMS,
        "met": refused.met(run, warnings=warnings),
        "problems": refused.listed(run, warnings=warnings, rule=rule, field=field, most=MOST_PROBLEMS),
        "writable": run.count("new") + run.count("changed"),
    }  # fmt: skip


@require_POST
@permission_required(IMPORT)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The file in another encoding, or another of its layers."""
    run = run_for(request, pk)
    try:
        runs.look_again(
            run=run, actor=account_of(request), encoding=request.POST.get("encoding", ""),
            layer=request.POST.get("layer", ""),
        )  # fmt: skip
    except BadInput as error:
        return shown(request, run_for(request, pk), error, status=422)
    return redirect("objects:import", pk)


@require_POST
@permission_required(IMPORT)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the columns; then every row is tried in the background and nothing is written."""
    run, user = run_for(request, pk), account_of(request)
    mapping = {one.name: request.POST.get(one.name, "") for one in targets(run.kind)}
    crs = request.POST.get("crs_other", "").strip() or request.POST.get("crs", "")
    try:
        runs.choose(run=run, actor=user, mapping=mapping, crs=crs)
        if runs.start_check(run=run, actor=user):
            tasks.check_import.defer(run=run.pk)
    except BadInput as error:
        return shown(request, run, error, status=422)
    return redirect("objects:import", pk)


@require_POST
@permission_required(IMPORT)
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes what was checked, in the background."""
    run = run_for(request, pk)
    try:
        if runs.start_apply(run=run, actor=account_of(request)):
            tasks.write_import.defer(run=run.pk)
    except BadInput as error:
        return shown(request, run, error, status=422)
    return redirect("objects:import", pk)


@require_POST
@permission_required(IMPORT)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """One whose worker died goes on where it was."""
    run = run_for(request, pk)
    if resumable(run):
        tasks.resume(run)
    return redirect("objects:import", pk)


@require_POST
@permission_required(IMPORT)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing of it is written."""
    runs.cancel(run=run_for(request, pk), actor=account_of(request))
    return redirect("objects:import", pk)


@permission_required(IMPORT)
def refused_rows(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows, to be mended and sent again."""
    run = run_for(request, pk)
    if not run.refused_file or not default_storage.exists(run.refused_file):
        raise Http404
    return FileResponse(
        default_storage.open(run.refused_file, "rb"), as_attachment=True, filename=f"tu-choi-{run.pk}.csv"
    )


urlpatterns = [
    path("imports/", imports, name="imports"),
    path("imports/<int:pk>/", page, name="import"),
    path("imports/<int:pk>/look/", look, name="import_look"),
    path("imports/<int:pk>/check/", check, name="import_check"),
    path("imports/<int:pk>/apply/", apply, name="import_apply"),
    path("imports/<int:pk>/resume/", resume, name="import_resume"),
    path("imports/<int:pk>/cancel/", cancel, name="import_cancel"),
    path("imports/<int:pk>/refused.csv", refused_rows, name="import_refused"),
    path("<slug:slug>/import/", upload, name="import_upload"),
]
