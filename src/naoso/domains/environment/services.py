"""Writes: the index of the hours whose means have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.core.registry.models import Thing
from naoso.core.telemetry import selectors as telemetry
from naoso.core.telemetry.models import Series
from naoso.domains.environment.models import KIND, AirHour
from naoso.domains.environment.quantities import POLLUTANTS
from naoso.domains.environment.rules import NOWCAST_HOURS, hourly_index

HOUR = timedelta(hours=1)
WEEK = timedelta(days=8)
Means = dict[tuple[int, str, datetime], float]


def hour_of(at: datetime) -> datetime:
    """The beginning of its hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def index_hours(*, start: datetime, end: datetime, stations: Iterable[int] | None = None) -> int:
    """Make the index of every station and hour of start ≤ hour < end anew; returns how many there are."""
    things = Thing.objects.filter(domain="environment", kind=KIND)
    if stations is not None:
        things = things.filter(pk__in=list(stations))
    ids = list(things.values_list("pk", flat=True))
    means = read_means(ids, start - NOWCAST_HOURS * HOUR, end)
    rows: list[AirHour] = []
    hour = hour_of(start)
    while hour < end:
        rows.extend(row for thing_id in ids if (row := row_of(thing_id, hour, means)))
        hour += HOUR
    with recorded(None):
        AirHour.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["station", "start"],
            update_fields=["value", "main", "parts"],
            batch_size=2000,
        )
    return len(rows)


def read_means(ids: list[int], start: datetime, end: datetime) -> Means:
    """(station, pollutant, hour) → mean."""
    series: dict[int, Series] = {
        row.pk: row for row in Series.objects.filter(thing_id__in=ids, property__in=POLLUTANTS)
    }
    found = telemetry.hourly(list(series), start, end)
    return {
        (series[row.series_id].thing_id, series[row.series_id].property, row.start): row.mean for row in found
    }


def row_of(thing_id: int, hour: datetime, means: Means) -> AirHour | None:
    """The index of one station and hour, not saved; None where it cannot be told."""
    window = [hour - i * HOUR for i in range(NOWCAST_HOURS)]
    index = hourly_index(
        {quantity: [means.get((thing_id, quantity, at)) for at in window] for quantity in POLLUTANTS}
    )
    if index is None or (thing_id, index.main, hour) not in means:
        return None
    return AirHour(
        station_id=thing_id, start=hour, value=index.value, main=index.main, parts=dict(index.parts)
    )


def index_recent() -> int:
    """The running hour and the two before it; the whole week once, where history came in late."""
    now = hour_of(timezone.now())
    known_before = AirHour.objects.filter(start__lt=now - 3 * HOUR).exists()
    return index_hours(start=now - 2 * HOUR if known_before else now - WEEK, end=now + HOUR)


def index_week() -> int:
    """Every hour of the last week: a station that was cut off sends what it kept."""
    now = hour_of(timezone.now())
    return index_hours(start=now - WEEK, end=now)
