"""Forces beside an incident: who is sent, who is nearest, one press to send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import User, allowed
from naoso.core.response.models import Incident
from naoso.core.response.selectors import incident_for
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.models import Assignment, Resource
from naoso.domains.dispatch.models.resources import SKILL_WORDS
from naoso.domains.dispatch.selectors import resources, roads
from naoso.domains.dispatch.selectors.nearest import offers
from naoso.domains.dispatch.services import assignments as services
from naoso.domains.dispatch.workflow import MOVES, AssignmentState
from naoso.kernel.errors import BadInput, Conflict

VIEW = "dispatch.view"
WORDS = dict(SKILL_WORDS)
RADIO = (
    AssignmentState.ACKNOWLEDGED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE, AssignmentState.DONE,
)  # fmt: skip


def panel_context(user: User, incident: Incident, *, wide: bool = False) -> dict[str, Any] | None:
    """What the part beside an incident shows; None where nothing can be sent and nothing was."""
    sent = resources.of_incident(user, incident.pk)
    open_ = incident.is_open
    found = offers(user, incident, every_skill=wide) if open_ else []
    if not (sent or open_):
        return None
    lead, helping = rules.needed(incident.kind.code)
    by_road = any(one.proposal.by == rules.ROAD for one in found)
    return {
        "incident": incident, "sent": [line(user, one) for one in sent], "offers": found,
        "graph": roads.graph() if by_road else None,
        "needed": [WORDS[code] for code in (*lead, *helping)], "wide": wide, "limit": rules.STALE_AFTER,
        "may_propose": allowed(user, "response.work", incident), "now": timezone.now(),
    }  # fmt: skip


def line(user: User, assignment: Assignment) -> dict[str, Any]:
    """One assignment, with what may be done to it now."""
    may = assignment.is_active and allowed(user, "dispatch.assign", assignment.resource)
    moves = MOVES.get(AssignmentState(assignment.state), frozenset()) if may else frozenset()
    return {
        "it": assignment, "may": may,
        "steps": [(step.value, step.label) for step in RADIO if step in moves][:2],
        "proposed": may and assignment.state == AssignmentState.PROPOSED,
    }  # fmt: skip


@permission_required(VIEW)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The part as a page of its own; htmx asks for the part alone."""
    return shown(request, incident_for(request.user, pk))


def shown(request: HttpRequest, incident: Incident, problem: str = "", status: int = 200) -> HttpResponse:
    """The part as it stands now."""
    wide = (request.GET.get("wide") or request.POST.get("wide")) == "1"
    context = panel_context(request.user, incident, wide=wide) or {"incident": incident, "sent": []}
    context |= {
        "crews_problem": problem, "title": _("Forces for %(number)s") % {"number": incident.number},
        "crumbs": [
            (incident.number, reverse("response:page", args=[incident.pk])), (_("Forces"), ""),
        ],
    }  # fmt: skip
    part = bool(request.headers.get("HX-Request"))
    template = "dispatch/incident_panel.html" if part else "dispatch/incident.html"
    return render(request, template, context, status=status)


def carried_out(request: HttpRequest, incident: Incident, act: Any) -> HttpResponse:
    """Do it; the answer is the part, with the conflict in words where there is one."""
    try:
        act()
    except (BadInput, Conflict) as error:
        words = error.errors[0].message if isinstance(error, BadInput) else str(error)
        if request.headers.get("HX-Request"):
            return shown(request, incident, words, error.status)
        messages.error(request, words)
    if request.headers.get("HX-Request"):
        return shown(request, incident)
    return redirect("dispatch:incident", pk=incident.pk)


@require_POST
@permission_required(VIEW)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the chosen ones, or ask for them where this person may not send."""
    actor, incident = account_of(request), incident_for(request.user, pk)
    wanted = [int(word) for word in request.POST.getlist("resource") if word.isdigit()]
    chosen = list(Resource.objects.visible_to(actor).filter(pk__in=wanted))

    def act() -> None:
        if "propose" in request.POST:
            for one in chosen:
                services.propose(resource=one, incident=incident, actor=actor)
        else:
            services.assign(resources=chosen, incident=incident, actor=actor)

    return carried_out(request, incident, act)


def assignment_for(request: HttpRequest, pk: int) -> Assignment:
    """In scope, or 404."""
    return get_object_or_404(resources.assignments(request.user), pk=pk)


@require_POST
@permission_required("dispatch.assign")
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """What the crew told over the radio."""
    assignment = assignment_for(request, pk)
    incident = incident_for(request.user, assignment.incident_id)
    actor, to = account_of(request), request.POST.get("state", "")
    return carried_out(request, incident, lambda: services.advance(assignment=assignment, actor=actor, to=to))


@require_POST
@permission_required("dispatch.assign")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Stood down, with the reason."""
    assignment = assignment_for(request, pk)
    incident = incident_for(request.user, assignment.incident_id)
    actor, reason = account_of(request), request.POST.get("reason", "")
    return carried_out(
        request, incident, lambda: services.stand_down(assignment=assignment, actor=actor, reason=reason)
    )


urlpatterns = [
    path("incidents/<int:pk>/", page, name="incident"),
    path("incidents/<int:pk>/send/", send, name="send"),
    path("assignments/<int:pk>/step/", step, name="step"),
    path("assignments/<int:pk>/withdraw/", withdraw, name="withdraw"),
]
