"""The colour of the ground, of drawn plates in changing light."""

from __future__ import annotations

import numpy as np
import pytest

from naoso.connectors.plates.colour import ground_colour
from naoso.connectors.plates.drawn.panels import panel, turned, weathered
from naoso.connectors.plates.drawn.texts import written
from naoso.connectors.plates.rows import cut
from naoso.kernel.plates import Colour


@pytest.mark.parametrize("ground", [Colour.WHITE, Colour.YELLOW, Colour.BLUE, Colour.RED])
@pytest.mark.parametrize("rows", [("20A-123.45",), ("20-B1", "234.56")])
def test_the_ground_is_told_from_the_signs(ground: Colour, rows: tuple[str, ...]) -> None:
    told = []
    for seed in range(12):
        lot = np.random.default_rng(seed)
        seen = turned(panel(written(rows, ground), lot), 24, lot)
        pixels = weathered(seen.pixels, lot, strength=0.35)
        told.append(ground_colour([cut(pixels, corners) for corners in seen.rows]))
    assert told.count(ground) >= 10
    assert set(told) <= {ground, Colour.UNKNOWN}


def test_at_night_and_of_nothing_no_colour_is_told() -> None:
    assert ground_colour([np.full((20, 60, 3), 9, np.uint8)]) is Colour.UNKNOWN
    assert ground_colour([]) is ground_colour([np.zeros((0, 9, 3), np.uint8)]) is Colour.UNKNOWN


def test_green_is_none_of_the_four() -> None:
    assert ground_colour([np.full((20, 60, 3), (20, 160, 40), np.uint8)]) is Colour.UNKNOWN
