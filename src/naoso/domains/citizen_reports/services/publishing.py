"""What becomes public, when, and in which words."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.response.working_time import add_working_time
from naoso.domains.citizen_reports.models import EntryKind, Report, Visibility
from naoso.domains.citizen_reports.rules.words import without_personal_data
from naoso.domains.citizen_reports.selectors.directory import directory
from naoso.domains.citizen_reports.services.changes import HANDLE, changing, write
from naoso.domains.citizen_reports.services.clocks import wind
from naoso.domains.citizen_reports.services.incidents import open_its_incident
from naoso.domains.citizen_reports.services.telling import tell_owner
from naoso.kernel.errors import BadInput

MODERATE = "citizen_reports.moderate"


def publish(report: Report) -> None:
    """An officer has taken it up: where the category is public, so is the report; not saved here."""
    if report.category.visibility != Visibility.PUBLIC or report.held:
        return
    if report.public_since is None:
        report.public_since = timezone.now()
        report.public_text = without_personal_data(report.text)


def hide(*, report: Report, actor: Account, reason: str, seen: int | None = None) -> Report:
    """Withdrawn from the public, with the reason; the citizen still follows it."""
    with changing(report, actor, seen=seen, permission=MODERATE, reason=reason) as row:
        row.hidden = True
        text = _("Withdrawn from the public: %(reason)s") % {"reason": reason}
        write(row, text, kind=EntryKind.MODERATED, actor=actor, public=False)
    return row


def show(*, report: Report, actor: Account, seen: int | None = None) -> Report:
    """Public again."""
    with changing(report, actor, seen=seen, permission=MODERATE) as row:
        row.hidden = False
        write(row, _("Public again"), kind=EntryKind.MODERATED, actor=actor, public=False)
    return row


def release(*, report: Report, actor: Account, seen: int | None = None) -> Report:
    """What was held back goes its way: its clocks start now, its owner hears. Moderators and officers may."""
    permission = MODERATE if allowed(actor, MODERATE, report) else HANDLE
    with changing(report, actor, seen=seen, permission=permission) as row:
        if not row.held:
            raise BadInput.of("held", "", "state", _("This report is not held back."))
        now, book = timezone.now(), directory()
        days = book.days
        row.held, row.held_reason = False, ""
        row.due_at = add_working_time(now, row.category.deadline, days)
        row.answer_due_at = add_working_time(now, row.category.answer_deadline, days)
        wind(row, book)
        write(row, _("Released"), kind=EntryKind.MODERATED, actor=actor, public=False)
        if row.category.opens_incident:
            open_its_incident(row)
        tell_owner(row)
    return row
