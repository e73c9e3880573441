"""Pure judgement of a value against a limit: hysteresis and holding time, no clock of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


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


def is_silent(last_seen: datetime | None, since: datetime, allowed: timedelta, now: datetime) -> bool:
    """A source is silent when nothing came for longer than `allowed`; one never heard, since `since`."""
    return now - (last_seen or since) > allowed
