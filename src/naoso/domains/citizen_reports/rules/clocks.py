"""The two clocks of a report and what is due when: pure, the calendar passed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from naoso.core.response.working_time import Calendar, add_working_time, subtract_working_time


class Due(StrEnum):
    """What the clocks ask for."""

    TAKE = "take"
    ANSWER = "answer"
    WARN = "warn"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Timing:
    """What a category and the desk allow, in working time."""

    take_within: dt.timedelta
    answer_within: dt.timedelta
    warn_before: dt.timedelta
    escalate_after: tuple[dt.timedelta, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the clocks of one report stand."""

    answer_due_at: dt.datetime
    due_at: dt.datetime
    taken: bool
    answered_first: bool
    warned: bool
    chased: bool
    level: int


def next_due(standing: Standing, timing: Timing, calendar: Calendar) -> tuple[dt.datetime, Due] | None:
    """The next thing that the clocks ask for and when; None when nothing more will come."""
    waiting: list[tuple[dt.datetime, Due]] = []
    if not standing.chased and not standing.taken:
        # the clocks may have begun long after the report came: when it was released, or taken over
        begun = subtract_working_time(standing.answer_due_at, timing.answer_within, calendar)
        waiting.append((add_working_time(begun, timing.take_within, calendar), Due.TAKE))
    if not standing.chased and not standing.answered_first:
        waiting.append((standing.answer_due_at, Due.ANSWER))
    if not standing.warned:
        waiting.append((subtract_working_time(standing.due_at, timing.warn_before, calendar), Due.WARN))
    if standing.level < len(timing.escalate_after):
        step = timing.escalate_after[standing.level]
        waiting.append((add_working_time(standing.due_at, step, calendar), Due.ESCALATE))
    return min(waiting) if waiting else None
