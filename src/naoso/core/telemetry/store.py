"""Readings → rows, each (series, time) once, in the transaction that the caller has opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import psycopg
from django.db import IntegrityError, transaction

from naoso.core.telemetry.batches import Float64, Int32, Int64, StoredBatch
from naoso.core.telemetry.pgbinary import binary_cursor, copy_block, float8s, int4s, moments

COLUMNS = "(series_id, time, value, quality)"
HOUR_US = 3_600_000_000

STAGE = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS telemetry_stage"
    " (series_id integer, time timestamptz, value double precision, quality smallint)"
    " ON COMMIT DELETE ROWS"
)
INSERT_NEW = (
    "INSERT INTO telemetry_observation (series_id, time, value, quality) SELECT * FROM telemetry_stage"
    " ON CONFLICT (series_id, time) DO NOTHING"
    " RETURNING series_id, (extract(epoch FROM time) * 1000000)::bigint, value"
)
FIND_OTHER = (
    "SELECT s.series_id, (extract(epoch FROM s.time) * 1000000)::bigint, s.value, o.value"
    " FROM telemetry_stage s JOIN telemetry_observation o USING (series_id, time)"
    " WHERE o.value <> s.value"
)
UPSERT_LATEST = (
    "INSERT INTO telemetry_latestvalue (series_id, time, value, received_at)"
    " SELECT *, now() FROM unnest(%s, %s, %s)"
    " ON CONFLICT (series_id) DO UPDATE"
    " SET time = excluded.time, value = excluded.value, received_at = excluded.received_at"
    " WHERE telemetry_latestvalue.time < excluded.time"
)
NOTE_DUE = "INSERT INTO telemetry_rollupdue (series_ids, hours) VALUES (%s, %s)"


@dataclass(frozen=True, slots=True)
class Clash:
    """A reading whose (series, time) stands already with another value; the first stays."""

    series_id: int
    time: int
    value: float
    stored: float


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: the new rows, how many were known already, and what contradicts."""

    new: StoredBatch
    repeated: int
    clashes: tuple[Clash, ...]


def write(series_ids: Int32, times: Int64, values: Float64) -> Written:
    """Stores what is new, keeps the latest values and notes which means must be made anew.

    New rows go straight into the table; only a batch that holds a known (series, time) is undone to a
    savepoint and takes the way through a staging table, which costs about twice as much.
    """
    batch, clashes = _once_each(series_ids, times, values)
    repeated = len(series_ids) - len(batch) - len(clashes)
    try:
        with transaction.atomic():
            _copy("telemetry_observation", batch)
        written = Written(batch, repeated, tuple(clashes))
    except (psycopg.errors.UniqueViolation, IntegrityError):
        new, known = _insert_new(batch)
        repeated += len(batch) - len(new) - len(known)
        contradicting = _against_stored(clashes, known)
        repeated += len(clashes) - len(contradicting)
        written = Written(new, repeated, (*contradicting, *known))
    if len(written.new):
        _keep_latest(written.new)
        _note_due(written.new)
    return written


def _once_each(series_ids: Int32, times: Int64, values: Float64) -> tuple[StoredBatch, list[Clash]]:
    """Orders by series and time; of equal keys the first told stays."""
    order = np.lexsort((times, series_ids))
    series_ids, times, values = series_ids[order], times[order], values[order]
    again = np.zeros(len(order), bool)
    again[1:] = (series_ids[1:] == series_ids[:-1]) & (times[1:] == times[:-1])
    if not again.any():
        return StoredBatch(series_ids, times, values), []
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
    other = np.flatnonzero(again & (values != values[first]))
    clashes = [
        Clash(int(series_ids[i]), int(times[i]), float(values[i]), float(values[first[i]])) for i in other
    ]
    keep = ~again
    return StoredBatch(series_ids[keep], times[keep], values[keep]), clashes


def _against_stored(within: list[Clash], known: list[Clash]) -> list[Clash]:
    """Of equal keys within a batch the first was measured against the table; so must the others be."""
    stored = {(clash.series_id, clash.time): clash.stored for clash in known}
    told = [replace(c, stored=stored.get((c.series_id, c.time), c.stored)) for c in within]
    return [clash for clash in told if clash.value != clash.stored]


def _copy(table: str, batch: StoredBatch) -> None:
    with binary_cursor().copy(f"COPY {table} {COLUMNS} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(copy_block(batch.series_ids, batch.times, batch.values))


def _insert_new(batch: StoredBatch) -> tuple[StoredBatch, list[Clash]]:
    cursor = binary_cursor()
    cursor.execute(STAGE)
    cursor.execute("TRUNCATE telemetry_stage")
    _copy("telemetry_stage", batch)
    clashes = [Clash(*row) for row in cursor.execute(FIND_OTHER).fetchall()]
    rows = cursor.execute(INSERT_NEW, binary=True).fetchall()
    ids, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    new, _ = _once_each(np.array(ids, np.int32), np.array(times, np.int64), np.array(values, np.float64))
    return new, clashes


def _keep_latest(new: StoredBatch) -> None:
    newest = new.newest()
    binary_cursor().execute(
        UPSERT_LATEST, [int4s(newest.series_ids), moments(newest.times), float8s(newest.values)]
    )


def _note_due(new: StoredBatch) -> None:
    hours = (new.times // HOUR_US).astype(np.int32)
    fresh = np.ones(len(new), bool)  # ordered by series and time, so equal pairs are neighbours
    fresh[1:] = (new.series_ids[1:] != new.series_ids[:-1]) | (hours[1:] != hours[:-1])
    binary_cursor().execute(NOTE_DUE, [int4s(new.series_ids[fresh]), int4s(hours[fresh])])
