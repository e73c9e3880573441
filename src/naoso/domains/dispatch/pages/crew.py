"""The crew's phone: what is to be done and where, each step, what is sent of it; works without a network."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from naoso.connectors.tracker import parse
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.core.response.models import Task
from naoso.domains.dispatch import forms
from naoso.domains.dispatch.models import (
    Assignment,
    CrewPhoto,
    Deed,
    Duty,
    PositionSource,
    Resource,
)
from naoso.domains.dispatch.selectors import resources, roads
from naoso.domains.dispatch.services import crew as services
from naoso.domains.dispatch.services import duties
from naoso.domains.dispatch.services import resources as states
from naoso.domains.dispatch.services.positions import Placed, take
from naoso.domains.dispatch.services.resources import CREW
from naoso.domains.dispatch.workflow import AssignmentState
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.geometry import LonLat
from naoso.ui.phone import field_worker, for_one
from naoso.ui.sending import stored

LAST = 5
MOST_BODY = 200_000
STEPS = (
    (Deed.ACKNOWLEDGE, AssignmentState.ACKNOWLEDGED, "eye-check", "acknowledged_at"),
    (Deed.EN_ROUTE, AssignmentState.EN_ROUTE, "player-play", "en_route_at"),
    (Deed.ON_SCENE, AssignmentState.ON_SCENE, "map-pin", "on_scene_at"),
    (Deed.DONE, AssignmentState.DONE, "flag-check", "ended_at"),
)


@never_cache
@permission_required(CREW)
def home(request: HttpRequest) -> HttpResponse:
    """My resources, what they are sent to, what I am asked to take over."""
    account = account_of(request)
    held = list(resources.duties_of(account))
    rows = resources.own_assignments(account)
    context = {
        "title": _("My crew"), "duties": held, "offered": resources.offered_to(account),
        "active": list(rows.active().order_by("-assigned_at")),
        "last": list(rows.filter(ended_at__isnull=False).order_by("-ended_at")[:LAST]),
        "free": [] if held else list(joinable(account)),
        "handing": [
            (duty, forms.HandOverForm(resource=duty.resource, actor=account, prefix=f"d{duty.pk}"))
            for duty in held
        ],
    }  # fmt: skip
    return for_one(request, account, "dispatch/crew/home.html", context)


def joinable(account: Account) -> Any:
    """What this account may go on duty with: of its own body."""
    rows = Resource.objects.permitted_to(account, CREW).moving()
    return rows.filter(owner=account.organisation_id).select_related("position").order_by("name")[:50]


@never_cache
@permission_required(CREW)
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assignment: what, where, the way, each step, the check-list."""
    account = account_of(request)
    row = get_object_or_404(resources.own_assignments(account), pk=pk)
    point = row.incident.point
    way = None
    if point is not None and row.is_active:
        here = row.resource.position.point
        way = roads.way(LonLat(here.x, here.y), LonLat(point.x, point.y))
    context = {
        "title": row.incident.title, "assignment": row, "incident": row.incident,
        "lon": f"{point.x:.6f}" if point else "", "lat": f"{point.y:.6f}" if point else "",
        "way": way, "way_json": json.dumps(way.geometry) if way else "",
        "graph": roads.graph() if way else None,
        "steps": steps_of(row),
        "tasks": Task.objects.filter(incident=row.incident_id, opened_at__isnull=False, skipped=False),
        "posts": row.posts.select_related("actor").prefetch_related("photos"),
    }  # fmt: skip
    return for_one(request, account, "dispatch/crew/assignment.html", context)


def steps_of(row: Assignment) -> list[dict[str, Any]]:
    """Each step with its button, or when it was done; all of them, for a phone that loses its network."""
    told: list[dict[str, Any]] = []
    for deed, state, icon, field in STEPS:
        at = getattr(row, field)
        due = at is None and not any(step["due"] for step in told)
        told.append(
            {"deed": deed, "words": deed.label, "state": state.label, "icon": icon, "at": at, "due": due}
        )
    return told


@require_POST
@permission_required(CREW)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """One deed from the phone's outbox: 200, or a problem; 409 says what happened meanwhile."""
    actor = account_of(request)
    if request.POST.get("account") != str(actor.pk):
        return refused(NotAllowed(_("Another account made this on this phone.")))
    try:
        return JsonResponse(told(request, actor, pk))
    except (BadInput, Conflict) as error:
        return refused(error)
    except NotAllowed:
        return refused(BadInput.of("assignment", pk, "duty", _("You are no longer on duty with this.")))


def told(request: HttpRequest, actor: Account, pk: int) -> dict[str, Any]:
    """The deed, done now or known by its key, whatever has become of the assignment since."""
    known = known_deed(actor, request.POST.get("key", ""))
    if known is None:
        row = Assignment.objects.select_related("resource").filter(pk=pk).first()
        if row is None:  # one that never was is told as one that is no longer this crew's
            raise NotAllowed(f"no assignment {pk}")
        form = forms.DeedForm(request.POST, request.FILES)
        if not form.is_valid():
            raise form.problem()
        said = form.cleaned_data
        done = services.Done(
            deed=Deed(said["deed"]), at=said["at"] or timezone.now(), text=said["text"],
            photos=said["photos"], place=form.place(), task=said["task"],
        )  # fmt: skip
        known = services.tell(assignment=row, actor=actor, key=said["key"], done=done)
    state = Assignment.objects.values_list("state", flat=True).get(pk=known.assignment_id)
    return {"assignment": known.assignment_id, "deed": known.deed, "state": state}


