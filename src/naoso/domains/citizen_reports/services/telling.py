"""Who hears of a report: officers through the house, citizens by e-mail and web push."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from naoso.core.notify.services import notify, tell_address
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with
from naoso.domains.citizen_reports.models import Follower, Report, Reporter
from naoso.domains.citizen_reports.workflow import State
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
    for hearer in hearers(report):
        with translation.override(hearer.language):
            tell_address(
                channel=hearer.channel,
                address=hearer.address,
                title=str(title) % {"code": hearer.name},
                body=text,
                url=hearer.url,
            )


@dataclass(frozen=True, slots=True)
class Hearer:
    """Where a letter goes, what the report is called in it, and the page that it opens.

    A code is its sender's key: nobody else ever gets it.
    """

    channel: str
    address: str
    language: str
    name: str
    url: str


# This report and those joined to it, where anybody left an address at all: most reports have nobody.
HEARD = """
SELECT r.id, r.code, r.language FROM citizen_reports_report r
WHERE (r.id = %(report)s OR r.merged_into_id = %(report)s) AND (
    EXISTS (SELECT FROM citizen_reports_follower f WHERE f.report_id = r.id)
    OR EXISTS (SELECT FROM citizen_reports_reporter p WHERE p.report_id = r.id AND p.email <> ''))
"""


def hearers(report: Report) -> Iterator[Hearer]:
    """Each address once; whose report was joined to this one hears of this one."""
    here = {one.pk: one for one in Report.objects.raw(HEARD, {"report": report.pk})}
    if not here:
        return
    followers = list(Follower.objects.filter(report_id__in=list(here)).order_by("pk"))
    reporters = list(Reporter.objects.filter(report_id__in=list(here)).exclude(email=""))
    for follower in followers:
        follower.report = here[follower.report_id]
    for reporter in reporters:
        reporter.report = here[reporter.report_id]
    found = [*senders(reporters, followers), *(h for one in followers for h in ways_of(one, report))]
    told: set[tuple[str, str]] = set()
    for hearer in found:
        if (hearer.channel, hearer.address) not in told:
            told.add((hearer.channel, hearer.address))
            yield hearer


def senders(reporters: Iterable[Reporter], followers: list[Follower]) -> Iterator[Hearer]:
    """Those who left an address and have not chosen otherwise since: then their following decides."""
    for reporter in reporters:
        chosen = any(
            one.report_id == reporter.report_id
            and not one.me_too
            and (
                (reporter.device and one.device == reporter.device)
                or (reporter.citizen_id and one.citizen_id == reporter.citizen_id)
            )
            for one in followers
        )
        if not chosen:
            own = reporter.report
            yield Hearer("email", reporter.email, own.language, own.code, page_of(own))


def ways_of(follower: Follower, report: Report) -> Iterator[Hearer]:
    """Who only saw the same hears what is public: no question to the sender, nothing that is withdrawn."""
    if follower.ended_at or (follower.me_too and (not report.is_public or report.state == State.WAITING)):
        return
    own = follower.report
    link = (
        f"/reports/following/{follower.token}/" if follower.me_too else f"{page_of(own)}?by={follower.token}"
    )
    name = f"#{own.pk}" if follower.me_too else own.code
    if follower.email:
        yield Hearer("email", follower.email, follower.language, name, link)
    if follower.push:
        yield Hearer("push", follower.push, follower.language, name, link)


def page_of(report: Report) -> str:
    """Where the citizen reads on."""
    return f"/reports/follow/{report.code}/"
