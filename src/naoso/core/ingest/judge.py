"""Is this reading one of ours, possible and timely? Whole columns at once; a reason for each that is not."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from naoso.connectors.readings.types import Moment, Reading
from naoso.core.ingest.known import UNKNOWN, Known, KnownSource
from naoso.core.ingest.models import Rule
from naoso.core.telemetry.batches import Float64, Int32, Int64
from naoso.kernel.errors import FieldError

LATE_S = 30 * 86_400.0
AHEAD_S = 300.0


@dataclass(frozen=True, slots=True)
class Clock:
    """The bounds of believable times, in seconds since 1970; `retention_s` bounds history too."""

    now: float
    retention_s: float

    def oldest(self, source: KnownSource | None) -> float:
        """A source that may send history is bounded by what the tables keep."""
        history = source is not None and source.allows_history
        return self.now - (self.retention_s if history else min(LATE_S, self.retention_s))

    @property
    def newest(self) -> float:
        """A little ahead is a clock that is a little wrong."""
        return self.now + AHEAD_S


@dataclass(frozen=True, slots=True)
class Judged:
    """`good` tells for each reading whether it may be stored; the other arrays hold the good ones only."""

    good: NDArray[np.bool_]
    series_ids: Int32
    times: Int64
    values: Float64


def seconds(time: Moment) -> float:
    """Since 1970-01-01 UTC."""
    return time.timestamp() if isinstance(time, dt.datetime) else time


def judge(
    known: Known,
    positions: Sequence[int],
    times: Sequence[float],
    values: Sequence[float],
    oldest: Float64 | float,
    clock: Clock,
) -> Judged:
    """`positions` are rows of the registry or UNKNOWN; `times` seconds since 1970."""
    at = np.array(positions, np.int64)
    when, value = np.array(times, np.float64), np.array(values, np.float64)
    # NaN fails every comparison, so nothing else must look for it.
    good = (at != UNKNOWN) & (when >= oldest) & (when <= clock.newest)
    if len(known.rows):
        good &= (value >= known.low[at]) & (value <= known.high[at])
    at, when, value = at[good], when[good], value[good]
    return Judged(good, known.series_ids[at], np.rint(when * 1e6).astype(np.int64), value)


def fault(known: Known, source: KnownSource | None, reading: Reading, clock: Clock) -> FieldError:
    """The first rule that a reading breaks, in words; call it for readings judged not good."""
    if source is None:
        return FieldError("source", "", Rule.UNKNOWN_SOURCE, "no enabled source speaks under this name")
    position = source.lookup.get((reading.series, reading.unit), UNKNOWN)
    if position == UNKNOWN:
        return _unmatched(known, source, reading)
    row = known.rows[position]
    if not math.isfinite(reading.value):
        return FieldError("value", reading.value, Rule.FINITE, "must be a finite number")
    if not row.low <= reading.value <= row.high:
        plausible = f"{row.key} lies between {row.low:g} and {row.high:g} {row.unit}"
        return FieldError("value", reading.value, Rule.RANGE, plausible)
    if seconds(reading.time) > clock.newest:
        return FieldError(
            "time", shown(reading.time), Rule.IN_FUTURE, "more than 5 minutes ahead of the centre"
        )
    days = round((clock.now - clock.oldest(source)) / 86_400)
    return FieldError("time", shown(reading.time), Rule.TOO_OLD, f"older than {days} days")


def _unmatched(known: Known, source: KnownSource, reading: Reading) -> FieldError:
    expected = source.lookup.get((reading.series, ""), UNKNOWN)
    if expected != UNKNOWN:
        unit = known.rows[expected].unit
        return FieldError("unit", reading.unit, Rule.UNIT, f"{reading.series} is told in {unit}")
    if reading.series in known.keys:
        return FieldError(
            "series", reading.series, Rule.FOREIGN_SERIES, f"belongs to another source than {source.code}"
        )
    return FieldError("series", reading.series, Rule.UNKNOWN_SERIES, f"{source.code} has no such series")


def shown(time: Moment) -> str:
    """A time as it was told."""
    return time.isoformat() if isinstance(time, dt.datetime) else str(time)
