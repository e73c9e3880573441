"""Trackers of vehicles and people: JSON of a position, or of several, → frozen fixes.

One message is `{"resource": "xe-01", "lon": 105.85, "lat": 21.47, "time": …, "speed": 42, "accuracy": 8}`,
or `{"positions": [ … ]}`, or a bare list. `time` is ISO 8601 with its zone or seconds since 1970; speed is
km/h, accuracy metres (radius of 68 %). A message of a tracker of its own may leave `resource` out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.geometry import LonLat

FUTURE = timedelta(minutes=5)
OLDEST = timedelta(days=7)
MOST = 1000
FASTEST_KMH = 400.0


@dataclass(frozen=True, slots=True)
class Fix:
    """Where somebody was, and when. `resource` is empty where the message named none."""

    resource: str
    place: LonLat
    at: datetime
    speed_kmh: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """What could be read of a message, and what could not: good fixes do not wait for bad ones."""

    fixes: tuple[Fix, ...]
    errors: tuple[FieldError, ...] = ()


def parse(payload: bytes, now: datetime) -> Bundle:
    """A message's positions; raises BadInput where it is no such message at all."""
    try:
        told: Any = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise BadInput.of("message", payload[:60], "json", "the message is no JSON") from error
    rows = told.get("positions", [told]) if isinstance(told, dict) else told
    if not isinstance(rows, list) or not rows:
        raise BadInput.of("positions", told, "list", "one position or a list of positions")
    if len(rows) > MOST:
        raise BadInput.of("positions", len(rows), "count", f"{MOST} positions at most")
    fixes, errors = [], []
    for number, row in enumerate(rows):
        try:
            fixes.append(fix_of(row, now))
        except BadInput as error:
            mark = f"positions[{number}]." if len(rows) > 1 else ""
            errors += [FieldError(mark + e.field, e.value, e.rule, e.message) for e in error.errors]
    return Bundle(tuple(fixes), tuple(errors))


def fix_of(row: Any, now: datetime) -> Fix:
    """One position; raises BadInput with field, value and rule."""
    if not isinstance(row, dict):
        raise BadInput.of("position", row, "object", "a position is an object")
    name = row.get("resource", "")
    if not isinstance(name, str) or len(name) > 63:
        raise BadInput.of("resource", name, "text", "the code of a resource")
    return Fix(
        resource=name,
        place=LonLat.checked(_number(row, "lon"), _number(row, "lat")),
        at=_time(row.get("time"), now),
        speed_kmh=_within(row, "speed", FASTEST_KMH),
        accuracy_m=_within(row, "accuracy", 100_000.0),
    )


def _number(row: dict[str, Any], name: str) -> float:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e9:
        raise BadInput.of(name, value, "number", "a number of degrees")
    return float(value)


def _within(row: dict[str, Any], name: str, most: float) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadInput.of(name, value, "range", f"a number from 0 to {most:g}")
    return float(value)


def _time(value: Any, now: datetime) -> datetime:
    at = _moment(value)
    if at > now + FUTURE:
        raise BadInput.of("time", value, "future", "more than five minutes in the future")
    if at < now - OLDEST:
        raise BadInput.of("time", value, "age", "more than seven days old")
    return min(at, now)


def _moment(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            if at.tzinfo is not None:
                return at.astimezone(UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput.of("time", value, "format", "ISO 8601 with a zone, or seconds since 1970") from error
    raise BadInput.of("time", value, "format", "ISO 8601 with a zone, or seconds since 1970")
