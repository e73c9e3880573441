"""Up-time as a report: by camera, group, vendor or unit, over so many days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from naoso.core.people.scope import User
from naoso.domains.cameras import listing
from naoso.domains.cameras.listing import Line
from naoso.domains.cameras.models import CameraGroup, HealthState
from naoso.domains.cameras.rules.uptime import Down, down_s


@dataclass(frozen=True, slots=True)
class Row:
    """One line: cameras, share of the time that they worked, outages, hours without, the longest of them."""

    title: str
    cameras: int
    share: float
    outages: int
    down_h: float
    longest_h: float
    working: int
    camera_id: int | None = None

    @property
    def percent(self) -> float:
        """0…100."""
        return 100 * self.share


@dataclass(slots=True)
class _Sum:
    cameras: int = 0
    watched_s: float = 0.0
    down_s: float = 0.0
    outages: int = 0
    longest_s: float = 0.0
    working: int = 0
    camera_id: int | None = None

    def add(self, line: Line, spans: list[Down], since: dt.datetime, until: dt.datetime) -> None:
        """One camera more."""
        assert line.source is not None
        since = max(since, line.source.connected_at)
        self.cameras += 1
        self.watched_s += max(0.0, (until - since).total_seconds())
        self.down_s += down_s(spans, since, until)
        self.outages += len(spans)
        self.longest_s = max([self.longest_s, *(down_s([span], since, until) for span in spans)])
        self.working += line.standing.code == "ok"
        self.camera_id = line.camera.pk

    def row(self, title: str, *, one: bool) -> Row:
        """As it is shown."""
        share = 1 - min(1.0, self.down_s / self.watched_s) if self.watched_s else 0.0
        return Row(
            title, self.cameras, share, self.outages, self.down_s / 3600, self.longest_s / 3600,
            self.working, self.camera_id if one else None,
        )  # fmt: skip


def report(
    user: User, *, by: str, days: int, now: dt.datetime, group: CameraGroup | None = None
) -> tuple[list[Row], Row]:
    """The worst first, and all together; cameras that are switched off or were never checked do not count."""
    rows = listing.narrowed(listing.cameras(user), {"group": group.pk if group else None})
    lines = [line for line in listing.lines(user, rows, uptime=False) if is_counted(line)]
    since = now - dt.timedelta(days=days)
    spans = listing.spans_of([line.source.pk for line in lines if line.source], since)
    sums: dict[str, _Sum] = defaultdict(_Sum)
    whole = _Sum()
    for line in lines:
        assert line.source is not None
        own = spans.get(line.source.pk, [])
        sums[key_of(line, by)].add(line, own, since, now)
        whole.add(line, own, since, now)
    found = [one.row(title.partition("\0")[0], one=by == "camera") for title, one in sums.items()]
    return sorted(found, key=lambda row: (row.share, row.title)), whole.row(_("All"), one=False)


def is_counted(line: Line) -> bool:
    """In use, and checked at least once."""
    return bool(line.source and line.source.enabled and line.health and line.health.state != HealthState.NEW)


def key_of(line: Line, by: str) -> str:
    """What a camera is added to; two cameras of one name stay two."""
    assert line.source is not None
    titles: dict[str, Any] = {
        "group": line.source.group or _("without a group"),
        "vendor": line.source.vendor or _("unknown vendor"),
        "unit": line.camera.unit or _("without a unit"),
    }
    return str(titles[by]) if by in titles else f"{line.name}\0{line.camera.pk}"


def table(rows: Iterable[Row]) -> Iterable[list[str]]:
    """Lines of the CSV."""
    for row in rows:
        yield [
            row.title, str(row.cameras), str(row.working), f"{row.percent:.2f}", str(row.outages),
            f"{row.down_h:.2f}", f"{row.longest_h:.2f}",
        ]  # fmt: skip
