"""Pure judgement of a value against a limit: hysteresis and holding time, no clock of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

HOUR_US = 3_600_000_000
LEAST_SPAN = 0.5  # of the window
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Threshold:
    """`raise_at` and `clear_at` in the quantity's own unit; `clear_at` lies on the good side."""

    raise_at: float
    clear_at: float
    above: bool = True
    hold: timedelta = timedelta(0)

    def is_over(self, value: float) -> bool:
        """At the limit counts as over it."""
        return value >= self.raise_at if self.above else value <= self.raise_at

    def is_clear(self, value: float) -> bool:
        """Strictly on the good side of `clear_at`, so that a value at it does not flap."""
        return value < self.clear_at if self.above else value > self.clear_at


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered between two readings of one subject."""

    active: bool = False
    over_since: datetime | None = None
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The standing after a reading, and whether the alert is raised or cleared by it."""

    standing: Standing
    raised: bool = False
    cleared: bool = False


def assess(standing: Standing, threshold: Threshold, value: float, at: datetime) -> Verdict:
    """Judge one reading. A late one (not after the last judged) changes nothing: it never reopens."""
    if standing.judged_at is not None and at <= standing.judged_at:
        return Verdict(standing)
    if standing.active:
        if threshold.is_clear(value):
            return Verdict(Standing(judged_at=at), cleared=True)
        return Verdict(replace(standing, judged_at=at))
    if not threshold.is_over(value):
        return Verdict(Standing(judged_at=at))
    since = standing.over_since or at
    if at - since >= threshold.hold:
        return Verdict(Standing(active=True, over_since=since, judged_at=at), raised=True)
    return Verdict(Standing(over_since=since, judged_at=at))


def rehearse(threshold: Threshold, readings: Iterable[tuple[datetime, float]]) -> Iterator[datetime]:
    """The times at which past readings of one subject, in their order, would have raised an alert."""
    standing = Standing()
    for at, value in readings:
        verdict = assess(standing, threshold, value, at)
        standing = verdict.standing
        if verdict.raised:
            yield at


def oldest_within(series_ids: Int32, times: Int64, window: timedelta) -> NDArray[np.intp]:
    """Of each reading the index of the oldest of its series within the window; ordered by series and time."""
    if not len(times):
        return np.empty(0, np.intp)
    span = int(window / timedelta(microseconds=1))
    rank = np.unique(series_ids, return_inverse=True)[1]
    since = times - times.min() + span
    stride = since.max() + 1  # each series on a stretch of its own, so that one search serves them all
    places: NDArray[np.intp] = np.searchsorted(rank * stride + since, rank * stride + since - span)
    return places


def rises(times: Int64, values: Float64, before: Int64, then: Float64, window: timedelta) -> Float64:
    """Rise per hour from the readings `then` (at `before`) to `values`, times in microseconds.

    NaN where less than half the window lies between: over a shorter span the noise of an instrument
    would look like a flood.
    """
    passed = times - before
    told = passed >= window / timedelta(microseconds=1) * LEAST_SPAN
    return np.where(told, (values - then) / (np.where(told, passed, HOUR_US) / HOUR_US), np.nan)


def is_silent(last_seen: datetime | None, since: datetime, allowed: timedelta, now: datetime) -> bool:
    """A source is silent when nothing came for longer than `allowed`; one never heard, since `since`."""
    return now - (last_seen or since) > allowed
