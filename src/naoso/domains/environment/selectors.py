"""Reads of stations and their air."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404
from django.utils import timezone

from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.core.registry.models import Thing, ThingQuerySet
from naoso.core.telemetry import selectors as telemetry
from naoso.core.telemetry.models import LatestValue, Series
from naoso.domains.environment.models import KIND, AirHour
from naoso.domains.environment.quantities import BY_CODE, QUANTITIES, Quantity
from naoso.domains.environment.rules import Band, band_of
from naoso.kernel.text import folded
from naoso.kernel.units import shown_unit

Reader = Account | AnonymousUser
STALE_AFTER = timedelta(hours=1)
SHOWN_HOURS = 3


def stations(user: Reader) -> ThingQuerySet:
    """Stations in the reader's scope."""
    rows = Thing.objects.permitted_to(user, "environment.view").filter(domain="environment", kind=KIND)
    return rows.select_related("owner", "unit", "source").defer(*UNIT_SHAPES).order_by("name")


def station_for(user: Reader, code: str) -> Thing:
    """One station or 404."""
    return get_object_or_404(stations(user), code=code)


@dataclass(frozen=True, slots=True)
class Standing:
    """A station as it stands now: its newest index, its newest reading, how old they are."""

    station: Thing
    hour: AirHour | None
    seen_at: datetime | None

    @property
    def stale(self) -> bool:
        """Nothing for over an hour."""
        return self.seen_at is None or timezone.now() - self.seen_at > STALE_AFTER

    @property
    def band(self) -> Band | None:
        """The band of the index."""
        return band_of(self.hour.value) if self.hour else None

    @property
    def main(self) -> Quantity | None:
        """What makes the index."""
        return BY_CODE[self.hour.main] if self.hour else None

    @property
    def parts(self) -> list[tuple[Quantity, int]]:
        """What each pollutant alone would make, the greatest first."""
        parts = self.hour.parts if self.hour else {}
        return sorted(((BY_CODE[code], part) for code, part in parts.items()), key=lambda pair: -pair[1])


def standings(rows: Iterable[Thing]) -> list[Standing]:
    """Three queries, however many stations."""
    things = list(rows)
    ids = [thing.pk for thing in things]
    since = timezone.now() - timedelta(hours=SHOWN_HOURS)
    hours = {
        hour.station_id: hour
        for hour in AirHour.objects.filter(station_id__in=ids, start__gte=since).order_by("start")
    }
    seen: dict[int, datetime] = {}
    newest = LatestValue.objects.filter(series__thing_id__in=ids).values_list("series__thing_id", "time")
    for thing_id, at in newest:
        seen[thing_id] = max(at, seen.get(thing_id, at))
    return [Standing(thing, hours.get(thing.pk), seen.get(thing.pk)) for thing in things]


def newest_of(quantity: str, station_ids: Iterable[int]) -> dict[int, LatestValue]:
    """The newest value of one quantity at each station."""
    rows = LatestValue.objects.filter(series__property=quantity, series__thing_id__in=list(station_ids))
    return {row.series.thing_id: row for row in rows.select_related("series")}


@dataclass(frozen=True, slots=True)
class Figure:
    """The newest value of one quantity, with where it comes from."""

    quantity: Quantity
    unit: str
    series: Series
    latest: LatestValue | None

    @property
    def stale(self) -> bool:
        """Older than an hour, or none."""
        return self.latest is None or timezone.now() - self.latest.time > STALE_AFTER

    @property
    def over(self) -> bool:
        """Beyond the hourly limit of the standard."""
        limit = self.quantity.hour
        return bool(limit and self.latest and self.latest.value > limit)


def figures(station: Thing) -> list[Figure]:
    """What the station measures now, in the order of the catalogue."""
    rows = {
        row.property: row for row in Series.objects.filter(thing=station).select_related("latest", "source")
    }
    return [
        Figure(q, shown_unit(q.unit), rows[q.code], getattr(rows[q.code], "latest", None))
        for q in QUANTITIES
        if q.code in rows
    ]


def chart(station: Thing, quantity: Quantity, *, hours: int) -> dict[str, Any]:
    """Hourly means as the chart island wants them; an hour without a mean is a gap."""
    end = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = end - timedelta(hours=hours)
    series = Series.objects.filter(thing=station, property=quantity.code).first()
    means = {row.start: row.mean for row in telemetry.hourly([series.pk], start, end)} if series else {}
    times = [start + timedelta(hours=i) for i in range(hours)]
    limits = [("QCVN 05:2023 (1 h)", quantity.hour), ("QCVN 05:2023 (24 h)", quantity.day)]
    return {
        "series": [
            {
                "name": str(quantity.title),
                "unit": shown_unit(quantity.unit),
                "points": [[at.isoformat(), means.get(at)] for at in times],
            }
        ],
        "limits": [{"label": label, "value": value} for label, value in limits if value],
        "bands": [],
    }


def index_chart(station: Thing, *, hours: int) -> dict[str, Any]:
    """VN_AQI by the hour."""
    end = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = end - timedelta(hours=hours)
    values = dict(AirHour.objects.filter(station=station, start__gte=start).values_list("start", "value"))
    times = [start + timedelta(hours=i) for i in range(hours)]
    points = [[at.isoformat(), values.get(at)] for at in times]
    return {"series": [{"name": "VN_AQI", "unit": "", "points": points}], "limits": [], "bands": []}


def search(user: Reader, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything; tone marks do not matter."""
    wanted = folded(text)
    hits = [row for row in stations(user) if wanted in folded(row.name) or wanted in row.code]
    return [
        {"title": row.name, "detail": str(row.unit or ""), "url": f"/environment/stations/{row.code}/"}
        for row in hits[:limit]
    ]
