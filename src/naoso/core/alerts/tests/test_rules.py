"""Hysteresis, holding time, late readings, silence: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.core.alerts.rules import Standing, Threshold, assess, is_silent, rehearse

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMIT = Threshold(raise_at=150, clear_at=135)


def at(minute: float) -> datetime:
    return NOON + minute * MINUTE


def test_the_limit_itself_raises() -> None:
    assert assess(Standing(), LIMIT, 150, at(0)).raised


def test_just_below_the_limit_does_not() -> None:
    assert not assess(Standing(), LIMIT, 149.9, at(0)).raised


def test_a_value_at_the_clearing_limit_does_not_flap() -> None:
    active = assess(Standing(), LIMIT, 160, at(0)).standing
    verdict = assess(active, LIMIT, 135, at(1))
    assert verdict.standing.active
    assert not verdict.cleared


def test_below_the_clearing_limit_clears() -> None:
    active = assess(Standing(), LIMIT, 160, at(0)).standing
    assert assess(active, LIMIT, 134, at(1)).cleared


def test_a_repeat_is_not_raised_again() -> None:
    active = assess(Standing(), LIMIT, 160, at(0)).standing
    assert not assess(active, LIMIT, 170, at(1)).raised


@pytest.mark.parametrize(("minutes", "raised"), [([0, 5], []), ([0, 5, 10], [10]), ([0, 10, 11], [10])])
def test_the_condition_must_hold(minutes: list[int], raised: list[int]) -> None:
    held = Threshold(150, 135, hold=10 * MINUTE)
    readings = [(at(m), 160.0) for m in minutes]
    assert list(rehearse(held, readings)) == [at(m) for m in raised]


def test_a_dip_starts_the_holding_time_anew() -> None:
    held = Threshold(150, 135, hold=10 * MINUTE)
    readings = [(at(0), 160.0), (at(6), 140.0), (at(7), 160.0), (at(12), 160.0)]
    assert not list(rehearse(held, readings))


def test_a_late_reading_never_reopens() -> None:
    cleared = assess(assess(Standing(), LIMIT, 160, at(0)).standing, LIMIT, 100, at(5)).standing
    late = assess(cleared, LIMIT, 500, at(4))
    assert late.standing == cleared
    assert not late.raised


def test_below_is_the_bad_side() -> None:
    level = Threshold(raise_at=10, clear_at=12, above=False)
    active = assess(Standing(), level, 10, at(0))
    assert active.raised
    assert assess(active.standing, level, 12.1, at(1)).cleared


@given(st.lists(st.floats(0, 400), max_size=60))
def test_raised_and_cleared_alternate(values: list[float]) -> None:
    standing, word = Standing(), ""
    for minute, value in enumerate(values):
        verdict = assess(standing, LIMIT, value, at(minute))
        assert not (verdict.raised and verdict.cleared)
        if verdict.raised:
            assert word != "raised"
            word = "raised"
        if verdict.cleared:
            assert word == "raised"
            word = "cleared"
        standing = verdict.standing


def test_silence_counts_from_the_last_word_or_the_registration() -> None:
    assert is_silent(at(0), at(-100), 10 * MINUTE, at(10.1))
    assert not is_silent(at(0), at(-100), 10 * MINUTE, at(10))
    assert is_silent(None, at(0), 10 * MINUTE, at(11))
    assert not is_silent(None, at(0), 10 * MINUTE, at(9))
