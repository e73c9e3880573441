"""Who hears of a report: officers through the house, citizens by e-mail and web push."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from naoso.core.notify.services import notify, tell_address
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with
from naoso.domains.citizen_reports.models import Follower, Report, Reporter
from naoso.kernel.findings import Severity

SUBJECT = "citizen_reports:report:"


def officers_of(report: Report) -> list[Account]:
    """Who may handle it: the one it was given to, else everybody of the owner."""
    if report.handler is not None:
        return [report.handler]
    return list(accounts_with("citizen_reports.handle", owner_id=report.owner_id, unit_id=report.unit_id))


def tell_officers(
    report: Report,
    title: str,
    body: str = "",
    *,
    people: Iterable[Account] | None = None,
    key: str = "citizen_reports.report",
    severity: Severity = Severity.MODERATE,
) -> None:
    """In the application and as each wishes."""
    notify(
        key=key,
        title=title,
        body=body or report.text[:300],
        url=f"/reports/{report.pk}/",
        severity=severity,
        recipients=officers_of(report) if people is None else people,
        subject=f"{SUBJECT}{report.pk}",
    )


def tell_owner(report: Report) -> None:
    """A report has come to them."""
    words = {"code": report.code, "category": report.category.title}
    tell_officers(report, _("Report %(code)s: %(category)s") % words)


def tell_citizens(report: Report, title: StrOrPromise, text: str = "") -> None:
    """The one who sent it and all who follow; `title` may be lazy and holds %(code)s."""
    for channel, address, language, url in hearers(report):
        with translation.override(language):
            tell_address(
                channel=channel,
                address=address,
                title=str(title) % {"code": report.code},
                body=text,
                url=url,
            )


def hearers(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Channel, address, language and link of each who wants to hear, once each; whose report was joined
    to this one hears of this one."""
    told: set[str] = set()
    reporters = Reporter.objects.filter(Q(report=report) | Q(report__merged_into=report)).exclude(email="")
    for reporter in reporters.select_related("report"):
        if reporter.email not in told:
            told.add(reporter.email)
            yield "email", reporter.email, reporter.report.language, page_of(reporter.report)
    followers = Follower.objects.filter(Q(report=report) | Q(report__merged_into=report), ended_at=None)
    for follower in followers:
        link = f"{page_of(report)}?by={follower.token}"
        if follower.email and follower.email not in told:
            told.add(follower.email)
            yield "email", follower.email, follower.language, link
        if follower.push:
            yield "push", follower.push, follower.language, link


def page_of(report: Report) -> str:
    """Where the citizen reads on."""
    return f"/reports/follow/{report.code}/"
