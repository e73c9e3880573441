"""Sending forces: propose, assign, each step on the way, the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.notify.models import ChannelName
from naoso.core.notify.services import notify, tell_address
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.response.models import DoneWhen, EntryKind, Incident
from naoso.core.response.stages import fulfil
from naoso.core.response.timeline import announce, write
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.events import assignment_changed
from naoso.domains.dispatch.models import Assignment, Duty, Resource
from naoso.domains.dispatch.selectors.nearest import judged
from naoso.domains.dispatch.services.resources import ASSIGN, on_duty, put
from naoso.domains.dispatch.workflow import (
    ENDED,
    MOVES,
    RESOURCE_OF,
    SENDABLE,
    AssignmentState,
    ResourceState,
    after_end,
)
from naoso.kernel.errors import BadInput, Conflict

A = AssignmentState
TIMES = {
    A.ACKNOWLEDGED: "acknowledged_at",
    A.EN_ROUTE: "en_route_at",
    A.ON_SCENE: "on_scene_at",
    A.DONE: "ended_at",
    A.STOOD_DOWN: "ended_at",
}


def propose(*, resource: Resource, incident: Incident, actor: Account) -> Assignment:
    """Whoever works on the incident asks for a resource; it is held until a dispatcher sends or frees it."""
    require(actor, "dispatch.view", resource)
    require(actor, "response.work", incident)
    with recorded(actor):
        return _give([resource], incident, actor, A.PROPOSED)[0]


def assign(*, resources: Sequence[Resource], incident: Incident, actor: Account) -> list[Assignment]:
    """Send one or more, all or none. Of two dispatchers one wins; the other gets a Conflict that says so."""
    if not resources:
        raise BadInput.of("resource", "", "required", _("Choose at least one."))
    for resource in resources:
        require(actor, ASSIGN, resource)
    with recorded(actor):
        return _give(resources, incident, actor, A.ASSIGNED)


def _give(
    resources: Sequence[Resource], incident: Incident, actor: Account, state: AssignmentState
) -> list[Assignment]:
    # no key: writing a line of the timeline, under the lock of a resource, must not wait for this one
    place = (
        Incident.objects.select_for_update(of=("self",), no_key=True)
        .select_related("kind")
        .get(pk=incident.pk)
    )
    if not place.is_open:
        raise Conflict(_("The incident %(number)s is closed.") % {"number": place.number})
    wanted = sorted({resource.pk for resource in resources})
    rows = Resource.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    made = [_give_one(row, place, actor, state) for row in rows]
    announce(place, "response.incident_changed")
    return made


def _give_one(row: Resource, incident: Incident, actor: Account, state: AssignmentState) -> Assignment:
    held = row.assignments.active().select_related("incident", "made_by").first()
    if held is not None:
        held.resource = row
        if (held.state, held.incident_id, state) == (A.PROPOSED, incident.pk, A.ASSIGNED):
            return _send(held, actor)
        raise taken(row, held)
    if row.state not in SENDABLE or not row.enabled or not row.moves:
        words = {"resource": row, "state": row.get_state_display()}
        raise Conflict(_("%(resource)s cannot be sent now: %(state)s.") % words)
    told = judged(row, incident)
    try:
        with transaction.atomic():
            made = Assignment.objects.create(
                resource=row, incident=incident, state=A.PROPOSED, made_by=actor,
                distance_m=told.candidate.distance_m if told else None,
                eta_s=told.eta_s if told else None, eta_by=told.by if told else "",
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("%(resource)s was sent elsewhere this moment.") % {"resource": row}) from error
    if state == A.ASSIGNED:
        return _send(made, actor)
    put(row, RESOURCE_OF[A.PROPOSED])
    write(incident, actor, EntryKind.ASSIGNED, _("Proposed: %(resource)s") % {"resource": row})
    emit(assignment_changed(made))
    return made


def taken(row: Resource, held: Assignment) -> Conflict:
    """In words: who has it, for what, since when."""
    return Conflict(
        _("%(resource)s is already with %(incident)s: %(state)s since %(time)s, by %(who)s.")
        % {
            "resource": row,
            "incident": held.incident.number,
            "state": held.get_state_display(),
            "time": timezone.localtime(held.assigned_at or held.made_at).strftime("%H:%M"),
            "who": held.made_by or _("the system"),
        }
    )


def _send(assignment: Assignment, actor: Account) -> Assignment:
    assignment.state, assignment.assigned_at, assignment.assigned_by = A.ASSIGNED, timezone.now(), actor
    assignment.save(update_fields=["state", "assigned_at", "assigned_by"])
    put(assignment.resource, ResourceState.ASSIGNED)
    words = _("Sent: %(resource)s") % {"resource": assignment.resource}
    write(assignment.incident, actor, EntryKind.ASSIGNED, words + _reckoned(assignment))
    fulfil(assignment.incident, DoneWhen.CREW_SENT, actor, str(assignment.resource))
    emit(assignment_changed(assignment))
    call(assignment)
    return assignment


def _reckoned(assignment: Assignment) -> str:
    if assignment.distance_m is None or assignment.eta_s is None:
        return ""
    way = _("by road") if assignment.eta_by == rules.ROAD else _("straight line")
    facts: dict[str, Any] = {
        "km": f"{assignment.distance_m / 1000:.1f}".replace(".", ","),
        "minutes": max(1, round(assignment.eta_s / 60)),
        "way": way,
    }
    return " " + _("(%(km)s km away, about %(minutes)s minutes, %(way)s)") % facts


def call(assignment: Assignment) -> None:
    """Tell who is on duty with it; a crew without an account on duty is called on its own phone."""
    incident, resource = assignment.incident, assignment.resource
    people = [duty.account for duty in Duty.objects.now().filter(resource=resource).select_related("account")]
    title = _("You are sent: %(incident)s") % {"incident": incident.title}
    url = f"/dispatch/crew/{assignment.pk}/"
    notify(
        key="dispatch.assigned", title=title, body=incident.description, url=url,
        severity=incident.severity, recipients=people, subject=f"dispatch:assignment:{assignment.pk}",
        until_acknowledged=True,
    )  # fmt: skip
    if resource.phone and not any(person.phone for person in people):
        tell_address(
            channel=ChannelName.GATEWAY, address=resource.phone, title=title,
            body=incident.unit.full_name if incident.unit else "", severity=incident.severity,
        )  # fmt: skip


def advance(
    *, assignment: Assignment, actor: Account, to: str, at: datetime | None = None, reason: str = ""
) -> Assignment:
    """A step further, by the crew on duty or a dispatcher who heard it by radio; the same again is none."""
    if to not in A.values or to in {A.PROPOSED, A.ASSIGNED}:
        raise BadInput.of("state", to, "choice", _("Choose a step."))
    if not on_duty(actor, assignment.resource):
        require(actor, ASSIGN, assignment.resource)
    with recorded(actor, reason):
        row = locked(assignment)
        if row.state == to:
            return row
        return _step(row, A(to), actor, at or timezone.now(), reason)


def stand_down(*, assignment: Assignment, actor: Account, reason: str) -> Assignment:
    """Withdraw it, with the reason; the crew is told."""
    require(actor, ASSIGN, assignment.resource)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why it is withdrawn."))
    return advance(assignment=assignment, actor=actor, to=A.STOOD_DOWN, reason=reason)


def locked(assignment: Assignment) -> Assignment:
    """Resource before assignment, as in every other verb, so that two never wait for each other."""
    Resource.objects.select_for_update(of=("self",)).get(pk=assignment.resource_id)
    rows = Assignment.objects.select_for_update(of=("self",))
    return rows.select_related("resource__owner", "incident").get(pk=assignment.pk)


def _step(
    row: Assignment, to: AssignmentState, actor: Account | None, at: datetime, reason: str
) -> Assignment:
    before = A(row.state)
    if to not in MOVES.get(before, frozenset()):
        raise Conflict(refusal(row, to))
    row.state = to
    setattr(row, TIMES[to], at)
    row.end_reason = reason.strip()[:300] if to in ENDED else ""
    row.save()
    put(row.resource, after_end(before, to) if to in ENDED else RESOURCE_OF[to])
    words = {"resource": row.resource, "state": to.label}
    line = _("%(resource)s: %(state)s") % words
    write(row.incident, actor, EntryKind.MOVED, f"{line} – {reason.strip()}" if reason.strip() else line)
    if to == AssignmentState.ON_SCENE:
        fulfil(row.incident, DoneWhen.CREW_THERE, actor, str(row.resource))
    emit(assignment_changed(row))
    announce(row.incident, "response.incident_changed")
    if to == A.STOOD_DOWN:
        tell_crew(row, actor)
    return row


def refusal(row: Assignment, to: AssignmentState) -> str:
    """Why the step is not taken: what happened meanwhile, in words."""
    if row.state in ENDED:
        told = {"state": row.get_state_display(), "time": timezone.localtime(row.ended_at).strftime("%H:%M")}
        line = _("This assignment ended at %(time)s: %(state)s.") % told
        return f"{line} {row.end_reason}".strip()
    words = {"before": row.get_state_display(), "after": to.label}
    return _("The assignment is “%(before)s” and cannot become “%(after)s”.") % words


def tell_crew(row: Assignment, actor: Account | None) -> None:
    """Whoever is on duty hears that they need not go on."""
    people = [
        duty.account for duty in Duty.objects.now().filter(resource=row.resource).select_related("account")
    ]
    notify(
        key="dispatch.stood_down",
        title=_("Withdrawn: %(incident)s") % {"incident": row.incident.title},
        body=row.end_reason,
        url="/dispatch/crew/",
        severity=row.incident.severity,
        recipients=[person for person in people if person != actor],
        subject=f"dispatch:assignment:{row.pk}",
    )


def free_all(*, incident_id: int, reason: str) -> list[Assignment]:
    """The incident is closed: what it still binds is free, with a note. Twice frees nothing more."""
    freed = []
    for each in Assignment.objects.active().filter(incident=incident_id).order_by("resource_id"):
        with recorded(None, reason):
            row = locked(each)
            if row.state not in ENDED:
                to = A.DONE if row.state == A.ON_SCENE else A.STOOD_DOWN
                freed.append(_step(row, to, None, timezone.now(), reason))
    return freed


def back(*, resource_ids: Iterable[int]) -> int:
    """Resources that are home again are available again."""
    rows = Resource.objects.select_for_update(of=("self",)).filter(
        pk__in=list(resource_ids), state=ResourceState.RETURNING
    )
    count = 0
    for row in rows:
        put(row, ResourceState.AVAILABLE)
        count += 1
    return count
