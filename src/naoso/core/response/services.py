"""What people do with incidents: each verb checks, writes, tells the timeline, emits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.notify.services import notify
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with, require
from naoso.core.response.calendar import calendar
from naoso.core.response.models import (
    EntryKind,
    Incident,
    IncidentKind,
    Task,
    TimelineEntry,
    Witness,
)
from naoso.core.response.workflow import Outcome, State, can_move
from naoso.core.response.working_time import add_working_time, working_time_between
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.events import Audience, Event
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat


@dataclass(frozen=True, slots=True)
class Testimony:
    """A witness before it is a row: what saw it, in words, where to look, when."""

    subject: str
    title: str
    url: str
    seen_at: datetime


def of_alert(alert: Alert) -> Testimony:
    """An alert as a witness."""
    return Testimony(f"alerts:alert:{alert.pk}", alert.title, f"/alerts/{alert.pk}/", alert.first_at)


def open_incident(
    *,
    kind: IncidentKind,
    title: str,
    severity: int,
    owner: Organisation,
    actor: Account | None,
    description: str = "",
    unit_id: int | None = None,
    place: LonLat | None = None,
    witnesses: Iterable[Testimony] = (),
) -> Incident:
    """Open an incident with its deadline, its procedure's steps and its first witnesses."""
    if actor is not None:
        require(actor, "response.open", owner_id=owner.pk, unit_id=unit_id)
    now = timezone.now()
    with recorded(actor):
        incident = Incident.objects.create(
            number=next_number(now),
            kind=kind,
            title=title[:200],
            description=description,
            severity=severity,
            owner=owner,
            unit_id=unit_id,
            point=Point(place.lon, place.lat, srid=4326) if place else None,
            opened_at=now,
            opened_by=actor,
            due_at=deadline(kind, now, kind.deadline),
        )
        _write(incident, actor, EntryKind.OPENED, _("Opened: %(title)s") % {"title": incident.title})
        start_procedure(incident)
        for testimony in witnesses:
            _add_witness(incident, testimony, actor)
        _announce(incident, "response.incident_opened")
        _tell(incident, accounts_with("response.work", owner_id=owner.pk, unit_id=unit_id))
    return incident


def next_number(now: datetime) -> str:
    """`2026-000123`: from a sequence, so a rolled-back opening leaves a gap and never a double."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('response_incident_number')")
        row = cursor.fetchone()
    assert row is not None
    return f"{timezone.localtime(now):%Y}-{row[0]:06d}"


def deadline(kind: IncidentKind, start: datetime, amount: timedelta) -> datetime:
    """Wall-clock or working time, as the kind says."""
    return start + amount if kind.around_the_clock else add_working_time(start, amount, calendar())


def start_procedure(incident: Incident) -> None:
    """Copy the steps, each with its own time limit, as tasks."""
    procedure = incident.kind.procedure
    if procedure is None:
        return
    Task.objects.bulk_create(
        Task(
            incident=incident,
            order=step.order,
            title=step.title,
            role_id=step.role_id,
            from_procedure=True,
            due_at=deadline(incident.kind, incident.opened_at, step.within),
        )
        for step in procedure.steps.all()
    )


@contextmanager
def changing(
    incident: Incident, actor: Account, permission: str, *, seen: int | None = None, reason: str = ""
) -> Iterator[Incident]:
    """Lock the row for one change; `seen` is the version that the actor's screen showed."""
    require(actor, permission, incident)
    with recorded(actor, reason=reason):
        locked = Incident.objects.select_for_update(of=("self",)).select_related("kind").get(pk=incident.pk)
        if seen is not None and locked.version != seen:
            raise Conflict(_("This incident has changed since you opened it. Look again, then repeat."))
        yield locked
        locked.version += 1
        locked.save()
        _announce(locked, "response.incident_changed")


def move(incident: Incident, after: State) -> None:
    """Change the state by the table; raises BadInput naming both states."""
    if not can_move(incident.state, after):
        raise BadInput.of(
            "state",
            after.value,
            "workflow",
            _("An incident that is “%(before)s” cannot become “%(after)s”.")
            % {"before": State(incident.state).label, "after": after.label},
        )
    incident.state = after


