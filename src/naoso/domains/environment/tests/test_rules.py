"""VN_AQI against values worked by hand from the tables of Decision 1459/QĐ-TCMT."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.domains.environment.rules import BREAKPOINTS, INDEX, Band, band_of, hourly_index, nowcast, part


@pytest.mark.parametrize(
    ("quantity", "concentration", "index"),
    [
        ("pm25", 0, 0),
        ("pm25", 25, 50),
        ("pm25", 37.5, 75),  # 50 + 50 · 12,5 / 25
        ("pm25", 65, 125),  # 100 + 50 · 15 / 30
        ("pm25", 200, 250),  # 200 + 100 · 50 / 100
        ("pm25", 900, 500),
        ("pm10", 100, 75),  # 50 + 50 · 50 / 100
        ("pm10", 385, 250),  # 200 + 100 · 35 / 70
        ("o3", 180, 75),
        ("co", 20_000, 75),
        ("so2", 237.5, 75),
        ("no2", 450, 125),  # 100 + 50 · 250 / 500
    ],
)
def test_one_pollutant(quantity: str, concentration: float, index: int) -> None:
    assert part(quantity, concentration) == index


@pytest.mark.parametrize("quantity", sorted(BREAKPOINTS))
def test_the_index_meets_each_breakpoint(quantity: str) -> None:
    assert [part(quantity, point) for point in BREAKPOINTS[quantity]] == list(INDEX)


def test_nowcast_of_steady_air_is_the_air() -> None:
    assert nowcast([40.0] * 12) == pytest.approx(40)


def test_nowcast_by_hand() -> None:
    """w = 30/50 = 0,6: (50 + 0,6·40 + 0,36·30) / (1 + 0,6 + 0,36) = 84,8 / 1,96."""
    assert nowcast([50.0, 40.0, 30.0]) == pytest.approx(84.8 / 1.96)


def test_the_weight_is_at_least_a_half() -> None:
    """min/max = 0,1 → w = 0,5: (100 + 0,5·10) / 1,5."""
    assert nowcast([100.0, 10.0]) == pytest.approx(70)


def test_a_gap_weighs_nothing() -> None:
    """w = 0,8: (50 + 0,64·40) / 1,64."""
    assert nowcast([50.0, None, 40.0]) == pytest.approx((50 + 0.64 * 40) / 1.64)


@pytest.mark.parametrize("hours", [[], [None, None, 30.0, 40.0], [30.0, None, None, 40.0], [None] * 12])
def test_two_of_the_three_newest_hours_are_needed(hours: list[float | None]) -> None:
    assert nowcast(hours) is None


def test_clean_air_does_not_divide_by_zero() -> None:
    assert nowcast([0.0, 0.0]) == 0


def test_the_greatest_part_is_the_index() -> None:
    index = hourly_index({"pm25": [37.5] * 12, "o3": [300.0]})
    assert index is not None
    assert (index.value, index.main, index.parts) == (150, "o3", {"pm25": 75, "o3": 150})
    assert index.band is Band.POOR


def test_without_dust_there_is_no_index() -> None:
    assert hourly_index({"o3": [300.0], "no2": [100.0]}) is None


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0, Band.GOOD),
        (50, Band.GOOD),
        (51, Band.MODERATE),
        (200, Band.BAD),
        (201, Band.VERY_BAD),
        (500, Band.HAZARDOUS),
    ],
)
def test_bands(value: int, band: Band) -> None:
    assert band_of(value) is band


@given(st.sampled_from(sorted(BREAKPOINTS)), st.lists(st.floats(0, 1e6), min_size=2, max_size=20))
def test_more_pollution_is_never_a_better_index(quantity: str, values: list[float]) -> None:
    parts = [part(quantity, value) for value in sorted(values)]
    assert all(a <= b for a, b in pairwise(parts))
    assert all(0 <= p <= 500 for p in parts)
