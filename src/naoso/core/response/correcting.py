"""What becomes known later about an incident that opened by itself: its kind, its place, work to be done.

Each runs in the transaction of whoever learnt it; nobody decides here, so nobody's permission is asked.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.gis.geos import Point
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.response import stages, witnesses
from naoso.core.response.clock import deadline
from naoso.core.response.models import EntryKind, Incident, IncidentKind, Task
from naoso.core.response.nearness import joinable
from naoso.core.response.timeline import announce, write
from naoso.core.response.workflow import Outcome, State
from naoso.kernel.geometry import LonLat


def add_line(incident: Incident, text: str) -> None:
    """A line of the timeline from the house itself."""
    with recorded(None):
        write(incident, None, EntryKind.NOTE, text)
        announce(incident, "response.incident_changed")


def correct_kind(
    incident: Incident, *, code: str, title: str, severity: int, text: str, owner: Organisation
) -> Incident:
    """Another kind: its own body, clock and procedure; steps of the old one that nobody has done go.

    Where an incident of that kind is open near by, as its kind says, this one becomes part of it.
    """
    with recorded(None):
        row = _locked(incident)
        kind = IncidentKind.objects.select_related("procedure").get(code=code)
        near = _near(row, kind)
        if near is not None:
            return _become_part(row, near, severity, text)
        row.kind, row.owner = kind, owner
        row.title, row.severity = title[:200], max(row.severity, severity)
        row.due_at = deadline(row.kind, row.opened_at, row.kind.deadline)
        _changed(row, text)
        row.tasks.filter(step__isnull=False, done_at__isnull=True).delete()
        stages.begin([(row, row.witnesses.count())])
    return row


def _near(row: Incident, kind: IncidentKind) -> Incident | None:
    place = LonLat(row.point.x, row.point.y) if row.point else None
    ids = joinable([(kind, place)]) - {row.pk} if place else set()
    found = Incident.objects.open().filter(pk__in=ids, kind=kind).order_by("-opened_at")
    return found.select_for_update(of=("self",)).select_related("kind").first()


def _become_part(row: Incident, near: Incident, severity: int, text: str) -> Incident:
    """As people merge them: witnesses and work go over, the procedure of the other one goes on."""
    witnesses.add_all(((near, witnesses.as_told(one)) for one in row.witnesses.all()), None)
    row.tasks.filter(done_at__isnull=True, step__isnull=True).update(incident=near)
    row.state, row.closed_at = State.CLOSED, timezone.now()
    row.outcome, row.merged_into, row.paused_at, row.pause_reason = Outcome.MERGED, near, None, ""
    _changed(row, text)
    near.severity = max(near.severity, severity)
    _changed(near, text)
    stages.settle(near)
    words = _("%(one)s merged into %(other)s") % {"one": row.number, "other": near.number}
    for one in (row, near):
        write(one, None, EntryKind.MERGED, words)
    return near


def place_incident(incident: Incident, *, place: LonLat, unit_id: int | None, text: str) -> Incident:
    """Where it is, as soon as that is known."""
    with recorded(None):
        row = _locked(incident)
        row.point, row.unit_id = Point(place.lon, place.lat, srid=4326), unit_id
        _changed(row, text)
    return row


def task_for(incident: Incident, *, title: str, within: dt.timedelta) -> Task:
    """A piece of work that the house asks for."""
    with recorded(None):
        last = incident.tasks.aggregate(last=Max("order"))["last"] or 0
        task = Task.objects.create(
            incident=incident, title=title[:200], order=last + 1, due_at=timezone.now() + within
        )
        write(incident, None, EntryKind.TASK, _("New task: %(title)s") % {"title": task.title})
        announce(incident, "response.incident_changed")
    return task


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).select_related("kind").get(pk=incident.pk)


def _changed(row: Incident, text: str) -> None:
    row.version += 1
    row.save()
    write(row, None, EntryKind.NOTE, text)
    announce(row, "response.incident_changed")
