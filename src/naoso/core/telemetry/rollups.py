"""Hourly and daily means, made from what stands in the table, so that a late reading mends its hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

BATCH = 2000  # rows of `telemetry_rollupdue` a transaction
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

TAKE_DUE = """
    DELETE FROM telemetry_rollupdue WHERE id IN (
        SELECT id FROM telemetry_rollupdue ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING series_ids, hours
"""
KEEP_DUE = """
    CREATE TEMPORARY TABLE telemetry_due ON COMMIT DROP AS
    WITH due AS ({take})
    SELECT DISTINCT pair.series_id, to_timestamp(pair.hour * 3600.0) AS start
    FROM due, unnest(due.series_ids, due.hours) AS pair (series_id, hour)
"""
# The lateral join reads each hour by the index (series_id, time).
ROLL_HOURS = """
    INSERT INTO telemetry_hourlymean (series_id, start, n, mean, min, max)
    SELECT d.series_id, d.start, m.n, m.mean, m.low, m.high
    FROM telemetry_due d, LATERAL (
        SELECT count(*) AS n, avg(value) AS mean, min(value) AS low, max(value) AS high
        FROM telemetry_observation o
        WHERE o.series_id = d.series_id AND o.time >= d.start AND o.time < d.start + interval '1 hour'
    ) m
    WHERE m.n > 0
    ON CONFLICT (series_id, start) DO UPDATE
    SET n = excluded.n, mean = excluded.mean, min = excluded.min, max = excluded.max
"""
ROLL_DAYS = """
    INSERT INTO telemetry_dailymean (series_id, start, n, mean, min, max)
    SELECT d.series_id, d.day, m.n, m.mean, m.low, m.high
    FROM (SELECT DISTINCT series_id, (start AT TIME ZONE %(zone)s)::date AS day FROM telemetry_due) d,
    LATERAL (
        SELECT sum(n) AS n, sum(n * mean) / sum(n) AS mean, min(min) AS low, max(max) AS high
        FROM telemetry_hourlymean h
        WHERE h.series_id = d.series_id
          AND h.start >= d.day::timestamp AT TIME ZONE %(zone)s
          AND h.start < (d.day + 1)::timestamp AT TIME ZONE %(zone)s
    ) m
    WHERE m.n > 0
    ON CONFLICT (series_id, start) DO UPDATE
    SET n = excluded.n, mean = excluded.mean, min = excluded.min, max = excluded.max
"""


@dataclass(frozen=True, slots=True)
class Rolled:
    """How many means were made anew."""

    hours: int
    days: int


def roll_up() -> Rolled:
    """Makes every mean that is due, in transactions of bounded size."""
    hours = days = 0
    while True:
        done = _roll_batch()
        if done is None:
            return Rolled(hours, days)
        hours, days = hours + done.hours, days + done.days


def _roll_batch() -> Rolled | None:
    """The due rows vanish in the transaction that makes their means: a crash leaves them due."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS telemetry_due")
        cursor.execute(KEEP_DUE.format(take=TAKE_DUE), [BATCH])
        if cursor.rowcount == 0:
            return None
        cursor.execute("ANALYZE telemetry_due")
        cursor.execute(ROLL_HOURS)
        hours = cursor.rowcount
        cursor.execute(ROLL_DAYS, {"zone": settings.TIME_ZONE})
        return Rolled(hours, cursor.rowcount)
