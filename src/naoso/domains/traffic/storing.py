"""Passages into their table: a batch is one statement, and one more for its counts."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from naoso.domains.traffic import partitions
from naoso.domains.traffic.models.words import Review

QUARTER_S = 15 * 60
COLUMNS: tuple[tuple[str, str], ...] = (
    ("at", "timestamptz"), ("received_at", "timestamptz"), ("source_id", "integer"), ("message_id", "text"),
    ("camera_id", "bigint"), ("owner_id", "bigint"), ("unit_id", "bigint"), ("plate", "text"),
    ("raw", "text"), ("candidates", "jsonb"), ("confidence", "float8"), ("province", "smallint"),
    ("local", "boolean"), ("colour", "text"), ("vehicle", "text"), ("direction", "text"),
    ("lane", "smallint"), ("speed_kmh", "float8"), ("occupancy", "float8"), ("crop", "text"),
    ("scene", "text"), ("review", "smallint"),
)  # fmt: skip
INSERT = """
INSERT INTO traffic_passage ({names})
SELECT {names} FROM unnest({arrays}) AS given ({names})
ON CONFLICT (source_id, message_id, at) DO NOTHING
RETURNING id, source_id, message_id, at
""".format(
    names=", ".join(name for name, _kind in COLUMNS),
    arrays=", ".join(
        "%s::text[]::jsonb[]" if kind == "jsonb" else f"%s::{kind}[]" for _name, kind in COLUMNS
    ),
)
COUNT = """
INSERT INTO traffic_quarter AS q (start, camera_id, lane, direction, owner_id, unit_id, n, outside,
    two_wheeled, speed_sum, speed_n, occupancy_sum, occupancy_n)
SELECT * FROM unnest(%s::timestamptz[], %s::bigint[], %s::smallint[], %s::text[], %s::bigint[], %s::bigint[],
    %s::int[], %s::int[], %s::int[], %s::float8[], %s::int[], %s::float8[], %s::int[])
ON CONFLICT (camera_id, start, lane, direction, owner_id) DO UPDATE SET
    n = q.n + excluded.n, outside = q.outside + excluded.outside,
    two_wheeled = q.two_wheeled + excluded.two_wheeled, speed_sum = q.speed_sum + excluded.speed_sum,
    speed_n = q.speed_n + excluded.speed_n, occupancy_sum = q.occupancy_sum + excluded.occupancy_sum,
    occupancy_n = q.occupancy_n + excluded.occupancy_n
"""


@dataclass(slots=True)
class Fresh:
    """A passage as it is stored. `folded` and `sure` are what lists are asked with; they are not stored."""

    at: dt.datetime
    received_at: dt.datetime
    source_id: int
    message_id: str
    camera_id: int
    owner_id: int
    unit_id: int | None
    plate: str
    raw: str
    folded: str
    candidates: list[list[str | float | None]]
    sure: bool
    confidence: float | None = None
    province: int | None = None
    local: bool | None = None
    colour: str = ""
    vehicle: str = ""
    direction: str = ""
    lane: int | None = None
    speed_kmh: float | None = None
    occupancy: float | None = None
    crop: str = ""
    scene: str = ""
    review: int = Review.NONE
    id: int = 0

    @property
    def key(self) -> tuple[int, str, dt.datetime]:
        """What makes it one."""
        return self.source_id, self.message_id, self.at


def store(rows: Sequence[Fresh]) -> list[Fresh]:
    """Those that were not there yet, with their ids. Runs inside the caller's transaction."""
    if not rows:
        return []
    partitions.ensure({partitions.day_of(row.at) for row in rows})
    once = {row.key: row for row in rows}
    kept = list(once.values())
    values = [[cell(row, name) for row in kept] for name, _kind in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        found = cursor.fetchall()
    fresh = []
    for number, source_id, message_id, at in found:
        row = once[source_id, message_id, at]
        row.id = number
        fresh.append(row)
    count(fresh)
    return fresh


def cell(row: Fresh, name: str) -> object:
    """As its column takes it."""
    value = getattr(row, name)
    return json.dumps(value, ensure_ascii=False) if name == "candidates" else value


def count(rows: Sequence[Fresh]) -> None:
    """Adds them to their quarters of an hour, in one order, so that two workers never wait for each other."""
    sums: dict[tuple[dt.datetime, int, int, str, int, int | None], list[float]] = defaultdict(
        lambda: [0, 0, 0, 0.0, 0, 0.0, 0]
    )
    for row in rows:
        key = (quarter(row.at), row.camera_id, row.lane or 0, row.direction, row.owner_id, row.unit_id)
        told = sums[key]
        told[0] += 1
        told[1] += row.local is False
        told[2] += row.vehicle == "motorbike"
        told[3] += row.speed_kmh or 0.0
        told[4] += row.speed_kmh is not None
        told[5] += row.occupancy or 0.0
        told[6] += row.occupancy is not None
    if not sums:
        return
    ordered = sorted(sums.items(), key=lambda item: (item[0][:5], item[0][5] or 0))
    columns = list(zip(*((*key, *told) for key, told in ordered), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [list(column) for column in columns])


def quarter(at: dt.datetime) -> dt.datetime:
    """The quarter of an hour that it lies in."""
    seconds = int(at.timestamp()) // QUARTER_S * QUARTER_S
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
