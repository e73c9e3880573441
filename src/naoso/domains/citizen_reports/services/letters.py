"""The report of the week by e-mail, in each recipient's own scope."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.notify.services import tell_address
from naoso.domains.citizen_reports.models import WeeklyLetter
from naoso.domains.citizen_reports.selectors.performance import Line, Period, performance

MOST_LINES = 15
NOT_TWICE = dt.timedelta(days=6)


def send_due(now: dt.datetime | None = None) -> int:
    """To everybody whose hour of the week it is, once."""
    moment = timezone.localtime(now)
    due = WeeklyLetter.objects.filter(enabled=True, weekday=moment.weekday(), hour__lte=moment.hour)
    due = due.exclude(last_sent_at__gt=moment - NOT_TWICE).exclude(account__email="")
    sent = 0
    for pk in list(due.filter(account__is_active=True).values_list("pk", flat=True)):
        with transaction.atomic():
            letter = WeeklyLetter.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if letter is None or (letter.last_sent_at and letter.last_sent_at > moment - NOT_TWICE):
                continue
            write_one(letter, moment.date())
            letter.last_sent_at = moment
            letter.save(update_fields=["last_sent_at"])
            sent += 1
    return sent


def write_one(letter: WeeklyLetter, today: dt.date) -> None:
    """The seven days before today."""
    account = letter.account
    period = Period(today - dt.timedelta(days=7), today - dt.timedelta(days=1))
    lines, whole = performance(account, period)
    with translation.override(account.language):
        span = {"since": f"{period.since:%d/%m}", "until": f"{period.until:%d/%m/%Y}"}
        body = [_("In your scope:"), sentence(_("All together"), whole), ""]
        body += [sentence(line.name, line) for line in lines[:MOST_LINES]]
        tell_address(
            channel="email",
            address=account.email,
            title=_("Citizen reports from %(since)s to %(until)s") % span,
            body="\n".join(body),
            url=f"/reports/performance/?since={period.since:%d/%m/%Y}&until={period.until:%d/%m/%Y}",
        )


def sentence(name: str, line: Line) -> str:
    """One group in one line."""
    share, days = line.on_time_share, line.median_days
    return _(
        "%(name)s: received %(received)s, ended %(ended)s, on time %(share)s, "
        "median %(days)s days, open %(open)s"
    ) % {
        "name": name,
        "received": line.received,
        "ended": line.ended,
        "share": "–" if share is None else f"{number_format(round(share, 1))} %",
        "days": "–" if days is None else number_format(round(days, 1)),
        "open": line.open,
    }
