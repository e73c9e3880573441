"""Reads of stations: where they stand now, how they got there, what is near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.shortcuts import get_object_or_404
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.alerts.rules import rises
from naoso.core.alerts.silence import THING_RULE
from naoso.core.people.scope import User
from naoso.core.places.models import UNIT_SHAPES
from naoso.core.registry.models import Thing, ThingQuerySet
from naoso.core.telemetry.models import LatestValue, Series
from naoso.core.telemetry.selectors import hourly, oldest_since
from naoso.domains.hazards import kinds
from naoso.domains.hazards.kinds import HazardKind, Quantity
from naoso.domains.hazards.rules import fire_level
from naoso.kernel.findings import Severity
from naoso.kernel.ids import SubjectRef
from naoso.kernel.text import folded
from naoso.kernel.units import shown_unit

VIEW = "hazards.view"
HOUR = timedelta(hours=1)
SPARK_HOURS = 24
SLOW = 0.02  # of the range shown in a day: what moves less in an hour counts as level
ROMAN = ("", "I", "II", "III", "IV", "V")


def stations(user: User, kind: str = "") -> ThingQuerySet:
    """Stations of declared kinds in the reader's scope."""
    wanted = [kind] if kind else [declared.slug for declared in kinds.KINDS]
    rows = Thing.objects.permitted_to(user, VIEW).filter(domain="hazards", kind__in=wanted)
    return rows.select_related("owner", "unit", "source").defer(*UNIT_SHAPES).order_by("name")


def station_for(user: User, code: str) -> Thing:
    """One station or 404."""
    return get_object_or_404(stations(user), code=code)


def subject_of(station: Thing) -> str:
    """The station as alerts name it."""
    return str(SubjectRef(station.domain, station.kind, str(station.pk)))


@dataclass(frozen=True, slots=True)
class Standing:
    """A station as it stands now: its shown value, how fast it changes an hour, its worst open alert."""

    station: Thing
    kind: HazardKind
    latest: LatestValue | None
    seen_at: datetime | None
    rate: float | None
    severity: int
    day: tuple[float | None, ...]

    @property
    def stale(self) -> bool:
        """Nothing for longer than the kind allows, or never what the kind is about."""
        allowed = timedelta(minutes=self.kind.silent_min)
        return self.latest is None or self.seen_at is None or timezone.now() - self.seen_at > allowed

    @property
    def state(self) -> str:
        """The map's word for the station."""
        if self.stale:
            return "stale"
        if self.severity >= Severity.SEVERE:
            return "danger"
        return {Severity.MODERATE: "warning", Severity.MINOR: "notice"}.get(Severity(self.severity), "normal")

    @property
    def unit(self) -> str:
        """Of the shown value."""
        return shown_unit(self.kind.main.unit)

    @property
    def trend(self) -> str:
        """up, down, level, or nothing where it cannot be told."""
        if self.rate is None or self.stale:
            return ""
        known = [value for value in self.day if value is not None]
        still = max((max(known) - min(known)) * SLOW if known else 0.0, 10**-self.kind.main.decimals)
        return "level" if abs(self.rate) < still else "up" if self.rate > 0 else "down"

    @property
    def level(self) -> str:
        """The forest-fire level in Roman figures; empty for other kinds."""
        if self.kind.main.made_by != "fire-index" or self.latest is None:
            return ""
        return ROMAN[fire_level(self.latest.value)]


def standings(rows: Iterable[Thing]) -> list[Standing]:
    """Five queries, however many stations."""
    told = [(thing, kind) for thing in rows if (kind := kinds.kind_of(thing.kind))]
    ids = [thing.pk for thing, _kind in told]
    series = {
        (row.thing_id, row.property): row
        for row in Series.objects.filter(thing_id__in=ids, enabled=True).select_related("latest")
    }
    seen: dict[int, datetime] = {}
    reported = {(k.slug, q.code) for k in kinds.KINDS for q in k.quantities if not q.made_by}
    slugs = {thing.pk: kind.slug for thing, kind in told}
    for (thing_id, name), row in series.items():
        at = latest_of(row)
        if at is not None and (slugs[thing_id], name) in reported:
            seen[thing_id] = max(at.time, seen.get(thing_id, at.time))
    shown = {thing.pk: series.get((thing.pk, kind.shown)) for thing, kind in told}
    known = [row for row in shown.values() if row is not None]
    rates, days, worst = rates_of(known), days_of(known), worst_of([subject_of(thing) for thing, _k in told])
    found = []
    for thing, kind in told:
        main = shown[thing.pk]
        key = main.pk if main else 0
        found.append(
            Standing(
                thing, kind, latest_of(main), seen.get(thing.pk), rates.get(key),
                worst.get(subject_of(thing), 0), days.get(key, ()),
            )
        )  # fmt: skip
    return found


