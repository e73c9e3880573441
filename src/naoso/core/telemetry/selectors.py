"""Reads of readings: the newest, the raw points, the means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from naoso.core.telemetry.batches import Float64, Int32, Int64
from naoso.core.telemetry.models import LatestValue
from naoso.core.telemetry.pgbinary import binary_cursor, int4s, moments


@dataclass(frozen=True, slots=True)
class Point:
    """One stored reading."""

    time: dt.datetime
    value: float
    quality: int


class HourOf(NamedTuple):
    """The mean of the hour that begins at `start`."""

    series_id: int
    start: dt.datetime
    n: int
    mean: float
    min: float
    max: float


class DayOf(NamedTuple):
    """The mean of a day of the centre's time zone."""

    series_id: int
    start: dt.date
    n: int
    mean: float
    min: float
    max: float


def latest(series_ids: Iterable[int]) -> dict[int, LatestValue]:
    """The newest reading of each of these series that has one."""
    return {row.series_id: row for row in LatestValue.objects.filter(series_id__in=list(series_ids))}


def latest_values(series_ids: Sequence[int]) -> list[tuple[int, dt.datetime, float]]:
    """(series, time, value) of each that has one: for thousands, without making models of them."""
    cursor = binary_cursor().execute(
        "SELECT series_id, time, value FROM telemetry_latestvalue WHERE series_id = ANY(%s)",
        [int4s(np.array(series_ids, np.int32))],
        binary=True,
    )
    return cursor.fetchall()


def points(series_id: int, start: dt.datetime, end: dt.datetime, *, at_most: int = 50_000) -> list[Point]:
    """Raw readings of start ≤ time < end in order; at most the newest `at_most` of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT time, value, quality FROM telemetry_observation"
            " WHERE series_id = %s AND time >= %s AND time < %s ORDER BY time DESC LIMIT %s",
            [series_id, start, end, at_most],
        )
        return [Point(*row) for row in reversed(cursor.fetchall())]


def oldest_since(series_ids: Int32, times: Int64, span: dt.timedelta) -> tuple[Int64, Float64]:
    """For each (series, time in microseconds) the oldest reading within `span` before it, itself included.

    One statement, one look into the index each; where nothing is stored the time is 0.
    """
    rows = (
        binary_cursor()
        .execute(
            "SELECT coalesce((extract(epoch FROM o.time) * 1000000)::bigint, 0), coalesce(o.value, 0)"
            " FROM unnest(%s, %s) WITH ORDINALITY AS b (series_id, time, n) LEFT JOIN LATERAL ("
            "  SELECT time, value FROM telemetry_observation WHERE series_id = b.series_id"
            "  AND time >= b.time - %s AND time <= b.time ORDER BY time LIMIT 1) o ON true ORDER BY b.n",
            [int4s(series_ids), moments(times), span],
            binary=True,
        )
        .fetchall()
    )
    before, values = zip(*rows, strict=True) if rows else ((), ())
    return np.array(before, np.int64), np.array(values, np.float64)


def hourly(series_ids: Sequence[int], start: dt.datetime, end: dt.datetime) -> list[HourOf]:
    """Hourly means of hours that begin in start ≤ hour < end, by series and hour."""
    return [HourOf(*row) for row in _means("telemetry_hourlymean", series_ids, start, end)]


def daily(series_ids: Sequence[int], start: dt.date, end: dt.date) -> list[DayOf]:
    """Daily means of start ≤ day < end, by series and day."""
    return [DayOf(*row) for row in _means("telemetry_dailymean", series_ids, start, end)]


def _means(table: str, series_ids: Sequence[int], start: dt.date, end: dt.date) -> list[tuple[Any, ...]]:
    query = sql.SQL(
        "SELECT series_id, start, n, mean, min, max FROM {}"
        " WHERE series_id = ANY(%s) AND start >= %s AND start < %s ORDER BY series_id, start"
    ).format(sql.Identifier(table))
    ids = int4s(np.array(series_ids, np.int32))
    return binary_cursor().execute(query, [ids, start, end], binary=True).fetchall()


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
