"""Reads of readings: the newest, the raw points, the means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from naoso.core.telemetry.models import DailyMean, HourlyMean, LatestValue


@dataclass(frozen=True, slots=True)
class Point:
    """One stored reading."""

    time: dt.datetime
    value: float
    quality: int


def latest(series_ids: Iterable[int]) -> dict[int, LatestValue]:
    """The newest reading of each of these series that has one."""
    return {row.series_id: row for row in LatestValue.objects.filter(series_id__in=list(series_ids))}


def latest_values(series_ids: Sequence[int]) -> list[tuple[int, dt.datetime, float]]:
    """(series, time, value) of each that has one: for many, without making models of them."""
    return list(
        LatestValue.objects.filter(series_id__in=series_ids).values_list("series_id", "time", "value")
    )


def points(series_id: int, start: dt.datetime, end: dt.datetime, *, at_most: int = 50_000) -> list[Point]:
    """Raw readings of start ≤ time < end in order; at most the newest `at_most` of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT time, value, quality FROM telemetry_observation"
            " WHERE series_id = %s AND time >= %s AND time < %s ORDER BY time DESC LIMIT %s",
            [series_id, start, end, at_most],
        )
        return [Point(*row) for row in reversed(cursor.fetchall())]


def hourly(series_ids: Sequence[int], start: dt.datetime, end: dt.datetime) -> list[HourlyMean]:
    """Hourly means of hours that begin in start ≤ hour < end, by series and hour."""
    found = HourlyMean.objects.filter(series_id__in=series_ids, start__gte=start, start__lt=end)
    return list(found.order_by("series_id", "start"))


def daily(series_ids: Sequence[int], start: dt.date, end: dt.date) -> list[DailyMean]:
    """Daily means of start ≤ day < end, by series and day."""
    found = DailyMean.objects.filter(series_id__in=series_ids, start__gte=start, start__lt=end)
    return list(found.order_by("series_id", "start"))


def points_of_many(
    series_ids: Sequence[int], since: dt.datetime, until: dt.datetime | None = None
) -> Iterator[tuple[int, dt.datetime, float]]:
    """(series, time, value) by series and time; streamed, so a week of a province fits in memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT series_id, time, value FROM telemetry_observation WHERE series_id = ANY(%s)"
            " AND time >= %s AND time < %s ORDER BY series_id, time",
            [list(series_ids), since, until or timezone.now()],
        )
        yield from cursor
