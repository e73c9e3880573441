"""A report goes to a body outside the house, by e-mail or Open311; what comes back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models import (
    EntryKind,
    Forwarding,
    OutsideBody,
    Report,
)
from naoso.domains.citizen_reports.services import clocks
from naoso.domains.citizen_reports.services.changes import changing, in_their_language, move, write
from naoso.domains.citizen_reports.workflow import State


def send_outside(
    *, report: Report, actor: Account, body: OutsideBody, note: str = "", seen: int | None = None
) -> Forwarding:
    """Pass it on; the clock stands while they have it. It leaves in the background, until it arrived."""
    with changing(report, actor, seen=seen) as row:
        move(row, State.OUTSIDE)
        row.handler = row.handler or actor
        clocks.answered_first(row)
        clocks.pause(row, _("With %(body)s") % {"body": body})
        with in_their_language(row):
            write(row, _("Your report was passed on to %(owner)s.") % {"owner": body}, actor=actor)
        if note:
            write(row, note, kind=EntryKind.NOTE, actor=actor, public=False)
        return Forwarding.objects.create(
            report=row, body=body, note=note, created_by=actor, next_try_at=timezone.now()
        )
