"""What the house reckons from a station's readings: stored as readings, so that all else follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from naoso.core.alerts.thresholds import judge
from naoso.core.people.audit import recorded
from naoso.core.response.alerts import respond_to
from naoso.core.telemetry import partitions, store
from naoso.core.telemetry.batches import moment
from naoso.core.telemetry.models import LatestValue, Series
from naoso.core.telemetry.selectors import hourly
from naoso.domains.hazards import kinds
from naoso.domains.hazards.rules import CAINE_HOURS, caine_ratio, fire_indices

HOUR = timedelta(hours=1)
FIRE_DAYS = 60
NOON = 13  # the hour of the day that the forest-fire index asks for
Means = dict[str, dict[datetime, float]]
Value = tuple[datetime, float]


def fire_index(means: Means, now: datetime) -> Iterator[Value]:
    """P of each day at 13:00; a day without its readings adds nothing."""
    heat, damp, rain = (means.get(name, {}) for name in ("temperature", "humidity", "rain_24h"))
    hours = [at for at in sorted(heat) if timezone.localtime(at).hour == NOON and at in damp and at < now]
    days = [(heat[at], damp[at], rain.get(at, 0.0)) for at in hours]
    yield from zip(hours, fire_indices(days), strict=True)


def caine(means: Means, now: datetime) -> Iterator[Value]:
    """Rain against Caine's threshold at the end of each whole hour of the last week."""
    rain = means.get("rain_1h", {})
    last = now.replace(minute=0, second=0, microsecond=0)
    for back in range(7 * 24, -1, -1):
        end = last - back * HOUR
        hours = [rain.get(end - i * HOUR) for i in range(CAINE_HOURS, 0, -1)]
        if hours[-1] is not None:
            yield end, caine_ratio([value or 0.0 for value in hours])


MAKERS: Mapping[str, Callable[[Means, datetime], Iterator[Value]]] = {
    "fire-index": fire_index,
    "caine": caine,
}


def derive_all(now: datetime | None = None) -> int:
    """Every reckoned value that is newer than the last one stored; returns how many there are."""
    now = now or timezone.now()
    made = {(k.slug, q.code): q.made_by for k in kinds.KINDS for q in k.quantities if q.made_by}
    wanted = [
        (row, made[row.thing.kind, row.property])
        for row in Series.objects.filter(thing__domain="hazards", enabled=True).select_related("thing")
        if (row.thing.kind, row.property) in made
    ]
    means = means_of({row.thing_id for row, _maker in wanted}, now)
    known = dict(LatestValue.objects.filter(series__in=[r for r, _m in wanted]).values_list("series", "time"))
    fresh = [
        (row.pk, at, min(max(value, row.low), row.high))
        for row, maker in wanted
        for at, value in MAKERS[maker](means.get(row.thing_id, {}), now)
        if row.pk not in known or at > known[row.pk]
    ]
    if fresh:
        keep(fresh)
    return len(fresh)


def keep(fresh: list[tuple[int, datetime, float]]) -> None:
    """As readings. The newest of each series is judged whatever its age: it tells how things stand."""
    partitions.ensure({partitions.week_of(at.date()) for _id, at, _value in fresh})
    ids = np.array([row[0] for row in fresh], np.int32)
    times = np.array([round(row[1].timestamp() * 1_000_000) for row in fresh], np.int64)
    with recorded(None):
        written = store.write(ids, times, np.array([row[2] for row in fresh], np.float64))
        newest = written.new.newest()
        if len(newest):
            respond_to(judge(newest, domain="hazards", now=moment(int(newest.times.min()))))


def means_of(thing_ids: set[int], now: datetime) -> dict[int, Means]:
    """Hourly means of the stations, by property and hour."""
    series = {row.pk: row for row in Series.objects.filter(thing_id__in=thing_ids)}
    found: dict[int, Means] = {}
    start = now - FIRE_DAYS * timedelta(days=1)
    for row in hourly(list(series), start, now + HOUR):
        of = series[row.series_id]
        found.setdefault(of.thing_id, {}).setdefault(of.property, {})[row.start] = row.mean
    return found
