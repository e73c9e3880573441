"""Reading: the latest values of 10,000 series, and a month's hourly means of one in 20 million rows."""

from __future__ import annotations

import datetime as dt
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg

from naoso.cli.bench import fleet as fleets
from naoso.cli.bench.ingest import COPY_ROWS, ensure_weeks
from naoso.cli.bench.report import Report
from naoso.cli.bench.stage import Stage, centre

SERIES, ROWS = 10_000, 20_000_000
DAYS = 30
ROUNDS = 100
REACH_LATEST_MS, REACH_HOURLY_MS = 50.0, 20.0

FILL_LATEST = """
    INSERT INTO telemetry_latestvalue (series_id, time, value, received_at)
    SELECT DISTINCT ON (series_id) series_id, time, value, now() FROM telemetry_observation
    WHERE time > (SELECT max(time) - interval '1 hour' FROM telemetry_observation)
    ORDER BY series_id, time DESC
"""
FILL_HOURS = """
    INSERT INTO telemetry_hourlymean (series_id, start, n, mean, min, max)
    SELECT series_id, date_trunc('hour', time), count(*), avg(value), min(value), max(value)
    FROM telemetry_observation GROUP BY 1, 2
"""


def run(rows: int = ROWS) -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("latest")
    with centre(durable=False) as stage:
        made = fleets.make_fleet(SERIES)
        now = dt.datetime.now(dt.UTC)
        fill(report, stage, made, now, rows)
        from naoso.core.telemetry import selectors

        ids = made.series_ids.tolist()
        month = dt.timedelta(days=DAYS)
        report.note("rows", rows, "rows")
        report.note("series", SERIES, "series")
        report.below(
            "latest values of all series, p95",
            p95(lambda _: selectors.latest_values(ids)),
            "ms",
            REACH_LATEST_MS,
        )
        report.below(
            f"hourly means of one series over {DAYS} days, p95",
            p95(lambda n: selectors.hourly([ids[n * 97 % SERIES]], now - month, now)), "ms", REACH_HOURLY_MS,
        )  # fmt: skip
        report.note(
            "the same from raw readings, p95",
            p95(lambda n: raw_hours(ids[n * 89 % SERIES], now - month, now)), "ms",
        )  # fmt: skip
        tell_memory(report, stage)
    return report.ok


def fill(report: Report, stage: Stage, made: fleets.Fleet, now: dt.datetime, rows: int) -> None:
    """By COPY, in portions that memory holds."""
    from naoso.core.telemetry.pgbinary import copy_block

    step_s = DAYS * 86_400 / (rows / SERIES)
    readings = fleets.rows(made, rows, end=now, step_s=step_s)
    ensure_weeks(readings)
    started = time.perf_counter()
    with psycopg.connect(stage.postgres.url, autocommit=True) as connection:
        for a in range(0, rows, 10 * COPY_ROWS):
            b = a + 10 * COPY_ROWS
            with connection.cursor().copy(
                "COPY telemetry_observation (series_id, time, value, quality) FROM STDIN (FORMAT BINARY)"
            ) as copy:
                copy.write(copy_block(readings.series_ids[a:b], readings.times[a:b], readings.values[a:b]))
        for statement in (FILL_LATEST, FILL_HOURS, "ANALYZE"):
            connection.execute(statement)
    report.note("filling took", time.perf_counter() - started, "s")


def p95(call: Callable[[int], object]) -> float:
    """Of ROUNDS calls after a few to warm up, in milliseconds."""
    for n in range(5):
        call(n)
    took = []
    for n in range(ROUNDS):
        started = time.perf_counter()
        call(n)
        took.append(1000 * (time.perf_counter() - started))
    return float(np.percentile(took, 95))


def raw_hours(series_id: int, start: dt.datetime, end: dt.datetime) -> list[tuple[object, ...]]:
    """What the rollup saves."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('hour', time), avg(value) FROM telemetry_observation"
            " WHERE series_id = %s AND time >= %s AND time < %s GROUP BY 1 ORDER BY 1",
            [series_id, start, end],
        )
        return list(cursor.fetchall())


def tell_memory(report: Report, stage: Stage) -> None:
    """Of this process, and of each server with its children (their own pages, not the shared buffers)."""
    report.note(
        "memory of the reading process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB"
    )
    report.note("memory of nats-server", own_mb(stage.nats.pid), "MB")
    family = [stage.postgres.pid, *children(stage.postgres.pid)]
    report.note(
        f"memory of PostgreSQL, {len(family)} processes, shared buffers apart", sum(map(own_mb, family)), "MB"
    )


def own_mb(pid: int) -> float:
    """Anonymous resident memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def children(pid: int) -> list[int]:
    """Processes whose parent this is."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = Path(entry.path, "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found
