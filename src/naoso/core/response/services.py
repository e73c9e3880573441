"""What people do with incidents: each verb checks, writes, tells the timeline, emits."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.alerts.services import acknowledge
from naoso.core.notify.services import settle_subject
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with, allowed, require
from naoso.core.response import witnesses as seeing
from naoso.core.response.changes import changing, move
from naoso.core.response.clock import deadline
from naoso.core.response.models import EntryKind, Incident, IncidentKind, Task, Witness
from naoso.core.response.opening import Draft, open_all
from naoso.core.response.stages import settle
from naoso.core.response.timeline import announce, event_of, tell, write
from naoso.core.response.witnesses import Testimony, as_told, of_alert
from naoso.core.response.workflow import Outcome, State
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.geometry import LonLat


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
    draft = Draft(
        kind=kind,
        title=title,
        severity=severity,
        owner=owner,
        description=description,
        unit_id=unit_id,
        place=place,
        witnesses=tuple(witnesses),
    )
    return open_all([draft], actor)[0]


ALERT_KIND = "alert"


def open_from_alert(*, alert: Alert, actor: Account | None) -> Incident:
    """An alert becomes an incident: of the kind named like its domain, else of the general kind.

    Who opens it has seen the alert: it counts as acknowledged.
    """
    kinds = {kind.code: kind for kind in IncidentKind.objects.filter(code__in=[alert.domain, ALERT_KIND])}
    kind = kinds.get(alert.domain) or kinds.get(ALERT_KIND)
    if kind is None:
        raise BadInput.of("kind", alert.domain, "known", _("No kind of incident takes alerts yet: add one."))
    if actor and alert.acknowledged_at is None and allowed(actor, "alerts.acknowledge", alert):
        acknowledge(alert=alert, actor=actor, note=_("An incident was opened"))
    return open_incident(
        kind=kind,
        title=alert.title,
        description=alert.detail,
        severity=alert.severity,
        owner=alert.owner,
        actor=actor,
        unit_id=alert.unit_id,
        place=LonLat(alert.point.x, alert.point.y) if alert.point else None,
        witnesses=[of_alert(alert)],
    )


def accept(*, incident: Incident, actor: Account, seen: int | None = None) -> Incident:
    """Take the incident: the actor becomes its assignee, and has seen the alerts that tell of it."""
    require(actor, "response.work", incident)
    with recorded(actor):
        _acknowledge_alerts(incident, actor)
        with changing(incident, actor, "response.work", seen=seen) as row:
            move(row, State.ACCEPTED)
            row.assignee = actor
            write(row, actor, EntryKind.MOVED, _("Accepted by %(who)s") % {"who": actor})
            settle_subject(subject=f"response:incident:{row.pk}")
    return row


def _acknowledge_alerts(incident: Incident, actor: Account) -> None:
    """Whoever takes the incident takes care of them: nobody escalates what somebody works on.

    Alerts are locked before the incident, as intakes do: otherwise an alarm that comes in the same moment
    and the person who accepts would wait for each other.
    """
    told = set(incident.witnesses.values_list("subject", flat=True)) | {incident.subject} - {""}
    ids = [int(s.rpartition(":")[2]) for s in told if s.startswith("alerts:alert:")]
    waiting = Alert.objects.filter(Q(pk__in=ids) | Q(subject__in=told), Alert.UNSEEN)
    for alert in waiting.order_by("pk"):
        if allowed(actor, "alerts.acknowledge", alert):
            with suppress(Conflict):  # somebody has just seen it
                acknowledge(alert=alert, actor=actor, note=incident.number)


def start_work(*, incident: Incident, actor: Account, seen: int | None = None) -> Incident:
    """Work has begun."""
    with changing(incident, actor, "response.work", seen=seen) as row:
        if row.state == State.PAUSED:
            raise BadInput.of("state", row.state, "workflow", _("Resume the clock first."))
        move(row, State.WORKING)
        row.assignee = row.assignee or actor
        write(row, actor, EntryKind.MOVED, _("Work has begun"))
    return row


def assign(*, incident: Incident, actor: Account, owner: Organisation, assignee: Account | None) -> Incident:
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
        write(row, actor, EntryKind.ASSIGNED, text)
        told = [assignee] if assignee else accounts_with("response.work", owner_id=owner.pk)
        tell(row, told)
    return row


def add_note(*, incident: Incident, actor: Account, text: str, handover: bool = False) -> Incident:
    """A line for those who work on it, or a hand-over note for the next shift."""
    text = text.strip()
    if not text:
        raise BadInput.of("text", "", "required", _("Write something first."))
    with changing(incident, actor, "response.work") as row:
        write(row, actor, EntryKind.HANDOVER if handover else EntryKind.NOTE, text[:5000])
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
        write(row, actor, EntryKind.TASK, _("New task: %(title)s") % {"title": task.title})
        if assignee is not None:
            tell(row, [assignee])
    return task


def finish_task(*, task: Task, actor: Account, note: str = "") -> Task:
    """Done; doing it twice changes nothing."""
    with changing(task.incident, actor, "response.work") as row:
        task = Task.objects.select_for_update().get(pk=task.pk)
        if task.done_at is None:
            task.done_at, task.done_by, task.note = timezone.now(), actor, note[:500]
            task.save()
            write(row, actor, EntryKind.TASK, _("Done: %(title)s") % {"title": task.title})
            settle(row)
    return task


def skip_task(*, task: Task, actor: Account, reason: str) -> Task:
    """Not to be done here, and why; the next stage need not wait for it."""
    if not reason.strip():
        raise BadInput.of("reason", "", "required", _("Say why this step is skipped."))
    with changing(task.incident, actor, "response.work", reason=reason) as row:
        task = Task.objects.select_for_update().get(pk=task.pk)
        if task.done_at is not None:
            raise Conflict(_("This step is done already."))
        task.done_at, task.done_by = timezone.now(), actor
        task.skipped, task.note = True, reason.strip()[:500]
        task.save()
        text = _("Skipped: %(title)s. %(reason)s") % {"title": task.title, "reason": task.note}
        write(row, actor, EntryKind.TASK, text)
        settle(row)
    return task


def reopen_task(*, task: Task, actor: Account) -> Task:
    """Undo "done"."""
    with changing(task.incident, actor, "response.work") as row:
        task = Task.objects.select_for_update().get(pk=task.pk)
        task.done_at, task.done_by, task.skipped = None, None, False
        task.save()
        write(row, actor, EntryKind.TASK, _("Not done after all: %(title)s") % {"title": task.title})
    return task


def add_witness(*, incident: Incident, actor: Account | None, testimony: Testimony) -> Incident:
    """One more alert or report of the same thing."""
    if actor is not None:
        require(actor, "response.work", incident)
    with recorded(actor):
        if seeing.add_all([(incident, testimony)], actor):
            settle(incident)
        announce(incident, "response.incident_changed")
    return incident


def merge(*, incident: Incident, into: Incident, actor: Account) -> Incident:
    """Close this one as part of the other, which gets its witnesses and open tasks.

    Steps of its procedure stay with it: the other one has its own.
    """
    if incident.pk == into.pk or not into.is_open:
        raise BadInput.of("into", into.number, "open-other", _("Choose another incident that is open."))
    require(actor, "response.work", into)
    with changing(incident, actor, "response.work") as row:
        move(row, State.CLOSED)
        seeing.add_all(((into, as_told(witness)) for witness in row.witnesses.all()), actor)
        row.tasks.filter(done_at__isnull=True, step__isnull=True).update(incident=into)
        settle(into)
        row.closed_at, row.outcome, row.merged_into = timezone.now(), Outcome.MERGED, into
        row.paused_at, row.pause_reason = None, ""
        text = _("%(one)s merged into %(other)s") % {"one": row.number, "other": into.number}
        write(row, actor, EntryKind.MERGED, text)
        write(into, actor, EntryKind.MERGED, text)
        announce(into, "response.incident_changed")
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
            witnesses=[as_told(witness) for witness in chosen],
        )
        Witness.objects.filter(pk__in=[w.pk for w in chosen]).delete()
        text = _("Split off: %(number)s") % {"number": twin.number}
        write(row, actor, EntryKind.SPLIT, text)
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
        write(row, actor, EntryKind.MOVED, text.strip())
        emit(event_of(row, "response.incident_closed"))
    return row


def reopen(*, incident: Incident, actor: Account, reason: str) -> Incident:
    """Undo a closing, with the reason; the clock starts anew."""
    if not reason.strip():
        raise BadInput.of("reason", "", "required", _("Say why it is opened again."))
    with changing(incident, actor, "response.close", reason=reason) as row:
        if row.merged_into_id is not None:
            raise BadInput.of("state", row.state, "merged", _("It was merged: open the other one."))
        if row.subject and Incident.objects.open().filter(subject=row.subject).exists():
            raise BadInput.of("state", row.state, "open-once", _("A newer incident of the same is open."))
        move(row, State.WORKING)
        row.closed_at, row.outcome, row.outcome_note = None, "", ""
        row.due_at, row.warned_late = deadline(row.kind, timezone.now(), row.kind.deadline), False
        write(row, actor, EntryKind.MOVED, _("Opened again: %(reason)s") % {"reason": reason})
    return row