def accept(*, incident: Incident, actor: Account, seen: int | None = None) -> Incident:
    """Take the incident: the actor becomes its assignee."""
    with changing(incident, actor, "response.work", seen=seen) as row:
        move(row, State.ACCEPTED)
        row.assignee = actor
        _write(row, actor, EntryKind.MOVED, _("Accepted by %(who)s") % {"who": actor})
    return row


def start_work(*, incident: Incident, actor: Account, seen: int | None = None) -> Incident:
    """Work has begun."""
    with changing(incident, actor, "response.work", seen=seen) as row:
        if row.state == State.PAUSED:
            raise BadInput.of("state", row.state, "workflow", _("Resume the clock first."))
        move(row, State.WORKING)
        row.assignee = row.assignee or actor
        _write(row, actor, EntryKind.MOVED, _("Work has begun"))
    return row


def assign(
    *, incident: Incident, actor: Account, owner: Organisation, assignee: Account | None
) -> Incident:
    """Give the incident to a body and, if named, to a person who may work there."""
    if assignee is not None:
        may = accounts_with("response.work", owner_id=owner.pk, unit_id=incident.unit_id)
        if not may.filter(pk=assignee.pk).exists():
            raise BadInput.of(
                "assignee", str(assignee), "scope", _("This person may not work on incidents of that body.")
            )
    with changing(incident, actor, "response.assign") as row:
        row.owner, row.assignee = owner, assignee
        text = _("Assigned to %(who)s") % {"who": assignee or owner}
        _write(row, actor, EntryKind.ASSIGNED, text)
        told = [assignee] if assignee else accounts_with("response.work", owner_id=owner.pk)
        _tell(row, told)
    return row


def add_note(*, incident: Incident, actor: Account, text: str, handover: bool = False) -> Incident:
    """A line for those who work on it, or a hand-over note for the next shift."""
    text = text.strip()
    if not text:
        raise BadInput.of("text", "", "required", _("Write something first."))
    with changing(incident, actor, "response.work") as row:
        _write(row, actor, EntryKind.HANDOVER if handover else EntryKind.NOTE, text[:5000])
    return row


def add_task(
    *,
    incident: Incident,
    actor: Account,
    title: str,
    assignee: Account | None = None,
    due_at: datetime | None = None,
) -> Task:
    """Add a piece of work."""
    title = title.strip()
    if not title:
        raise BadInput.of("title", "", "required", _("Say what is to be done."))
    with changing(incident, actor, "response.work") as row:
        last = row.tasks.order_by("-order").first()
        task = Task.objects.create(
            incident=row,
            title=title[:200],
            assignee=assignee,
            due_at=due_at,
            order=(last.order if last else 0) + 1,
        )
        _write(row, actor, EntryKind.TASK, _("New task: %(title)s") % {"title": task.title})
        if assignee is not None:
            _tell(row, [assignee])
    return task


def finish_task(*, task: Task, actor: Account, note: str = "") -> Task:
    """Done; doing it twice changes nothing."""
    with changing(task.incident, actor, "response.work") as row:
        task = Task.objects.select_for_update().get(pk=task.pk)
        if task.done_at is None:
            task.done_at, task.done_by, task.note = timezone.now(), actor, note[:500]
            task.save()
            _write(row, actor, EntryKind.TASK, _("Done: %(title)s") % {"title": task.title})
    return task


def reopen_task(*, task: Task, actor: Account) -> Task:
    """Undo "done"."""
    with changing(task.incident, actor, "response.work") as row:
        task = Task.objects.select_for_update().get(pk=task.pk)
        task.done_at, task.done_by = None, None
        task.save()
        _write(row, actor, EntryKind.TASK, _("Not done after all: %(title)s") % {"title": task.title})
    return task


