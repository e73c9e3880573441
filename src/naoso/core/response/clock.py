"""The clock of an incident: its deadline, pauses with a reason, the word when it is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with
from naoso.core.response.calendar import calendar
from naoso.core.response.changes import changing, move
from naoso.core.response.models import EntryKind, Incident, IncidentKind
from naoso.core.response.timeline import announce, tell, write
from naoso.core.response.workflow import State
from naoso.core.response.working_time import add_working_time, working_time_between
from naoso.kernel.errors import BadInput


def deadline(kind: IncidentKind, start: datetime, amount: timedelta) -> datetime:
    """Wall-clock or working time, as the kind says."""
    return start + amount if kind.around_the_clock else add_working_time(start, amount, calendar())


def pause_clock(*, incident: Incident, actor: Account, reason: str) -> Incident:
    """Stop the clock for a stated reason."""
    reason = reason.strip()
    if not reason:
        raise BadInput.of("reason", "", "required", _("Say why the clock stops."))
    with changing(incident, actor, "response.work", reason=reason) as row:
        move(row, State.PAUSED)
        row.paused_at, row.pause_reason = timezone.now(), reason[:300]
        write(row, actor, EntryKind.CLOCK, _("Clock paused: %(reason)s") % {"reason": reason})
    return row


def resume_clock(*, incident: Incident, actor: Account) -> Incident:
    """Go on: the deadline moves by what was left when the clock stopped."""
    with changing(incident, actor, "response.work") as row:
        if row.paused_at is None:
            raise BadInput.of("state", row.state, "workflow", _("The clock is not paused."))
        row.due_at = moved_deadline(row, row.paused_at, timezone.now())
        row.paused_at, row.pause_reason = None, ""
        move(row, State.WORKING)
        write(row, actor, EntryKind.CLOCK, _("Clock runs again"))
    return row


def moved_deadline(incident: Incident, paused_at: datetime, now: datetime) -> datetime:
    """The time left at the pause, counted from now in the same kind of time."""
    if incident.due_at <= paused_at:
        return incident.due_at
    if incident.kind.around_the_clock:
        return now + (incident.due_at - paused_at)
    left = working_time_between(paused_at, incident.due_at, calendar())
    return add_working_time(now, left, calendar())


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
            write(row, None, EntryKind.CLOCK, _("The deadline has passed"))
            above = row.owner.parent or row.owner
            people = list(accounts_with("response.assign", owner_id=above.pk, unit_id=row.unit_id))
            tell(row, [*people, *([row.assignee] if row.assignee else [])], late=True)
            announce(row, "response.incident_changed")
    return len(rows)
