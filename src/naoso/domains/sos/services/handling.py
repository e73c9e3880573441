"""What operators do with a call: each verb checks, writes, tells. The caller sees every step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.sos.events import told as event_of
from naoso.domains.sos.models import Call
from naoso.domains.sos.services import incidents
from naoso.domains.sos.services.receiving import locked
from naoso.domains.sos.workflow import CheckResult, Outcome, State, can_move
from naoso.kernel.errors import BadInput, Conflict

HANDLE = "sos.handle"


@contextmanager
def changing(call: Call, actor: Account, what: str) -> Iterator[Call]:
    """Check, lock, write, tell."""
    require(actor, HANDLE, call)
    with recorded(actor):
        row = locked(call)
        yield row
        row.save()
        emit(event_of(row, what))


def moved(row: Call, after: State) -> None:
    """By the table; raises Conflict for a step that is not there."""
    if not can_move(row.state, after):
        raise Conflict(_("This step is not possible now: %(state)s.") % {"state": row.get_state_display()})
    row.state = after


def mark_seen(*, call: Call, actor: Account) -> Call:
    """The caller's phone says that somebody has seen it. Seen twice is seen once."""
    with changing(call, actor, "seen") as row:
        if row.seen_at is None:
            if row.state == State.RECEIVED:
                moved(row, State.SEEN)
            row.seen_at, row.seen_by = timezone.now(), actor
    return row


def help_is_coming(*, call: Call, actor: Account) -> Call:
    """Somebody is on the way; whoever says so has seen it."""
    with changing(call, actor, "changed") as row:
        moved(row, State.HELPING)
        row.helping_at = timezone.now()
        if row.seen_at is None:
            row.seen_at, row.seen_by = row.helping_at, actor
    return row


def check_back(*, call: Call, actor: Account, result: str) -> Call:
    """What calling back has shown; not reached may be tried again."""
    if result not in CheckResult.values:
        raise BadInput.of("result", result, "choice", _("Choose a result."))
    with changing(call, actor, "changed") as row:
        row.check_result, row.checked_at, row.checked_by = result, timezone.now(), actor
        if row.state == State.RECEIVED:
            moved(row, State.SEEN)
            row.seen_at, row.seen_by = row.checked_at, actor
        if result != CheckResult.NOT_REACHED:
            incidents.called_back(row, actor, str(CheckResult(result).label))
    return row


def close_call(*, call: Call, actor: Account, outcome: str, note: str = "") -> Call:
    """End it; the caller reads how."""
    if outcome not in Outcome.values:
        raise BadInput.of("outcome", outcome, "choice", _("Choose an outcome."))
    with changing(call, actor, "closed") as row:
        moved(row, State.CLOSED)
        row.closed_at, row.outcome, row.note = timezone.now(), outcome, note.strip()[:500]
    return row


def close_with_incident(calls: list[Call], outcome: str) -> int:
    """The incident that they were part of has ended; how many were still open."""
    closed = 0
    for call in calls:
        with recorded(None, "incident closed"):
            row = locked(call)
            if row.is_open:
                row.state, row.closed_at, row.outcome = State.CLOSED, timezone.now(), outcome
                row.save()
                emit(event_of(row, "closed"))
                closed += 1
    return closed