def pause_clock(*, incident: Incident, actor: Account, reason: str) -> Incident:
    """Stop the clock for a stated reason."""
    reason = reason.strip()
    if not reason:
        raise BadInput.of("reason", "", "required", _("Say why the clock stops."))
    with changing(incident, actor, "response.work", reason=reason) as row:
        move(row, State.PAUSED)
        row.paused_at, row.pause_reason = timezone.now(), reason[:300]
        _write(row, actor, EntryKind.CLOCK, _("Clock paused: %(reason)s") % {"reason": reason})
    return row


def resume_clock(*, incident: Incident, actor: Account) -> Incident:
    """Go on: the deadline moves by what was left when the clock stopped."""
    with changing(incident, actor, "response.work") as row:
        if row.paused_at is None:
            raise BadInput.of("state", row.state, "workflow", _("The clock is not paused."))
        row.due_at = moved_deadline(row, row.paused_at, timezone.now())
        row.paused_at, row.pause_reason = None, ""
        move(row, State.WORKING)
        _write(row, actor, EntryKind.CLOCK, _("Clock runs again"))
    return row


def moved_deadline(incident: Incident, paused_at: datetime, now: datetime) -> datetime:
    """The time left at the pause, counted from now in the same kind of time."""
    if incident.due_at <= paused_at:
        return incident.due_at
    if incident.kind.around_the_clock:
        return now + (incident.due_at - paused_at)
    left = working_time_between(paused_at, incident.due_at, calendar())
    return add_working_time(now, left, calendar())


def add_witness(*, incident: Incident, actor: Account | None, testimony: Testimony) -> Incident:
    """One more alert or report of the same thing."""
    if actor is not None:
        require(actor, "response.work", incident)
    with recorded(actor):
        _add_witness(incident, testimony, actor)
        _announce(incident, "response.incident_changed")
    return incident


def merge(*, incident: Incident, into: Incident, actor: Account) -> Incident:
    """Close this one as part of the other, which gets its witnesses and open tasks."""
    if incident.pk == into.pk or not into.is_open:
        raise BadInput.of("into", into.number, "open-other", _("Choose another incident that is open."))
    require(actor, "response.work", into)
    with changing(incident, actor, "response.work") as row:
        move(row, State.CLOSED)
        for witness in row.witnesses.all():
            told = Testimony(witness.subject, witness.title, witness.url, witness.seen_at)
            _add_witness(into, told, actor)
        row.tasks.filter(done_at__isnull=True).update(incident=into)
        row.closed_at, row.outcome, row.merged_into = timezone.now(), Outcome.MERGED, into
        row.paused_at, row.pause_reason = None, ""
        text = _("%(one)s merged into %(other)s") % {"one": row.number, "other": into.number}
        _write(row, actor, EntryKind.MERGED, text)
        _write(into, actor, EntryKind.MERGED, text)
        _announce(into, "response.incident_changed")
    return row


def split(*, incident: Incident, actor: Account, title: str, witness_ids: Iterable[int]) -> Incident:
    """Open a second incident of the same kind and place from some of the witnesses."""
    chosen = list(incident.witnesses.filter(pk__in=list(witness_ids)))
    if not chosen or len(chosen) == incident.witnesses.count():
        raise BadInput.of("witnesses", len(chosen), "some", _("Choose some of the witnesses, not all."))
    with changing(incident, actor, "response.work") as row:
        place = LonLat(row.point.x, row.point.y) if row.point else None
        twin = open_incident(
            kind=row.kind,
            title=title or row.title,
            severity=row.severity,
            owner=row.owner,
            actor=actor,
            unit_id=row.unit_id,
            place=place,
            witnesses=[Testimony(w.subject, w.title, w.url, w.seen_at) for w in chosen],
        )
        Witness.objects.filter(pk__in=[w.pk for w in chosen]).delete()
        text = _("Split off: %(number)s") % {"number": twin.number}
        _write(row, actor, EntryKind.SPLIT, text)
    return twin


