"""Deadlines in working time: a week of spans, days off, compensatory days. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
Span = tuple[dt.time, dt.time]
OFFICE_DAY: tuple[Span, ...] = ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 0), dt.time(17, 0)))
OFFICE_WEEK: tuple[tuple[Span, ...], ...] = (OFFICE_DAY,) * 5 + ((),) * 2
FARTHEST_DAYS = 366 * 3


@dataclass(frozen=True)
class Calendar:
    """`week[0]` is Monday. `exceptions` maps a day to False (off) or True (works like a Monday)."""

    week: tuple[tuple[Span, ...], ...] = OFFICE_WEEK
    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)
    zone: dt.tzinfo = VIETNAM

    def spans(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Working spans of one day, in order, time-zone aware."""
        works = self.exceptions.get(day)
        hours = () if works is False else self.week[0] if works else self.week[day.weekday()]
        for start, end in hours:
            yield (
                dt.datetime.combine(day, start, self.zone),
                dt.datetime.combine(day, end, self.zone),
            )


def add_working_time(start: dt.datetime, amount: dt.timedelta, calendar: Calendar) -> dt.datetime:
    """The moment when `amount` of working time has passed since `start`.

    Raises ValueError when the calendar has too little working time in three years.
    """
    left = amount
    first = start.astimezone(calendar.zone).date()
    for offset in range(FARTHEST_DAYS):
        for begin, end in calendar.spans(first + dt.timedelta(days=offset)):
            begin = max(begin, start)  # noqa: PLW2901 - the span is cut at the start
            if begin >= end:
                continue
            if end - begin >= left:
                return (begin + left).astimezone(dt.UTC)
            left -= end - begin
    raise ValueError("the calendar has no working time left to count")


def working_time_between(start: dt.datetime, end: dt.datetime, calendar: Calendar) -> dt.timedelta:
    """How much working time lies between two moments; zero when `end` is not after `start`."""
    total = dt.timedelta(0)
    day = start.astimezone(calendar.zone).date()
    last = end.astimezone(calendar.zone).date()
    while day <= last:
        for begin, finish in calendar.spans(day):
            span = min(finish, end) - max(begin, start)
            total += max(span, dt.timedelta(0))
        day += dt.timedelta(days=1)
    return total


def is_working(at: dt.datetime, calendar: Calendar) -> bool:
    """Whether the moment lies in working time."""
    day = at.astimezone(calendar.zone).date()
    return any(begin <= at < end for begin, end in calendar.spans(day))


def subtract_working_time(end: dt.datetime, amount: dt.timedelta, calendar: Calendar) -> dt.datetime:
    """The moment from which `amount` of working time passes until `end`; the inverse of adding.

    Raises ValueError when the calendar has too little working time in three years.
    """
    left = amount
    last = end.astimezone(calendar.zone).date()
    for offset in range(FARTHEST_DAYS):
        for begin, finish in reversed(list(calendar.spans(last - dt.timedelta(days=offset)))):
            until = min(finish, end)
            if until <= begin:
                continue
            if until - begin >= left:
                return (until - left).astimezone(dt.UTC)
            left -= until - begin
    raise ValueError("the calendar has no working time left to count")