def latest_of(row: Series | None) -> LatestValue | None:
    """Its newest reading, if any."""
    return getattr(row, "latest", None) if row is not None else None


def rates_of(rows: Sequence[Series]) -> dict[int, float]:
    """Change per hour over the last hour, of those where it can be told."""
    told = [(row.pk, latest) for row in rows if (latest := latest_of(row))]
    ids = np.array([pk for pk, _latest in told], np.int32)
    times = np.array([round(latest.time.timestamp() * 1_000_000) for _pk, latest in told], np.int64)
    values = np.array([latest.value for _pk, latest in told], np.float64)
    if not told:
        return {}
    before, then = oldest_since(ids, times, HOUR)
    before = np.where(before > 0, before, times)
    rates = rises(times, values, before, then, HOUR)
    return {int(pk): float(rate) for pk, rate in zip(ids, rates, strict=True) if np.isfinite(rate)}


def days_of(rows: Sequence[Series]) -> dict[int, tuple[float | None, ...]]:
    """Hourly means of the last day, a gap as None."""
    end = timezone.now().replace(minute=0, second=0, microsecond=0) + HOUR
    hours = [end - i * HOUR for i in range(SPARK_HOURS, 0, -1)]
    found: dict[int, dict[datetime, float]] = {}
    for row in hourly([row.pk for row in rows], hours[0], end):
        found.setdefault(row.series_id, {})[row.start] = row.mean
    return {pk: tuple(means.get(hour) for hour in hours) for pk, means in found.items()}


def worst_of(subjects: Sequence[str]) -> dict[str, int]:
    """The worst severity among what is active; silence is shown as stale, not as danger."""
    worst: dict[str, int] = {}
    rows = Alert.objects.filter(active=True, subject__in=subjects).exclude(rule=THING_RULE)
    for subject, severity in rows.values_list("subject", "severity"):
        worst[subject] = max(severity, worst.get(subject, 0))
    return worst


@dataclass(frozen=True, slots=True)
class Figure:
    """The newest value of one quantity."""

    quantity: Quantity
    unit: str
    series: Series
    latest: LatestValue | None


def figures(station: Thing, kind: HazardKind) -> list[Figure]:
    """What the station tells now, in the order of the declaration."""
    rows = {row.property: row for row in Series.objects.filter(thing=station).select_related("latest")}
    return [
        Figure(q, shown_unit(q.unit), rows[q.code], latest_of(rows[q.code]))
        for q in kind.quantities
        if q.code in rows
    ]


def search(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything; tone marks do not matter."""
    hits = [row for row in stations(user) if matches(row, text)]
    return [
        {"title": row.name, "detail": str(row.unit or ""), "url": f"/hazards/stations/{row.code}/"}
        for row in hits[:limit]
    ]


def matches(station: Thing, text: str) -> bool:
    """Without tone marks: name, code, commune."""
    return folded(text) in folded(f"{station.name} {station.code} {station.unit or ''}")


def nearest(user: User, point: Point, most: int = 5) -> list[tuple[Standing, float]]:
    """Stations nearest to a place with their distance in metres."""
    rows = stations(user).filter(point__isnull=False).annotate(away=Distance("point", point))
    near = list(rows.order_by("away")[:most])
    metres = {row.pk: getattr(row, "away").m for row in near}  # noqa: B009 - an annotation
    return [(standing, metres[standing.station.pk]) for standing in standings(near)]