def close_incident(
    *, incident: Incident, actor: Account, outcome: str, note: str = "", seen: int | None = None
) -> Incident:
    """End it with an outcome; what was solved says how."""
    if outcome not in Outcome.values or outcome == Outcome.MERGED:
        raise BadInput.of("outcome", outcome, "choice", _("Choose an outcome."))
    if outcome == Outcome.SOLVED and not note.strip():
        raise BadInput.of("note", "", "required", _("Say what was done."))
    with changing(incident, actor, "response.close", seen=seen, reason=note) as row:
        move(row, State.CLOSED)
        row.closed_at, row.outcome, row.outcome_note = timezone.now(), outcome, note.strip()
        row.paused_at, row.pause_reason = None, ""
        text = _("Closed: %(outcome)s. %(note)s") % {"outcome": Outcome(outcome).label, "note": note}
        _write(row, actor, EntryKind.MOVED, text.strip())
        emit(_event(row, "response.incident_closed"))
    return row


def reopen(*, incident: Incident, actor: Account, reason: str) -> Incident:
    """Undo a closing, with the reason; the clock starts anew."""
    if not reason.strip():
        raise BadInput.of("reason", "", "required", _("Say why it is opened again."))
    with changing(incident, actor, "response.close", reason=reason) as row:
        if row.merged_into_id is not None:
            raise BadInput.of("state", row.state, "merged", _("It was merged: open the other one."))
        move(row, State.WORKING)
        row.closed_at, row.outcome, row.outcome_note = None, "", ""
        row.due_at, row.warned_late = deadline(row.kind, timezone.now(), row.kind.deadline), False
        _write(row, actor, EntryKind.MOVED, _("Opened again: %(reason)s") % {"reason": reason})
    return row


def warn_late() -> int:
    """Tell the owner's superiors, once, of each incident whose deadline has passed."""
    with recorded(None, reason="deadline"):
        rows = list(
            Incident.objects.late()
            .select_for_update(skip_locked=True, of=("self",))
            .filter(warned_late=False)
            .select_related("owner__parent", "assignee")[:200]
        )
        for row in rows:
            row.warned_late = True
            row.save(update_fields=["warned_late"])
            _write(row, None, EntryKind.CLOCK, _("The deadline has passed"))
            above = row.owner.parent or row.owner
            people = list(accounts_with("response.assign", owner_id=above.pk, unit_id=row.unit_id))
            _tell(row, [*people, *([row.assignee] if row.assignee else [])], late=True)
            _announce(row, "response.incident_changed")
    return len(rows)


def _add_witness(incident: Incident, testimony: Testimony, actor: Account | None) -> None:
    _row, fresh = Witness.objects.get_or_create(
        incident=incident,
        subject=testimony.subject,
        defaults={"title": testimony.title, "url": testimony.url, "seen_at": testimony.seen_at},
    )
    if fresh:
        _write(incident, actor, EntryKind.WITNESS, testimony.title)


def _write(incident: Incident, actor: Account | None, kind: EntryKind, text: str) -> None:
    TimelineEntry.objects.create(incident=incident, actor=actor, kind=kind, text=text)


def _tell(incident: Incident, people: Iterable[Account], *, late: bool = False) -> None:
    title = _("Late: %(incident)s") if late else "%(incident)s"
    notify(
        key="response.late" if late else "response.incident",
        title=title % {"incident": incident},
        body=incident.description,
        url=f"/incidents/{incident.pk}/",
        severity=max(incident.severity, Severity.SEVERE) if late else incident.severity,
        recipients={person.pk: person for person in people}.values(),
        subject=f"response:incident:{incident.pk}",
    )


def _event(incident: Incident, name: str) -> Event:
    return Event(
        name=name,
        data={
            "id": incident.pk,
            "number": incident.number,
            "title": incident.title,
            "state": incident.state,
            "severity": incident.severity,
            "outcome": incident.outcome,
            "witnesses": list(incident.witnesses.values_list("subject", flat=True)),
            "lon": incident.point.x if incident.point else None,
            "lat": incident.point.y if incident.point else None,
        },
        audience=Audience("response.view", incident.owner_id, incident.unit_id),
    )


def _announce(incident: Incident, name: str) -> None:
    emit(_event(incident, name))
