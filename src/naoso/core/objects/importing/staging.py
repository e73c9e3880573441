"""Rows of a file into the waiting table: a batch and its counter in one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from naoso.connectors.datasets import Row
from naoso.core.objects.importing import statements
from naoso.core.objects.importing.moving import UNMOVED, Moved, Mover
from naoso.core.objects.importing.places import WGS84
from naoso.core.objects.importing.reading import Reader, Typed
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.kernel.errors import FieldError

BATCH = 5000
ENCODED = msgspec.json.Encoder(enc_hook=str)
NOTHING = "[]"


class Stopped(Exception):
    """The run was cancelled while it was read."""


def prepare(given: dict[str, Any]) -> bool:
    """Outlines and centres beside the session; False where the centre knows no units."""
    with connection.cursor() as cursor:
        cursor.execute(statements.INCOMING)
        for statement in statements.PIECES:
            cursor.execute(statement, given)
        cursor.execute("SELECT EXISTS (SELECT FROM objects_pieces) OR EXISTS (SELECT FROM objects_centres)")
        return bool(cursor.fetchone()[0])


def stage(run: ImportRun, rows: Iterable[Row], given: dict[str, Any]) -> int:
    """Reads, judges and keeps the rows; returns how many. Raises Stopped where the run was cancelled."""
    reader = Reader(run.kind, run.mapping)
    known = prepare(given)
    sql, total = stage_sql(run.crs), 0
    mover = None if run.crs == WGS84 else Mover(run.crs)
    for batch in batches(rows):
        typed = [reader.read(row) for row in batch]
        with transaction.atomic():
            kept = keep(run, typed, sql, {**given, "known": known}, mover)
        if not kept:
            raise Stopped
        total += len(typed)
    return total


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Some at a time."""
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield batch


def stage_sql(crs: str) -> str:
    """How a shape gets into WGS 84: not at all where it is in it."""
    if crs == WGS84:
        flipped = "ST_SetSRID(ST_FlipCoordinates(drawn), 4326) @ %(vietnam)s::geometry"
        return statements.STAGE.format(moved="drawn", turned=flipped)
    return statements.STAGE.format(moved="objects_read(moved)", turned="coalesce(turned, false)")


def keep(
    run: ImportRun, typed: list[Typed], sql: str, given: dict[str, Any], mover: Mover | None = None
) -> bool:
    """One batch; False where nobody wants it any more."""
    with connection.cursor() as cursor:
        with cursor.copy(statements.COPY) as copy:
            for row in typed:
                copy.write_row(cells(row, mover.moved(row.wkb) if mover else UNMOVED))
        cursor.execute(sql, given)
        cursor.execute("TRUNCATE objects_incoming")
    run.read = typed[-1].number
    wanted = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKING)
    return bool(wanted.update(read=run.read, touched_at=timezone.now()))


def cells(row: Typed, moved: Moved) -> tuple[Any, ...]:
    """A row as it is copied."""
    return (
        row.number, row.code, row.state, row.since, row.until, row.wkb, *moved, told(row.data),
        faults(row.problems), faults(row.warnings),
    )  # fmt: skip


def told(data: Any) -> str:
    """JSON; a lone surrogate or a zero byte never comes so far."""
    return ENCODED.encode(data).decode()


def faults(errors: list[FieldError]) -> str:
    """Rule by rule."""
    return told([clean(error) for error in errors]) if errors else NOTHING


def clean(error: FieldError) -> dict[str, Any]:
    """As JSON that PostgreSQL takes."""
    return {name: str(text).replace("\0", "\\x00") for name, text in error.as_dict().items()}


def staged(run: ImportRun) -> int:
    """How many rows wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM objects_staged WHERE run_id = %s", [run.pk])
        return int(cursor.fetchone()[0])


def clear(run: ImportRun) -> None:
    """Nothing of it waits any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM objects_staged WHERE run_id = %s", [run.pk])
