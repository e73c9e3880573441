"""Papers of a tree: its inspections; felling permits: apply, decide, fell."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.trees import selectors, services
from naoso.domains.trees.forms import DEFECTS, DecisionForm, PermitFilter, PermitForm
from naoso.domains.trees.kinds import HEALTH
from naoso.domains.trees.models import FellingPermit
from naoso.domains.trees.workflow import PermitState
from naoso.kernel.errors import BadInput, Conflict

PAGE = 50


@permission_required("trees.view")
def permit_list(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    form = PermitFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = selectors.permits(request.user, state=said.get("state", ""), text=said.get("q", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Felling permits"), "filter": form, "page": page}
    return render(request, "trees/permits.html", context)


@permission_required("trees.view")
def inspections(request: HttpRequest, tree: int) -> HttpResponse:
    """What was seen at one tree, newest first: risk, defects, figures, words."""
    row = get_object_or_404(selectors.trees(account_of(request)), pk=tree)
    title = _("Inspections of %(code)s") % {"code": row.code}
    health = {choice.value: choice.title for choice in HEALTH}
    told = dict(DEFECTS)
    lines = [
        (one, health.get(one.health, one.health), [told[name] for name in one.defects if name in told])
        for one in selectors.inspections_of(request.user, row)
    ]
    crumbs = [(row.code, reverse("objects:object", args=["tree", row.pk])), (title, "")]
    return render(request, "trees/inspections.html", {"title": title, "lines": lines, "crumbs": crumbs})


@permission_required("trees.permit")
def permit_new(request: HttpRequest, tree: int) -> HttpResponse:
    """Apply for the felling of one tree."""
    actor = account_of(request)
    row = get_object_or_404(selectors.trees(actor, "trees.permit"), pk=tree)
    form = PermitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.carry_out(services.apply_for_felling, actor=actor, tree=row)
        except Conflict as error:
            form.add_error(None, str(error))
        else:
            if made:
                messages.success(request, _("The application was made."))
                return redirect("trees:permit", pk=made.pk)
    title = _("Apply to fell %(code)s") % {"code": row.code}
    back = reverse("objects:object", args=["tree", row.pk])
    crumbs = [(_("Felling permits"), reverse("trees:permits")), (title, "")]
    context = {"title": title, "form": form, "back": back, "crumbs": crumbs}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@permission_required("trees.view")
def permit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with what can be done now."""
    return shown(request, permit_of(request, pk))


@require_POST
@permission_required("trees.approve_felling")
def permit_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse, with grounds."""
    permit, form = permit_of(request, pk), DecisionForm(request.POST)
    if form.is_valid():
        try:
            services.decide(
                actor=account_of(request), permit=permit, approve="approve" in request.POST,
                answer=form.cleaned_data["answer"],
            )  # fmt: skip
        except (BadInput, Conflict) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The decision is kept."))
            return redirect("trees:permit", pk=pk)
    return shown(request, permit, form)


@require_POST
@permission_required("trees.permit")
def permit_fell(request: HttpRequest, pk: int) -> HttpResponse:
    """The tree is down."""
    try:
        services.fell(actor=account_of(request), permit=permit_of(request, pk))
        messages.success(request, _("The tree has left the map."))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("trees:permit", pk=pk)


def permit_of(request: HttpRequest, pk: int) -> FellingPermit:
    """In scope, or 404."""
    return get_object_or_404(selectors.permits(request.user), pk=pk)


def shown(request: HttpRequest, permit: FellingPermit, form: DecisionForm | None = None) -> HttpResponse:
    """The page, with the form of a decision where one may be made."""
    actor = account_of(request)
    decides = (
        permit.state == PermitState.APPLIED
        and permit.applied_by_id != actor.pk
        and allowed(actor, "trees.approve_felling", permit)
    )
    context = {
        "title": _("Felling of %(code)s") % {"code": permit.tree.code}, "permit": permit,
        "form": (form or DecisionForm()) if decides else None,
        "own": permit.state == PermitState.APPLIED and permit.applied_by_id == actor.pk,
        "may_fell": permit.state == PermitState.APPROVED and allowed(actor, "trees.permit", permit),
        "crumbs": [(_("Felling permits"), reverse("trees:permits")), (permit.tree.code, "")],
    }  # fmt: skip
    return render(request, "trees/permit.html", context, status=422 if form and form.errors else 200)


urlpatterns = [
    path("inspections/<int:tree>/", inspections, name="inspections"),
    path("permits/", permit_list, name="permits"),
    path("permits/new/<int:tree>/", permit_new, name="permit_new"),
    path("permits/<int:pk>/", permit_page, name="permit"),
    path("permits/<int:pk>/decide/", permit_decide, name="permit_decide"),
    path("permits/<int:pk>/fell/", permit_fell, name="permit_fell"),
]
