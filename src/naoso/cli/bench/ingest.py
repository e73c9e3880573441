"""From the stream to committed rows, against a bare COPY of the same rows into the same table."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import psycopg

from naoso.cli.bench import fleet as fleets
from naoso.cli.bench.report import Report
from naoso.cli.bench.stage import Stage, centre

SERIES = 2000
SINGLES, BUNDLE = 400_000, 100
COPY_ROWS = 20_000  # rows a transaction of the bare COPY
PARTS = 4
REACH_BUNDLES, REACH_SINGLES, REACH_TWO = 0.6, 0.3, 1.6


def run(readings: int = SINGLES) -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("ingest")
    with centre() as stage:
        made = fleets.make_fleet(SERIES)
        now = dt.datetime.now(dt.UTC)
        rows = fleets.rows(made, readings, end=now, step_s=10)
        ensure_weeks(rows)
        intakes = declared_intakes()
        report.note("readings", readings, "rows")
        report.note("series", SERIES, "series")
        report.note("intakes handed to", len(intakes), "domains")
        copy_speed(stage, rows)  # warms the files of the table
        for name, size, reach in (("bundles of 100", BUNDLE, REACH_BUNDLES), ("singles", 1, REACH_SINGLES)):
            bodies = messages(made, rows, size)
            before = copy_speed(stage, rows)
            one = ingest_speed(stage, bodies, rows, intakes, workers=1)
            copy = (before + copy_speed(stage, rows)) / 2
            report.note(f"bare COPY beside {name}", copy, "rows/s")
            report.note(f"{name}, one worker", one, "rows/s")
            report.at_least(f"{name}, one worker, of COPY", one / copy, "ratio", reach)
            if size == 1:
                tell_two(report, stage, bodies, rows, intakes, one, copy)
    return report.ok


def tell_two(
    report: Report,
    stage: Stage,
    bodies: Sequence[bytes],
    rows: fleets.Rows,
    intakes: Sequence[str],
    one: float,
    copy: float,
) -> None:
    """Two workers are promised 1.6 times one, until the database or the processors are the limit."""
    two = ingest_speed(stage, bodies, rows, intakes, workers=2)
    report.note("singles, two workers", two, "rows/s")
    cores = len(__import__("os").sched_getaffinity(0))
    if cores < 4 or two >= 0.8 * copy:
        report.note(f"singles, two workers of one worker, on {cores} cores", two / one, "ratio")
    else:
        report.at_least("singles, two workers of one worker", two / one, "ratio", REACH_TWO)


def declared_intakes() -> list[str]:
    """What the running modules take."""
    from naoso.config.modules import registry

    return [path for module in registry for path in module.intake]


def ensure_weeks(rows: fleets.Rows) -> None:
    """The partitions stand before anything is measured."""
    from naoso.core.telemetry import partitions

    first, last = (partitions.week_number(int(t)) for t in (rows.times.min(), rows.times.max()))
    partitions.ensure({partitions.monday(week) for week in range(first, last + 1)})


def messages(fleet: fleets.Fleet, rows: fleets.Rows, size: int) -> list[bytes]:
    """Frames that publish the rows as devices do; a bundle holds `size` readings of one source."""
    from naoso.connectors.nats.wire import publication
    from naoso.core.telemetry.batches import moment

    told = [
        (fleet.key(int(p)), moment(int(t)).isoformat().replace("+00:00", "Z"), float(v))
        for p, t, v in zip(rows.positions, rows.times, rows.values, strict=True)
    ]
    if size == 1:
        return [
            publication(
                f"obs.{code}", json.dumps({"series": key, "time": t, "value": v, "unit": "ug/m3"}).encode()
            )
            for (code, key), t, v in told
        ]
    by_source: dict[str, list[dict[str, object]]] = {}
    frames: list[bytes] = []
    for (code, key), t, v in told:
        bundle = by_source.setdefault(code, [])
        bundle.append({"series": key, "time": t, "value": v})
        if len(bundle) == size:
            frames.append(publication(f"obs.{code}", json.dumps({"readings": bundle}).encode()))
            bundle.clear()
    frames += [
        publication(f"obs.{c}", json.dumps({"readings": b}).encode()) for c, b in by_source.items() if b
    ]
    return frames


def copy_speed(stage: Stage, rows: fleets.Rows) -> float:
    """Bare binary COPY of prebuilt blocks into the emptied table, rows a second."""
    from naoso.core.telemetry.pgbinary import copy_block

    blocks = [
        copy_block(
            rows.series_ids[a : a + COPY_ROWS], rows.times[a : a + COPY_ROWS], rows.values[a : a + COPY_ROWS]
        )
        for a in range(0, len(rows.times), COPY_ROWS)
    ]
    empty(stage)
    with psycopg.connect(stage.postgres.url) as connection:
        started = time.perf_counter()
        for block in blocks:
            with connection.cursor().copy(
                "COPY telemetry_observation (series_id, time, value, quality) FROM STDIN (FORMAT BINARY)"
            ) as copy:
                copy.write(block)
            connection.commit()
        took = time.perf_counter() - started
    return len(rows.times) / took


def empty(stage: Stage) -> None:
    """No rows, no positions, nothing for the writer of the checkpoint to do meanwhile."""
    with psycopg.connect(stage.postgres.url, autocommit=True) as connection:
        connection.execute(
            "TRUNCATE telemetry_observation, telemetry_latestvalue, telemetry_rollupdue, ingest_quarantine,"
            " ingest_failedintake, ingest_position, registry_lastword CASCADE"
        )
        connection.execute("CHECKPOINT")


def ingest_speed(
    stage: Stage, frames: Sequence[bytes], rows: fleets.Rows, intakes: Sequence[str], *, workers: int
) -> float:
    """Everything lies in the stream before the clock starts; it stops when the last row is committed."""
    empty(stage)
    last = fill_stream(stage, frames)
    with (
        processes(workers, intakes) as started_at,
        psycopg.connect(stage.postgres.url, autocommit=True) as connection,
    ):
        while not done(connection, last):
            time.sleep(0.005)
        took = time.perf_counter() - started_at
    verify(stage, rows)
    return len(rows.times) / took


def fill_stream(stage: Stage, frames: Sequence[bytes]) -> dict[int, int]:
    """Publishes all; returns the last sequence of each part."""
    from naoso.connectors.nats.jetstream import ensure_stream, stream_info
    from naoso.core.ingest.worker import READINGS

    stream, subjects = READINGS.stream, [f"{READINGS.prefix}.>"]
    with stage.access.connect("bench") as connection:
        ensure_stream(connection, stream, {"subjects": subjects})
        connection.ask(f"$JS.API.STREAM.PURGE.{stream}")
        before = stream_info(connection, stream).last
        for start in range(0, len(frames), 2000):
            connection.send(b"".join(frames[start : start + 2000]))
            if start % 20_000 == 0:
                connection.ask(f"$JS.API.STREAM.INFO.{stream}", timeout=30)
        while stream_info(connection, stream).last < before + len(frames):
            time.sleep(0.05)
        return {part: last_of(connection, stream, part) for part in range(PARTS)}


def last_of(connection: object, stream: str, part: int) -> int:
    """Sequence of the part's last message; 0 when it has none."""
    from naoso.connectors.nats.client import Connection
    from naoso.connectors.nats.wire import StreamError

    assert isinstance(connection, Connection)
    try:
        told = connection.ask(f"$JS.API.STREAM.MSG.GET.{stream}", {"last_by_subj": f"ingest.{part}.>"})
    except StreamError:
        return 0
    return int(told["message"]["seq"])


