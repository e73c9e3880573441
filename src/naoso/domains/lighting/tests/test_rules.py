"""Outage with hysteresis, lamps by day, what is not judged."""

from __future__ import annotations

import pytest

from naoso.domains.lighting.rules import acknowledged, assess


@pytest.mark.parametrize(
    ("power", "level", "rated", "since", "outage", "burning"),
    [
        (1000, 100, 1000, 600, False, False),
        (860, 100, 1000, 600, None, False),  # between the two limits nothing changes
        (840, 100, 1000, 600, True, False),
        (930, 100, 1000, 600, False, False),
        (420, 50, 1000, 600, True, False),
        (0, 100, 1000, 600, True, False),
        (0, 100, 1000, 60, None, None),  # just switched
        (500, 100, 0, 600, None, None),  # nobody knows its lamps
        (300, 0, 1000, 600, False, True),
        (150, 0, 1000, 600, False, None),
        (20, 0, 1000, 600, False, False),
    ],
)
def test_power_is_judged(
    power: float, level: int, rated: float, since: float, outage: bool | None, burning: bool | None
) -> None:
    verdict = assess(power, level, rated, since)
    assert (verdict.outage, verdict.burning) == (outage, burning)


def test_a_dead_cabinet_is_more_than_some_lamps() -> None:
    assert assess(0, 100, 1000, 600).whole
    assert not assess(800, 100, 1000, 600).whole


@pytest.mark.parametrize(("told", "wanted", "yes"), [(49.2, 50, True), (52, 50, True), (47, 50, False)])
def test_a_told_level_acknowledges(told: float, wanted: int, yes: bool) -> None:
    assert acknowledged(told, wanted) is yes
