"""Lists of plates, by hand and by file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note, note_read
from naoso.core.people.models import AuditAction
from naoso.domains.traffic.forms import EntryForm, ImportForm, ReasonForm, WatchListForm
from naoso.domains.traffic.models import ListEntry, ListImport, WatchList
from naoso.domains.traffic.pages.shell import refuse, shown
from naoso.domains.traffic.services import lists as services
from naoso.domains.traffic.services.import_lines import in_words
from naoso.domains.traffic.services.importing import begin_import
from naoso.domains.traffic.services.lists import LISTS
from naoso.kernel.errors import BadInput
from naoso.kernel.plates import clean
from naoso.ui.sending import stored

PAGE = 50
MOST_BYTES = 20 * 1_048_576


@permission_required(LISTS)
def watch_lists(request: HttpRequest) -> HttpResponse:
    """Those in force first."""
    rows = WatchList.objects.visible_to(request.user).select_related("owner")
    rows = rows.annotate(n=Count("entries", filter=Q(entries__removed_at=None))).order_by(
        "ended_at", "sort", "name"
    )
    return shown(request, "lists.html", "lists", {"title": _("Lists of plates"), "rows": rows})


def list_for(request: HttpRequest, pk: int) -> WatchList:
    """In scope, or 404."""
    return get_object_or_404(WatchList.objects.visible_to(request.user).select_related("owner"), pk=pk)


@permission_required(LISTS)
def watch_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its plates."""
    return list_page(request, list_for(request, pk))


def list_page(
    request: HttpRequest, row: WatchList, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """Forms that were refused come back with what is wrong."""
    text = request.GET.get("q", "").strip()
    entries = row.entries.filter(removed_at=None)
    if text:
        entries = entries.filter(plate__contains=clean(text))
    note_read(account_of(request), f"traffic:list:{row.pk}", f"q={text}"[:100])
    context: dict[str, Any] = {
        "title": row.name, "watch_list": row, "q": text, "imports": row.imports.all()[:5],
        "page": Paginator(entries, PAGE).get_page(request.GET.get("page")),
        "entry_form": EntryForm(), "import_form": ImportForm(), "end_form": ReasonForm(),
        "crumbs": [(_("Lists of plates"), reverse("traffic:lists")), (row.name, "")],
    }  # fmt: skip
    return shown(request, "list.html", "lists", context | (bound or {}), status=422 if bound else 200)


@permission_required(LISTS)
def list_new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return list_form(request, WatchList())


@permission_required(LISTS)
def list_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it."""
    return list_form(request, list_for(request, pk))


def list_form(request: HttpRequest, row: WatchList) -> HttpResponse:
    """The form, and what it saves."""
    form = WatchListForm(request.POST or None, instance=row, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_list(actor=account_of(request), watch_list=form.instance)
        except BadInput as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("traffic:list", saved.pk)
    context = {"title": row.name or _("New list"), "form": form, "back": reverse("traffic:lists")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required(LISTS)
def list_end(request: HttpRequest, pk: int) -> HttpResponse:
    """It finds nothing from now on."""
    row, form = list_for(request, pk), ReasonForm(request.POST)
    if form.is_valid() and form.carry_out(services.end_list, actor=account_of(request), watch_list=row):
        return redirect("traffic:list", pk)
    return list_page(request, row, {"end_form": form})


@require_POST
@permission_required(LISTS)
def entry_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One plate."""
    row, form = list_for(request, pk), EntryForm(request.POST)
    if form.is_valid() and form.carry_out(services.add_entry, actor=account_of(request), watch_list=row):
        return redirect("traffic:list", pk)
    return list_page(request, row, {"entry_form": form})


@require_POST
@permission_required(LISTS)
def entry_drop(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Looked for no more."""
    found = get_object_or_404(ListEntry, watch_list=list_for(request, pk), pk=entry)
    services.remove_entry(actor=account_of(request), entry=found)
    return redirect("traffic:list", pk)


@require_POST
@permission_required(LISTS)
def import_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A file; the rest happens in the background."""
    row, form = list_for(request, pk), ImportForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > MOST_BYTES:
                raise BadInput.of("file", file.size, "size", _("A file of plates has at most 20 MB."))
            run = begin_import(
                actor=account_of(request), watch_list=row, name=file.name, data=bytes(file.read())
            )
        except BadInput as error:
            refuse(form, error)
        else:
            return redirect("traffic:import", pk, run.pk)
    return list_page(request, row, {"import_form": form})


@permission_required(LISTS)
def import_page(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """How far it is, and what became of the lines."""
    row = list_for(request, pk)
    found = get_object_or_404(ListImport, watch_list=row, pk=run)
    if found.report:
        note_read(account_of(request), f"traffic:listimport:{run}", "report by line")
    context = {
        "title": found.name, "watch_list": row, "run": found, "lines": map(in_words, found.report),
        "crumbs": [(row.name, reverse("traffic:list", args=[pk])), (found.name, "")],
    }  # fmt: skip
    return shown(request, "import.html", "lists", context)


@permission_required(LISTS)
def import_report(request: HttpRequest, pk: int, run: int) -> Any:
    """Every line that was not simply added, as CSV."""
    found = get_object_or_404(ListImport, watch_list=list_for(request, pk), pk=run)
    if not found.file.endswith(".report.csv"):
        raise Http404("there is no report yet")
    note(AuditAction.EXPORT, account_of(request), f"traffic:listimport:{run}", "report by line")
    answer = stored(found.file, "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="plates-{found.pk}.csv"'
    return answer


urlpatterns = [
    path("lists/", watch_lists, name="lists"),
    path("lists/new/", list_new, name="list_new"),
    path("lists/<int:pk>/", watch_list, name="list"),
    path("lists/<int:pk>/edit/", list_edit, name="list_edit"),
    path("lists/<int:pk>/end/", list_end, name="list_end"),
    path("lists/<int:pk>/plates/", entry_add, name="entry_add"),
    path("lists/<int:pk>/plates/<int:entry>/drop/", entry_drop, name="entry_drop"),
    path("lists/<int:pk>/imports/", import_add, name="import_add"),
    path("lists/<int:pk>/imports/<int:run>/", import_page, name="import"),
    path("lists/<int:pk>/imports/<int:run>/report.csv", import_report, name="import_report"),
]
