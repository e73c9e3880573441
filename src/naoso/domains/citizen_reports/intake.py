"""What other parts of the house tell this one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from naoso.core.notify.services import notify
from naoso.core.people.scope import accounts_with
from naoso.domains.citizen_reports.models import EntryKind, Report
from naoso.domains.citizen_reports.services.changes import write
from naoso.domains.citizen_reports.services.telling import tell_owner
from naoso.kernel.events import Event
from naoso.kernel.findings import Severity

PREFIX = "citizen_reports:report:"


def incident_closed(event: Event) -> None:
    """The work is done, but the citizen has no answer yet: remind who owes it."""
    ids = [int(text.removeprefix(PREFIX)) for text in event.data["witnesses"] if text.startswith(PREFIX)]
    for report in Report.objects.filter(pk__in=ids).open().select_related("category"):
        number = event.data["number"]
        text = _("Incident %(number)s is closed; answer the citizen.") % {"number": number}
        write(report, text, kind=EntryKind.LINKED, public=False)
        notify(
            key="citizen_reports.answer_owed",
            title=_("Answer report %(code)s") % {"code": report.code},
            body=_("Incident %(number)s is closed.") % {"number": number},
            url=f"/reports/{report.pk}/",
            severity=Severity.MODERATE,
            recipients=accounts_with(
                "citizen_reports.handle", owner_id=report.owner_id, unit_id=report.unit_id
            ),
            subject=f"{PREFIX}{report.pk}",
        )


def report_sent(event: Event) -> None:
    """Those who answer hear at once, but the citizen's phone need not wait for it."""
    report = (
        Report.objects.filter(pk=event.data["id"], held=False).select_related("category", "owner").first()
    )
    if report is not None:
        tell_owner(report)
