"""Alerts and incidents of single cameras, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject
from naoso.core.response.occurrences import Occurrence
from naoso.core.response.witnesses import Testimony
from naoso.domains.cameras.models import Outage
from naoso.domains.cameras.rules.health import CLOCK, PICTURE, Known
from naoso.domains.cameras.standings import STANDINGS
from naoso.domains.cameras.watching.book import Page
from naoso.domains.cameras.words import problem_words
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.ids import SubjectRef

KIND = "equipment"
OUT, WRONG_CLOCK = "camera-out", "camera-clock"
GRAVE = frozenset({"fire", "flood", "isolation"})


def subject_of(page: Page) -> SubjectRef:
    """A camera goes by the number of its city object."""
    return SubjectRef("cameras", "camera", str(page.camera_id))


def severity_of(page: Page, state: str) -> Severity:
    """A wrong picture is less than none; where rescue looks through it, a step more."""
    plain = Severity.MINOR if state == PICTURE else Severity.MODERATE
    return Severity(plain + 1) if page.purpose in GRAVE else plain


def out_words(row: Outage) -> str:
    """`Cannot be reached`, `Picture is wrong: picture is blurred`."""
    words = str(STANDINGS[row.state].label)
    return f"{words}: {problem_words(row.problems)}" if row.problems else words


def finding(page: Page, rule: str, severity: Severity, now: dt.datetime, title: str, detail: str) -> Finding:
    """In the scope and at the place of the camera."""
    return Finding(
        rule=rule, subject=subject_of(page), active=True, severity=severity, observed_at=now,
        owner_id=page.owner_id, unit_id=page.unit_id, title=title[:200], detail=detail, place=page.place,
    )  # fmt: skip


def calmed(camera: CityObject, now: dt.datetime) -> list[Finding]:
    """Whatever was told of a camera that is asked no more, or another way, is over."""
    return [
        Finding(
            rule=rule, subject=SubjectRef("cameras", "camera", str(camera.pk)), active=False,
            severity=Severity.MINOR, observed_at=now, owner_id=camera.owner_id, unit_id=camera.unit_id,
            title=camera.code,
        )
        for rule in (OUT, WRONG_CLOCK)
    ]  # fmt: skip


def out_finding(page: Page, row: Outage, now: dt.datetime, *, active: bool) -> Finding:
    """Of one camera, raised or cleared."""
    since = date_format(localtime(row.began_at), "H:i d/m/Y")
    title = _("Camera %(name)s: %(words)s") % {"name": page.name, "words": out_words(row).lower()}
    detail = _("Since %(since)s. Vendor: %(vendor)s; group: %(group)s.") % {
        "since": since, "vendor": page.vendor or "–", "group": page.group or "–",
    }  # fmt: skip
    found = finding(page, OUT, severity_of(page, row.state), now, title, detail)
    return found if active else replaced(found)


def replaced(found: Finding) -> Finding:
    """The same, over."""
    return Finding(**{name: getattr(found, name) for name in found.__slots__} | {"active": False})


def out_occurrence(page: Page, row: Outage, now: dt.datetime) -> Occurrence:
    """It stays out: somebody goes there."""
    title = _("Camera out of order: %(name)s") % {"name": page.name}
    since = date_format(localtime(row.began_at), "H:i d/m/Y")
    return Occurrence(
        kind=KIND, title=title[:200], severity=severity_of(page, row.state), owner_id=page.owner_id,
        unit_id=page.unit_id, subject=str(subject_of(page)), place=page.place,
        description=_("%(words)s since %(since)s.") % {"words": out_words(row), "since": since},
        testimony=Testimony(str(subject_of(page)), title[:200], f"/cameras/{page.camera_id}/", now),
    )  # fmt: skip


def clock_findings(moved: Iterable[tuple[Page, Known]], now: dt.datetime) -> Iterator[Finding]:
    """Recordings of a camera with a wrong clock prove little."""
    for page, before in moved:
        was, wrong = CLOCK in before.problems, CLOCK in page.known.problems
        if was == wrong or (not wrong and page.known.is_out and page.known.state != PICTURE):
            continue
        title = _("Camera %(name)s: its clock is wrong") % {"name": page.name}
        detail = _("Times in its pictures do not count. Set its time server (NTP).")
        found = finding(page, WRONG_CLOCK, Severity.MINOR, now, title, detail)
        yield found if wrong else replaced(found)
