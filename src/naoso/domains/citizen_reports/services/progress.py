"""What an outside body did with a report that was passed on to it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports.models import (
    ApiKey,
    Entry,
    EntryKind,
    Forwarding,
    ForwardingState,
    Progress,
    Report,
)
from naoso.domains.citizen_reports.rules.words import clean_text
from naoso.domains.citizen_reports.services import clocks
from naoso.domains.citizen_reports.services.changes import locked_row, settle, write
from naoso.domains.citizen_reports.services.moves import end
from naoso.domains.citizen_reports.services.telling import tell_officers
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput

THEIRS = (
    ForwardingState.QUEUED, ForwardingState.SENT, ForwardingState.RECEIVED, ForwardingState.ANSWERED,
)  # fmt: skip


def forwarding_to(report_id: int, key: ApiKey) -> Forwarding | None:
    """The newest passing on of this report to the key's body."""
    rows = Forwarding.objects.filter(report_id=report_id, body=key.body, state__in=THEIRS)
    return rows.order_by("-created_at", "-id").first()


def tell_progress(
    *,
    forwarding: Forwarding,
    solved: bool,
    text: str,
    key: ApiKey | None = None,
    update_id: str = "",
) -> Entry:
    """Their words go to the officers; `solved` makes them the public answer and ends the report.

    The same `update_id` of the same key again changes nothing.
    """
    if (known := told_before(key, update_id)) is not None:
        return known
    text = clean_text(text)
    if not text:
        raise BadInput.of("description", "", "required", _("Say in words what was done."))
    with recorded(None, reason=f"outside body: {forwarding.body}"):
        report = locked_row(forwarding.report_id)
        if (known := told_before(key, update_id)) is not None:  # a moment earlier
            return known
        entry = solved_by(report, text) if solved else noted(report, forwarding, text)
        forwarding.state = ForwardingState.ANSWERED if solved else ForwardingState.RECEIVED
        if solved:
            forwarding.next_try_at = None
        forwarding.save(update_fields=["state", "next_try_at"])
        settle(report)
        words = {"body": forwarding.body, "code": report.code}
        tell_officers(report, _("%(body)s on report %(code)s") % words, text)
        if key is not None:
            Progress.objects.create(key=key, update_id=update_id, entry=entry)
    return entry


def told_before(key: ApiKey | None, update_id: str) -> Entry | None:
    """What this update wrote when it came first."""
    if key is None:
        return None
    known = Progress.objects.filter(key=key, update_id=update_id).select_related("entry").first()
    return known.entry if known else None


def solved_by(report: Report, text: str) -> Entry:
    """The public answer, and the citizen hears of it; the row is not saved here."""
    if report.state != State.OUTSIDE:
        raise BadInput.of("status", "closed", "workflow", _("This report is no longer with an outside body."))
    clocks.resume(report)
    end(report, None, State.ANSWERED, text)
    return report.entries.filter(kind=EntryKind.ANSWER).latest("at", "id")


def noted(report: Report, forwarding: Forwarding, text: str) -> Entry:
    """A line for the officers."""
    return write(report, f"{forwarding.body}: {text}", kind=EntryKind.NOTE, public=False)


def seen_there(*, forwarding: Forwarding) -> None:
    """They have opened it."""
    if forwarding.state == ForwardingState.SENT:
        with recorded(None, reason=f"outside body: {forwarding.body}"):
            forwarding.state = ForwardingState.RECEIVED
            forwarding.save(update_fields=["state"])
