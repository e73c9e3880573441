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
    *, forwarding: Forwarding, key: ApiKey, solved: bool, text: str, update_id: str
) -> Progress:
    """Their words go to the officers; `solved` makes them the public answer and ends the report.

    The same `update_id` again changes nothing.
    """
    known = Progress.objects.filter(key=key, update_id=update_id).first()
    if known is not None:
        return known
    text = clean_text(text)
    if not text:
        raise BadInput.of("description", "", "required", _("Say in words what was done."))
    with recorded(None, reason=f"open311: {key.name}"):
        report = locked_row(forwarding.report_id)
        known = Progress.objects.filter(key=key, update_id=update_id).first()  # a moment earlier
        if known is not None:
            return known
        entry = solved_by(report, text) if solved else noted(report, forwarding, text)
        forwarding.state = ForwardingState.ANSWERED if solved else ForwardingState.RECEIVED
        forwarding.save(update_fields=["state"])
        settle(report)
        tell_officers(
            report, _("%(body)s on report %(code)s") % {"body": forwarding.body, "code": report.code}, text
        )
        return Progress.objects.create(key=key, update_id=update_id, entry=entry)


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
