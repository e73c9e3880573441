"""One resource: facts, state, duty, history; the form that adds or changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.dispatch import forms
from naoso.domains.dispatch.models import Resource, ResourceKind, TrackPoint
from naoso.domains.dispatch.rules import STALE_AFTER
from naoso.domains.dispatch.selectors import resources
from naoso.domains.dispatch.services import resources as services
from naoso.domains.dispatch.workflow import BY_HAND, ResourceState
from naoso.kernel.errors import BadInput, Conflict

HISTORY = 30


def context_of(request: HttpRequest, resource: Resource) -> dict[str, Any]:
    """What page and side panel show of one resource."""
    actor = account_of(request)
    may_assign = allowed(actor, services.ASSIGN, resource)
    hand = BY_HAND.get(ResourceState(resource.state), frozenset())
    return {
        "resource": resource, "title": resource.name, "limit": STALE_AFTER,
        "assignments": resources.assignments(actor).filter(resource=resource)[:HISTORY],
        "duties": resource.duties.select_related("account", "offered_by")[:HISTORY],
        "hand": [(state.value, state.label) for state in ResourceState if may_assign and state in hand],
        "may_assign": may_assign, "may_manage": allowed(actor, services.MANAGE, resource),
        "is_shelter": resource.kind == ResourceKind.SHELTER, "is_stock": resource.kind == ResourceKind.STOCK,
        "crumbs": [(_("Forces"), reverse("dispatch:board")), (resource.name, "")],
    }  # fmt: skip


@permission_required("dispatch.view")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole resource, printable."""
    resource = resources.resource_for(request.user, pk)
    context = context_of(request, resource)
    context["track_count"] = TrackPoint.objects.filter(resource=resource).count()
    return render(request, "dispatch/resource.html", context)


@permission_required("dispatch.view")
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the map's side panel."""
    context = context_of(request, resources.resource_for(request.user, pk))
    return render(request, "dispatch/resource_panel.html", context)


@require_POST
@permission_required("dispatch.assign")
def set_state(request: HttpRequest, pk: int) -> HttpResponse:
    """On or off duty, in or out of service."""
    resource, form = resources.resource_for(request.user, pk), forms.StateForm(request.POST)
    words = _("Choose a state.")
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.set_state(
                resource=resource, actor=account_of(request), to=said["state"], reason=said["reason"]
            )
            messages.success(request, _("The state is changed."))
            return redirect("dispatch:resource", pk=pk)
        except (BadInput, Conflict) as error:
            words = error.errors[0].message if isinstance(error, BadInput) else str(error)
    messages.error(request, words)
    return redirect("dispatch:resource", pk=pk)


@require_POST
@permission_required("dispatch.assign")
def set_occupied(request: HttpRequest, pk: int) -> HttpResponse:
    """How many people a shelter holds now."""
    resource, form = resources.resource_for(request.user, pk), forms.OccupiedForm(request.POST)
    if form.is_valid() and form.carry_out(
        services.set_occupied, resource=resource, actor=account_of(request)
    ):
        messages.success(request, _("The places taken are kept."))
    else:
        messages.error(request, " ".join(str(word) for words in form.errors.values() for word in words))
    return redirect("dispatch:resource", pk=pk)


@permission_required("dispatch.manage")
def new(request: HttpRequest) -> HttpResponse:
    """One more."""
    return edited(request, None)


@permission_required("dispatch.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return edited(request, resources.resource_for(request.user, pk))


def edited(request: HttpRequest, resource: Resource | None) -> HttpResponse:
    """The form, and what became of it."""
    form = forms.ResourceForm(request.POST or None, actor=account_of(request), resource=resource)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        if made is not None:
            messages.success(request, _("The resource is kept."))
            return redirect("dispatch:resource", pk=made.pk)
    title = resource.name if resource and resource.pk else _("New resource")
    context = {
        "title": title, "form": form,
        "crumbs": [(_("Forces"), reverse("dispatch:board")), (title, "")],
    }  # fmt: skip
    return render(request, "dispatch/form.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("resources/new/", new, name="resource_new"),
    path("resources/<int:pk>/", page, name="resource"),
    path("resources/<int:pk>/panel/", panel, name="resource_panel"),
    path("resources/<int:pk>/edit/", edit, name="resource_edit"),
    path("resources/<int:pk>/state/", set_state, name="resource_state"),
    path("resources/<int:pk>/occupied/", set_occupied, name="resource_occupied"),
]
