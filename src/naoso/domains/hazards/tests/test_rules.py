"""Arithmetic of danger: the fire index, Caine's rain, the damped trend against no change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.cli.simulate_hazards import river
from naoso.domains.hazards.rules import (
    Trend,
    caine_ratio,
    fire_indices,
    fire_level,
    outlook,
    saturation_deficit,
)  # fmt: skip

WEEK = 7 * 144


def test_the_saturation_deficit_is_that_of_the_tables() -> None:
    assert saturation_deficit(30, 0) == pytest.approx(42.4, abs=0.2)  # WMO No. 8: 42.4 hPa at 30 °C
    assert saturation_deficit(30, 50) == pytest.approx(21.2, abs=0.1)
    assert saturation_deficit(30, 120) == 0


def test_the_fire_index_grows_until_five_millimetres_fall() -> None:
    dry, damp, wet = (30.0, 50.0, 0.0), (30.0, 50.0, 4.9), (30.0, 50.0, 5.0)
    told = list(fire_indices([dry, damp, wet, dry]))
    a_day = 30 * saturation_deficit(30, 50)
    assert told == pytest.approx([a_day, 2 * a_day, 0, a_day])


@pytest.mark.parametrize(
    ("index", "level"), [(0, 1), (5000, 1), (5001, 2), (10_001, 3), (15_001, 4), (20_000, 4), (20_001, 5)]
)
def test_the_levels_begin_where_the_source_says(index: float, level: int) -> None:
    assert fire_level(index) == level


def test_caines_threshold_is_met_by_an_hour_or_by_days() -> None:
    assert caine_ratio([14.82]) == pytest.approx(1)
    assert caine_ratio([7.41]) == pytest.approx(0.5)
    assert caine_ratio([14.82 * 24**-0.39] * 24) == pytest.approx(1)
    assert caine_ratio([]) == 0


@given(st.lists(st.floats(0, 300), max_size=100), st.integers(0, 99))
def test_more_rain_never_means_less_danger(hours: list[float], where: int) -> None:
    if hours:
        wetter = [*hours]
        wetter[where % len(hours)] += 10
        assert caine_ratio(wetter) >= caine_ratio(hours)


def test_a_damped_trend_follows_a_line_and_then_flattens() -> None:
    level, trend = Trend(1.0, 1.0, 0.9).standings(np.arange(50.0))
    ahead = Trend(1.0, 1.0, 0.9).ahead(level[-1:], trend[-1:], 40)[0]
    steps = np.diff(ahead)
    assert ahead[0] > 49
    assert (steps > 0).all()
    assert steps[-1] < steps[0]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_model_beats_no_change_on_the_demonstrations_rivers(number: int) -> None:
    past = np.array([river("x", number, 1_790_000_000 + i * 600)["water_level"] for i in range(WEEK)])
    told = outlook(past, 18)
    assert told is not None
    print(f"river {number}: model ±{told.error:.3f} m, no change ±{told.naive:.3f} m, {told.trend}")
    assert told.error < told.naive
    assert list(told.half) == sorted(told.half)


def test_where_nothing_can_be_foreseen_the_error_says_so() -> None:
    noise = np.random.default_rng(5).normal(0, 1, WEEK)
    told = outlook(noise, 18)
    assert told is not None
    assert told.half[0] > 1


def test_too_short_a_past_foresees_nothing() -> None:
    assert outlook(np.zeros(71), 18) is None
    assert outlook(np.zeros(72), 18) is not None
