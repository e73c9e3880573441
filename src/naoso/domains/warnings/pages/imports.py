"""Warnings of others: what waits for a decision, what could not be read, where they come from."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.connectors.cap.reading import parse
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.warnings.forms.setup import SourceForm, UploadForm
from naoso.domains.warnings.models import FeedSource, Imported, RefusedImport
from naoso.domains.warnings.services import importing, moderating, setup
from naoso.domains.warnings.words import said
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

PAGE = 30
MOST_UPLOAD = 8 * 1024 * 1024


@permission_required("warnings.moderate")
def listing(request: HttpRequest) -> HttpResponse:
    """What waits first; `?verdict=` shows what was decided."""
    verdict = request.GET.get("verdict", "waiting")
    rows = (
        Imported.objects.visible_to(request.user).select_related("source", "owner", "decided_by").defer("raw")
    )
    waits = Q(verdict="waiting")
    rows = rows.filter(waits if verdict == "waiting" else ~waits)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Warnings of others"), "page": page, "tab": verdict, **tabs(request)}
    return render(request, "warnings/imports.html", context)


def tabs(request: HttpRequest) -> dict[str, object]:
    """Counts beside the tabs, and the rights that show them."""
    return {
        "waiting": Imported.objects.visible_to(request.user).filter(verdict="waiting").count(),
        "refused": RefusedImport.objects.visible_to(request.user).count(),
        "may_setup": allowed(request.user, "warnings.setup"),
    }


@permission_required("warnings.moderate")
def imported(request: HttpRequest, pk: int) -> HttpResponse:
    """One message as it came, with what is doubtful about it."""
    return imported_page(request, one_of(request, pk))


def imported_page(request: HttpRequest, row: Imported, problem: str = "") -> HttpResponse:
    """With what was refused."""
    context = {
        "title": row.headline, "row": row, "alert": parse(row.raw.encode()), "problem": problem,
        "doubts": [(doubt["field"], said(doubt["rule"], doubt["message"])) for doubt in row.doubts],
        "crumbs": [(_("Warnings of others"), reverse("warnings:imports")), (row.identifier[:40], "")],
    }  # fmt: skip
    return render(request, "warnings/imported.html", context, status=422 if problem else 200)


@require_POST
@permission_required("warnings.moderate")
def decide(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Accept, take over as a draft, reject."""
    row, actor = one_of(request, pk), account_of(request)
    try:
        if action == "draft":
            made = moderating.take_over(actor=actor, imported=row)
            messages.success(request, _("Taken over as a draft. It goes the usual way."))
            return redirect("warnings:warning", pk=made.pk)
        if action == "accept":
            moderating.accept(actor=actor, imported=row)
        elif action == "reject":
            moderating.reject(actor=actor, imported=row, reason=request.POST.get("text", ""))
    except NotAllowed:
        return imported_page(request, row, _("You may not write warnings for this organisation."))
    except (BadInput, Conflict) as error:
        words = " ".join(one.message for one in error.errors) if isinstance(error, BadInput) else str(error)
        return imported_page(request, row, words)
    return redirect("warnings:imports")


@permission_required("warnings.moderate")
def refused(request: HttpRequest) -> HttpResponse:
    """What could not be read or believed, with every reason; nothing is thrown away."""
    rows = RefusedImport.objects.visible_to(request.user).select_related("source")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [
        (row, [(e["field"], e["value"], said(e["rule"], e["message"])) for e in row.errors]) for row in page
    ]
    context = {"title": _("Refused imports"), "page": page, "lines": lines, "tab": "refused", **tabs(request)}
    return render(request, "warnings/refused.html", context)


@permission_required("warnings.moderate")
def upload(request: HttpRequest) -> HttpResponse:
    """A file by hand."""
    actor = account_of(request)
    form = UploadForm(
        request.POST or None, request.FILES or None, actor=actor, initial={"owner": actor.organisation}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            tally = importing.upload(
                actor=actor, owner=form.cleaned_data["owner"], raw=file.read(MOST_UPLOAD + 1)
            )
        except BadInput as error:
            form.add_error("file", " ".join(said(one.rule, one.message) for one in error.errors))
        else:
            words = _("New: %(new)s, known already: %(known)s, refused: %(refused)s.")
            counts = {"new": tally.new, "known": tally.known, "refused": tally.refused}
            messages.success(request, words % counts)
            return redirect("warnings:imports" if tally.new or not tally.refused else "warnings:refused")
    title = _("Upload a CAP file")
    crumbs = [(_("Warnings of others"), reverse("warnings:imports")), (title, "")]
    context = {"title": title, "form": form, "crumbs": crumbs, "back": reverse("warnings:imports")}
    return render(request, "warnings/form.html", context, status=422 if form.errors else 200)


@permission_required("warnings.setup")
def sources(request: HttpRequest) -> HttpResponse:
    """Addresses that are asked, with their last answer."""
    rows = FeedSource.objects.permitted_to(request.user, "warnings.setup").select_related("owner")
    context = {"title": _("Sources of warnings"), "sources": rows, "tab": "sources", **tabs(request)}
    return render(request, "warnings/sources.html", context)


@permission_required("warnings.setup")
def source_new(request: HttpRequest) -> HttpResponse:
    """A further one."""
    return source_form(request, None)


@permission_required("warnings.setup")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    rows = FeedSource.objects.permitted_to(request.user, "warnings.setup")
    return source_form(request, get_object_or_404(rows, pk=pk))


def source_form(request: HttpRequest, row: FeedSource | None) -> HttpResponse:
    """The same for both."""
    actor = account_of(request)
    form = SourceForm(request.POST or None, instance=row or FeedSource(owner=actor.organisation), actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            setup.save_source(actor=actor, source=form.save(commit=False))
        except BadInput as error:
            for broken in error.errors:
                form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("warnings:sources")
    title = row.name if row else _("New source")
    crumbs = [(_("Sources of warnings"), reverse("warnings:sources")), (title, "")]
    context = {"title": title, "form": form, "crumbs": crumbs, "back": reverse("warnings:sources")}
    return render(request, "warnings/form.html", context, status=422 if form.errors else 200)


def one_of(request: HttpRequest, pk: int) -> Imported:
    """In scope, or 404."""
    rows = Imported.objects.visible_to(request.user).select_related("source", "owner", "warning")
    return get_object_or_404(rows, pk=pk)


urlpatterns = [
    path("imports/", listing, name="imports"),
    path("imports/refused/", refused, name="refused"),
    path("imports/upload/", upload, name="upload"),
    path("imports/sources/", sources, name="sources"),
    path("imports/sources/new/", source_new, name="source_new"),
    path("imports/sources/<int:pk>/", source, name="source"),
    path("imports/<int:pk>/", imported, name="imported"),
    path("imports/<int:pk>/<slug:action>/", decide, name="decide"),
]
