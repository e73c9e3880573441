"""What rounds found, written by one statement each: a column is an array, whatever the number of cameras."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

WRITE = """
UPDATE cameras_camerahealth h SET
    state = v.state, problems = coalesce(string_to_array(nullif(v.problems, ''), ','), '{}'),
    since = v.since, suspected = v.suspected, streak = v.streak, checked_at = %(now)s,
    latency_ms = v.latency, clock_offset = make_interval(secs => v.clock),
    answered_at = CASE WHEN v.width IS NULL THEN h.answered_at ELSE %(now)s END,
    thumbnail_at = CASE WHEN v.width IS NULL THEN h.thumbnail_at ELSE %(now)s END,
    codec = CASE WHEN v.width IS NULL THEN h.codec ELSE v.codec END,
    width = coalesce(v.width, h.width), height = coalesce(v.height, h.height)
FROM unnest(
    %(keys)s::bigint[], %(state)s::text[], %(problems)s::text[], %(since)s::timestamptz[],
    %(suspected)s::text[], %(streak)s::int[], %(latency)s::int[], %(clock)s::float8[], %(codec)s::text[],
    %(width)s::int[], %(height)s::int[]
) AS v (key, state, problems, since, suspected, streak, latency, clock, codec, width, height)
WHERE h.source_id = v.key
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One camera after a round; `size` is None where no picture came."""

    pk: int
    state: str
    problems: Sequence[str]
    since: dt.datetime | None
    suspected: str
    streak: int
    latency_ms: int | None
    clock_s: float | None
    codec: str
    size: tuple[int, int] | None


def write(lines: Sequence[Line], now: dt.datetime) -> None:
    """All of them."""
    if not lines:
        return
    values: dict[str, Any] = {
        "now": now,
        "keys": [line.pk for line in lines],
        "state": [line.state for line in lines],
        "problems": [",".join(line.problems) for line in lines],
        "since": [line.since for line in lines],
        "suspected": [line.suspected for line in lines],
        "streak": [line.streak for line in lines],
        "latency": [line.latency_ms for line in lines],
        "clock": [line.clock_s for line in lines],
        "codec": [line.codec for line in lines],
        "width": [line.size[0] if line.size else None for line in lines],
        "height": [line.size[1] if line.size else None for line in lines],
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
