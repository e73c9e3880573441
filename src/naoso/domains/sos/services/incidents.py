"""Where a call meets the incident: opens or joins it, corrects its kind, asks for a call back."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.response import services as response
from naoso.core.response.correcting import add_line, correct_kind, place_incident, task_for
from naoso.core.response.models import Incident, IncidentKind, Task
from naoso.core.response.occurrences import Occurrence, respond
from naoso.core.response.witnesses import Testimony
from naoso.domains.sos import rules
from naoso.domains.sos.models import Call
from naoso.kernel.geometry import LonLat

PREFIX = "sos:call:"


def testimony_of(call: Call) -> Testimony:
    """The call as a witness."""
    return Testimony(call.subject, title_of(call), f"/sos/calls/{call.pk}/", call.told_at)


def title_of(call: Call) -> str:
    """The first words that anybody reads."""
    words = _("Silent SOS call %(code)s: %(kind)s") if call.silent else _("SOS call %(code)s: %(kind)s")
    return words % {"code": call.code, "kind": call.title}


def occurrence_of(call: Call) -> Occurrence:
    """As an incident; callers near one another about the same thing are witnesses of one."""
    place = LonLat(call.point.x, call.point.y) if call.point else None
    return Occurrence(
        kind=rules.INCIDENT_KIND[call.kind], title=title_of(call), place=place, owner_id=call.owner_id,
        severity=rules.severity(call.kind, silent=call.silent), unit_id=call.unit_id, description=call.text,
        testimony=testimony_of(call),
    )  # fmt: skip


def open_or_join(call: Call) -> Incident:
    """In the running transaction; the call remembers which."""
    ensure_kinds()
    (incident,) = respond([occurrence_of(call)])
    remember(call, incident)
    if call.phone:
        ask_to_call_back(call)
    if call.repeats_false:
        words = _("This number has made %(count)s false calls before.") % {"count": call.false_before}
        add_line(incident, words)
    return incident


def remember(call: Call, incident: Incident) -> None:
    """Which incident it is part of."""
    call.incident_id, call.incident_number = incident.pk, incident.number
    call.save(update_fields=["incident_id", "incident_number"])


def join_first(call: Call, first: Call) -> None:
    """One call more of somebody who has called too often: a witness of what is open, nothing new."""
    call.joined_to = first
    call.save(update_fields=["joined_to"])
    incident = incident_of(first)
    if incident is None:
        open_or_join(call)
        return
    response.add_witness(incident=incident, actor=None, testimony=testimony_of(call))
    remember(call, incident)


def incident_of(call: Call) -> Incident | None:
    """The open one that this call is a witness of, merged or not."""
    return Incident.objects.open().filter(witnesses__subject=call.subject).select_related("kind").first()


def kind_came(call: Call) -> None:
    """A note on the incident; its kind is corrected where nobody else has told of it."""
    incident = incident_of(call)
    if incident is None:
        return
    words = _("The caller of %(code)s says: %(kind)s") % {"code": call.code, "kind": call.title}
    ensure_kinds()
    alone = incident.witnesses.count() == 1
    if alone and incident.kind.code != rules.INCIDENT_KIND[call.kind]:
        kept = correct_kind(
            incident, code=rules.INCIDENT_KIND[call.kind], title=title_of(call), text=words,
            severity=rules.severity(call.kind, silent=call.silent), owner=call.owner,
        )  # fmt: skip
        remember(call, kept)
    else:
        add_line(incident, words)


def place_came(call: Call) -> None:
    """The first position of a call that had none."""
    incident = incident_of(call)
    if incident is not None and incident.point is None and call.point is not None:
        place = LonLat(call.point.x, call.point.y)
        words = _("The position of %(code)s has arrived") % {"code": call.code}
        place_incident(incident, place=place, unit_id=call.unit_id, text=words)


def ask_to_call_back(call: Call) -> None:
    """A task of its own; whoever called in silence is not rung up."""
    incident = incident_of(call)
    if incident is None or call.task_id is not None:
        return
    title = (
        _("Do not ring: silent SOS %(code)s. Look at its track, send somebody")
        if call.silent
        else _("Call back the caller of SOS %(code)s")
    ) % {"code": call.code}
    call.task_id = task_for(incident, title=title, within=dt.timedelta(minutes=2)).pk
    call.save(update_fields=["task_id"])


def called_back(call: Call, actor: Account, note: str) -> None:
    """Its task is done; who may not work on the incident leaves it to those who may."""
    task = Task.objects.filter(pk=call.task_id or 0, done_at=None).select_related("incident").first()
    if task is not None and task.incident.is_open and allowed(actor, "response.work", task.incident):
        response.finish_task(task=task, actor=actor, note=note)


def ensure_kinds() -> None:
    """A call must find its kind of incident, whatever people did with the list."""
    wanted = set(rules.INCIDENT_KIND.values())
    missing = wanted - set(IncidentKind.objects.filter(code__in=wanted).values_list("code", flat=True))
    IncidentKind.objects.bulk_create(
        [
            IncidentKind(code=code, title=code, around_the_clock=True, deadline=dt.timedelta(hours=1))
            for code in sorted(missing)
        ],
        ignore_conflicts=True,
    )
