"""When a report is due, and how many are missing in a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from naoso.domains.situation.rules import Rhythm, severity_of
from naoso.kernel.findings import Severity

START = datetime(2026, 9, 10, 6, tzinfo=UTC)
RHYTHM = Rhythm(START, timedelta(hours=6), timedelta(minutes=30))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "last", "missed"),
    [
        (-1, None, 0),  # not begun
        (0.4, None, 0),  # within the grace
        (0.5, None, 1),
        (6.4, None, 1),  # the second is still within its grace
        (6.5, None, 2),
        (6.5, 0, 1),
        (6.5, 6, 0),
        (13, 6, 1),
        (3, 0, 0),
    ],
)
def test_missing_in_a_row(now: float, last: float | None, missed: int) -> None:
    assert RHYTHM.missed(None if last is None else at(last), at(now)) == missed


def test_due_times() -> None:
    assert RHYTHM.slot_at(at(-1)) is None
    assert RHYTHM.slot_at(at(13)) == at(12)
    assert RHYTHM.next_after(at(13)) == at(18)
    assert RHYTHM.next_after(at(-1)) == at(0)
    assert RHYTHM.last_slots(at(13), 5) == [at(12), at(6), at(0)]


def test_after_its_end_nobody_is_silent() -> None:
    ended = Rhythm(START, timedelta(hours=6), timedelta(minutes=30), at(7))
    assert ended.slot_at(at(30)) == at(6)
    assert ended.next_after(at(7)) is None
    assert ended.missed(None, at(8)) == 0


def test_a_second_one_is_severe() -> None:
    assert (severity_of(1), severity_of(2)) == (Severity.MODERATE, Severity.SEVERE)
