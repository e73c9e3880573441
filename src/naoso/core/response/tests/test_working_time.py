"""Working hours: lunch, weekends, holidays, exchanged days. Worked by hand against a calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from naoso.core.response.working_time import VIETNAM, Calendar, add_working_time, working_time_between

OFFICE = Calendar()
HOUR = dt.timedelta(hours=1)


def local(day: int, hour: int, minute: int = 0, month: int = 3) -> dt.datetime:
    """March 2026: the 2nd is a Monday."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (local(2, 8), 2, local(2, 10)),
        (local(2, 10, 30), 2, local(2, 14)),  # over lunch, 11:30–13:00
        (local(2, 12), 1, local(2, 14)),  # begins at lunch
        (local(2, 16), 2, local(3, 8, 30)),  # over night
        (local(6, 16), 2, local(9, 8, 30)),  # Friday → Monday
        (local(7, 10), 8, local(9, 17)),  # begins on a Saturday
        (local(2, 3), 8, local(2, 17)),  # at three in the night
        (local(2, 7, 30), 16, local(3, 17)),
    ],
)
def test_counts_working_hours_only(start: dt.datetime, hours: int, end: dt.datetime) -> None:
    assert add_working_time(start, hours * HOUR, OFFICE) == end


def test_a_holiday_does_not_count_and_an_exchanged_saturday_does() -> None:
    calendar = Calendar(exceptions={dt.date(2026, 3, 3): False, dt.date(2026, 3, 7): True})
    assert add_working_time(local(2, 16), 2 * HOUR, calendar) == local(4, 8, 30)
    assert add_working_time(local(6, 16), 2 * HOUR, calendar) == local(7, 8, 30)


def test_tet_of_2026_pushes_a_deadline_over_it() -> None:
    tet = {dt.date(2026, 2, day): False for day in range(16, 21)}
    start = local(13, 16, month=2)
    assert add_working_time(start, 2 * HOUR, Calendar(exceptions=tet)) == local(23, 8, 30, month=2)


def test_a_calendar_without_work_is_an_error_not_a_loop() -> None:
    with pytest.raises(ValueError, match="no working time"):
        add_working_time(local(2, 8), HOUR, Calendar(week=((),) * 7))


@settings(suppress_health_check=[HealthCheck.too_slow])  # another process may take the machine
@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 1)), st.integers(0, 60 * 80)  # noqa: DTZ001
)  # fmt: skip
def test_adding_and_measuring_agree(naive: dt.datetime, minutes: int) -> None:
    start = naive.replace(tzinfo=VIETNAM)
    amount = dt.timedelta(minutes=minutes)
    end = add_working_time(start, amount, OFFICE)
    assert working_time_between(start, end, OFFICE) == amount
