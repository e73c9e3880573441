"""What the process knows of each camera between rounds, and its sources as they are now: one statement."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from naoso.core.objects.models import State
from naoso.domains.cameras.models import CameraHealth, CameraSource, HealthState
from naoso.domains.cameras.rules.health import Known, Lost
from naoso.domains.cameras.rules.picture import Baseline, Shot
from naoso.domains.cameras.watching.asking import Wanted
from naoso.kernel.geometry import LonLat

FIELDS = (
    "pk", "version", "main_url", "sub_url", "username", "sealed_password", "vendor", "group_id",
    "group__name", "camera_id", "camera__code", "camera__data", "camera__owner_id",
    "camera__unit_id", "camera__shape", "can_turn",
)  # fmt: skip


REFUSED_EVERY = 10  # rounds; devices lock an account that tries a wrong password twice a minute


@dataclass(slots=True)
class Page:
    """One source: where it is asked, what it is called, what is held to be so, what was learned."""

    pk: int
    version: int
    url: str
    username: str
    sealed_password: str
    vendor: str
    group_id: int | None
    group: str
    camera_id: int
    name: str
    purpose: str
    owner_id: int
    unit_id: int | None
    place: LonLat
    turns: bool = False
    known: Known = field(default_factory=lambda: Known(HealthState.NEW))
    since: dt.datetime | None = None
    clock_wrong: bool = False
    baseline: Baseline = field(default_factory=Baseline)
    before: Shot | None = None
    unsaved: int = 0
    rested: int = 0

    def is_due(self) -> bool:
        """Whether it is asked in this round; one known to refuse its password rests for some rounds."""
        refuses = self.known.state == HealthState.REFUSED and not self.known.suspected
        self.rested = (self.rested + 1) % REFUSED_EVERY if refuses else 0
        return self.rested == 0

    @property
    def wanted(self) -> Wanted:
        """As it is asked."""
        return Wanted(
            self.pk, self.url, self.username, self.sealed_password, self.baseline, self.before,
            self.known.state == HealthState.OK,
        )  # fmt: skip

    @property
    def shared(self) -> dict[str, str]:
        """What it has in common with others: a subnet of 256 addresses, a group, a vendor."""
        host = urlsplit(self.url).hostname or ""
        subnet = host.rpartition(".")[0] if host.count(".") == 3 and host.replace(".", "").isdigit() else ""
        return {
            "subnet": f"{subnet}.0/24" if subnet else "", "group": self.group, "vendor": self.vendor
        }  # fmt: skip

    @property
    def lost(self) -> Lost:
        """As the rules of mass outages read it."""
        return Lost(self.pk, self.shared)


class Book:
    """All pages; those of sources that were changed or are new begin anew."""

    def __init__(self) -> None:
        self.pages: dict[int, Page] = {}

    def refresh(self) -> None:
        """Two statements, a third where something is new."""
        rows = CameraSource.objects.filter(enabled=True).exclude(camera__state=State.REMOVED)
        found = {row[0]: row for row in rows.values_list(*FIELDS)}
        fresh = [pk for pk, row in found.items() if not self._has(pk, row[1])]
        kept = {health.pk: health for health in CameraHealth.objects.filter(pk__in=fresh)} if fresh else {}
        missing = [CameraHealth(source_id=pk) for pk in fresh if pk not in kept]
        CameraHealth.objects.bulk_create(missing, ignore_conflicts=True)
        known = {pk: page for pk, page in self.pages.items() if pk in found}
        for pk, row in found.items():
            page = page_of(row)
            if pk in fresh:
                remember(page, kept.get(pk))
            else:
                carry_over(known[pk], page)
            known[pk] = page
        self.pages = known

    def _has(self, pk: int, version: int) -> bool:
        return pk in self.pages and self.pages[pk].version == version

    def totals(self) -> Counter[tuple[str, str]]:
        """How many cameras share what."""
        return Counter(pair for page in self.pages.values() for pair in page.shared.items() if pair[1])


def page_of(row: tuple[object, ...]) -> Page:
    """From a row of `FIELDS`."""
    (
        pk,
        version,
        main,
        sub,
        username,
        sealed,
        vendor,
        group_id,
        group,
        camera,
        code,
        data,
        owner,
        unit,
        shape,
        turns,
    ) = row
    facts: dict[str, object] = dict(data)  # type: ignore[call-overload]
    return Page(
        pk, version, sub or main, username, sealed, vendor, group_id, group or "", camera,  # type: ignore[arg-type]
        str(facts.get("name") or code), str(facts.get("purpose", "")), owner, unit,  # type: ignore[arg-type]
        LonLat(shape.x, shape.y), bool(turns),  # type: ignore[attr-defined]
    )  # fmt: skip


def remember(page: Page, health: CameraHealth | None) -> None:
    """What an earlier process wrote down."""
    if health is None:
        return
    page.known = Known(health.state, tuple(health.problems), health.suspected, health.streak)
    page.since, page.clock_wrong = health.since, "clock" in health.problems
    page.baseline = Baseline.unpacked(health.baseline)


def carry_over(old: Page, page: Page) -> None:
    """The same source as in the round before."""
    page.known, page.since, page.clock_wrong = old.known, old.since, old.clock_wrong
    page.baseline, page.before, page.unsaved = old.baseline, old.before, old.unsaved
    page.rested = old.rested


def pages_of(book: Book, ids: Iterable[int]) -> list[Page]:
    """Those that are still there."""
    return [book.pages[pk] for pk in ids if pk in book.pages]
