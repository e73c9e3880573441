"""One change of one report: lock, check the version and the table of moves, keep the history, announce."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.events import report_changed
from naoso.domains.citizen_reports.models import Entry, EntryKind, Report
from naoso.domains.citizen_reports.selectors.directory import directory
from naoso.domains.citizen_reports.workflow import State, can_move
from naoso.kernel.errors import BadInput, Conflict

HANDLE = "citizen_reports.handle"


@contextmanager
def changing(
    report: Report, actor: Account, *, seen: int | None = None, permission: str = HANDLE, reason: str = ""
) -> Iterator[Report]:
    """Lock the report for one change; `seen` is the version that the officer's screen showed.

    Raises NotAllowed, or Conflict naming who changed it meanwhile and how.
    """
    require(actor, permission, report)
    with recorded(actor, reason=reason):
        locked = locked_row(report.pk)
        if seen is not None and locked.version != seen:
            raise Conflict(meanwhile(locked))
        yield locked
        settle(locked)


@contextmanager
def changed_by_citizen(report: Report) -> Iterator[Report]:
    """The same for what the citizen does: the code was the key."""
    with recorded(None, reason="citizen"):
        locked = locked_row(report.pk)
        yield locked
        settle(locked)


def locked_row(pk: int) -> Report:
    """The row, ours until the transaction ends."""
    row = Report.objects.select_for_update().get(pk=pk)
    book = directory()
    row.category, row.owner = book.categories[row.category_id], book.bodies[row.owner_id]
    return row


def settle(report: Report) -> None:
    """Save, a version on, and say so."""
    report.version += 1
    report.changed_at = timezone.now()
    report.save()
    emit(report_changed(report, "citizen_reports.report_changed"))


def meanwhile(report: Report) -> str:
    """What somebody else did since the officer looked."""
    last = report.entries.select_related("actor").order_by("-at", "-id").first()
    if last is None:
        return _("Somebody changed this report meanwhile. Look again, then repeat.")
    words = {"who": last.actor or _("the system"), "what": last.text[:120]}
    return _("Meanwhile %(who)s changed this report: “%(what)s”. Look again, then repeat.") % words


def move(report: Report, after: State) -> None:
    """Change the state by the table."""
    if not can_move(report.state, after):
        words = {"before": State(report.state).label, "after": after.label}
        raise BadInput.of(
            "state",
            after.value,
            "workflow",
            _("A report that is “%(before)s” cannot become “%(after)s”.") % words,
        )
    report.state = after


def write(
    report: Report,
    text: str,
    *,
    kind: EntryKind = EntryKind.MOVED,
    actor: Account | None = None,
    public: bool = True,
) -> Entry:
    """One line of the history."""
    return Entry.objects.create(report=report, kind=kind, text=text, actor=actor, public=public)


def in_their_language(report: Report) -> translation.override:
    """Words that the citizen reads are said in the language in which the report came."""
    return translation.override(report.language)