@contextmanager
def processes(workers: int, intakes: Sequence[str]) -> Iterator[float]:
    """Workers warmed up; yields the moment at which they began."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "naoso.cli.bench.worker", str(n), str(workers), str(PARTS), *intakes],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(workers)
    ]  # fmt: skip
    try:
        for process in started:
            assert process.stdout
            process.stdout.readline()
        now = time.perf_counter()
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        yield now
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.communicate(timeout=30)


def done(connection: psycopg.Connection[tuple[int, int]], last: dict[int, int]) -> bool:
    """Every part's stored position has reached its last message."""
    stored = dict(connection.execute("SELECT part, sequence FROM ingest_position").fetchall())
    return all(stored.get(part, -1) >= sequence for part, sequence in last.items() if sequence)


def verify(stage: Stage, rows: fleets.Rows) -> None:
    """A fast answer that is wrong is none."""
    with psycopg.connect(stage.postgres.url) as connection:
        counted = connection.execute("SELECT count(*), sum(value) FROM telemetry_observation").fetchone()
        latest = connection.execute("SELECT count(*) FROM telemetry_latestvalue").fetchone()
    assert counted
    assert latest
    if counted[0] != len(rows.times) or abs(counted[1] - float(np.sum(rows.values))) > 1:
        raise AssertionError(f"stored {counted[0]} of {len(rows.times)} readings")
    if latest[0] != len(np.unique(rows.series_ids)):
        raise AssertionError(f"{latest[0]} latest values")