def known_deed(actor: Account, text: str) -> Any:
    """By the key of the phone."""
    try:
        return services.told_before(actor=actor, key=uuid.UUID(text))
    except ValueError:
        return None


@require_POST
@permission_required(CREW)
def positions(request: HttpRequest) -> HttpResponse:
    """Where the phone was, oldest first; sent twice it changes nothing. Every resource of my duty moves."""
    actor = account_of(request)
    if len(request.body) > MOST_BODY:
        return refused(BadInput.of("positions", len(request.body), "size", _("Too many positions at once.")))
    try:
        bundle = parse(request.body, timezone.now())
    except BadInput as error:
        return refused(error)
    held = list(Duty.objects.now().filter(account=actor).values_list("resource_id", flat=True))
    if not held:
        return refused(BadInput.of("positions", "", "duty", _("You are not on duty.")))
    placed = [Placed(pk, fix, PositionSource.PHONE) for pk in held for fix in bundle.fixes]
    take(placed)
    return JsonResponse({"taken": len(bundle.fixes), "refused": [e.as_dict() for e in bundle.errors]})


def refused(error: BadInput | Conflict | NotAllowed) -> HttpResponse:
    """Problem details."""
    return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")


@require_POST
@permission_required(CREW)
def duty(request: HttpRequest) -> HttpResponse:
    """Go on duty, end it, confirm or decline a hand-over, say that the crew is back."""
    actor, act = account_of(request), request.POST.get("act", "")
    try:
        words = ACTS[act](request, actor) if act in ACTS else _("Choose what to do.")
        messages.success(request, words)
    except (BadInput, Conflict) as error:
        messages.error(request, error.errors[0].message if isinstance(error, BadInput) else str(error))
    return redirect("dispatch:crew")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdigit() else 0


def _begin(request: HttpRequest, actor: Account) -> str:
    rows = Resource.objects.permitted_to(actor, CREW)
    duties.begin(resource=get_object_or_404(rows, pk=_number(request, "resource")), actor=actor)
    return _("You are on duty.")


def _end(request: HttpRequest, actor: Account) -> str:
    row = get_object_or_404(resources.duties_of(actor), pk=_number(request, "duty"))
    duties.end(duty=row, actor=actor)
    return _("You are off duty.")


def _confirm(request: HttpRequest, actor: Account) -> str:
    row = get_object_or_404(resources.offered_to(actor), pk=_number(request, "duty"))
    duties.confirm(duty=row, actor=actor)
    return _("You have taken over.")


def _decline(request: HttpRequest, actor: Account) -> str:
    row = get_object_or_404(resources.offered_to(actor), pk=_number(request, "duty"))
    duties.decline(duty=row, actor=actor)
    return _("You have declined.")


def _hand(request: HttpRequest, actor: Account) -> str:
    row = get_object_or_404(resources.duties_of(actor), pk=_number(request, "duty"))
    form = forms.HandOverForm(request.POST, resource=row.resource, actor=actor, prefix=f"d{row.pk}")
    if not form.is_valid():
        raise BadInput.of("taker", "", "required", _("Choose who takes over."))
    duties.hand_over(resource=row.resource, actor=actor, **form.cleaned_data)
    return _("Asked. You stay on duty until it is confirmed.")


def _state(request: HttpRequest, actor: Account) -> str:
    row = get_object_or_404(resources.duties_of(actor), pk=_number(request, "duty"))
    to, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    states.set_state(resource=row.resource, actor=actor, to=to, reason=reason)
    return _("The state is changed.")


ACTS = {
    "begin": _begin, "end": _end, "confirm": _confirm, "decline": _decline, "hand": _hand, "state": _state,
}  # fmt: skip


def photo(request: HttpRequest, key: str, size: str) -> Any:
    """A picture from the place: for its crew and for whoever sees the resource."""
    actor = account_of(request)
    found = get_object_or_404(CrewPhoto.objects.select_related("post"), key=key)
    row = found.post.assignment_id
    own = resources.own_assignments(actor).filter(pk=row).exists()
    if not own and not resources.assignments(actor).filter(pk=row).exists():
        raise Http404("not in scope")
    name = found.small if size == "small" else found.file
    return stored(name, "image/jpeg", kept_s=86_400)


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of these pages."""
    title, back = gettext_noop("My crew"), gettext_noop("My crew")
    return field_worker(request, room=reverse("dispatch:crew"), title=title, back=back)


urlpatterns = [
    path("crew/", home, name="crew"),
    path("crew/<int:pk>/", assignment, name="crew_assignment"),
    path("crew/<int:pk>/send/", send, name="crew_send"),
    path("crew/positions/", positions, name="crew_positions"),
    path("crew/duty/", duty, name="crew_duty"),
    path("photos/<str:key>-<str:size>.jpg", photo, name="photo"),
    path("crew/worker.js", worker, name="crew_worker"),
]
