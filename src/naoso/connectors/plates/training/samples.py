"""Rows to learn from: the same seed and number give the same row, on every machine."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.drawn.panels import Points, panel, turned, weathered
from naoso.connectors.plates.drawn.texts import long_one, short_one
from naoso.connectors.plates.rows import HIGH, WIDEST, cut, levelled, sides
from naoso.connectors.plates.second import ALPHABET

Row = NDArray[np.float32]

BATCH = 64
RECTANGULAR, WIDE = 0.7, 0.25


class Samples:
    """As long as `count`; batches of one-row plates and of two-row plates take turns."""

    def __init__(self, seed: int, count: int) -> None:
        self.seed, self.count = seed, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> list[tuple[Row, str]]:
        """The rows of one plate with what stands on them."""
        if number >= self.count:
            raise IndexError(number)
        lot = np.random.default_rng((self.seed, number))
        written = long_one(lot) if (number // BATCH) % 2 else short_one(lot)
        height = height_of(lot)
        seen = turned(panel(written, lot), height, lot)
        grey = engine().cvtColor(seen.pixels, engine().COLOR_RGB2GRAY)
        pixels = weathered(grey, lot, strength=min(1.0, max(0.4, height / 22)))
        return [
            (levelled(cut(pixels, loose(corners, lot), high=HIGH, widest=WIDEST)), signs(text))
            for corners, text in zip(seen.rows, written.rows, strict=True)
        ]


def height_of(lot: Generator) -> float:
    """Pixels of a sign; small ones are the hard ones."""
    return float(lot.uniform(9, 22) if lot.random() < 0.6 else lot.uniform(22, 48))


def loose(corners: Points, lot: Generator) -> Points:
    """As a detector finds it: a rectangle with a margin, now and then too tight, never quite straight.

    Every fourth has the wide margins of half a plate that nothing was looked for in.
    """
    if lot.random() < RECTANGULAR:
        corners = rectangle_round(corners)
    across, down = sides(corners)
    along = (corners[1] - corners[0]) / across
    below = (corners[3] - corners[0]) / down
    wide = lot.random() < WIDE
    left, right = lot.uniform(-0.04, 0.9 if wide else 0.4, 2) * down
    top, bottom = lot.uniform(-0.06, 0.6 if wide else 0.3, 2) * down
    grown = corners + np.array(
        [
            -along * left - below * top,
            along * right - below * top,
            along * right + below * bottom,
            -along * left + below * bottom,
        ]
    )
    shaken: Points = (grown + lot.uniform(-0.05, 0.05, (4, 2)) * down).astype(np.float32)
    return shaken


def rectangle_round(corners: Points) -> Points:
    """The narrowest, with the same corner first: signs of a slanted plate stay slanted in it."""
    box = engine().boxPoints(engine().minAreaRect(corners))
    first = int(np.argmin(((box - corners[0]) ** 2).sum(axis=1)))
    turned_box = np.roll(box, -first, axis=0)
    clockwise = float(np.linalg.det([turned_box[1] - turned_box[0], turned_box[2] - turned_box[1]])) > 0
    ordered: Points = (turned_box if clockwise else turned_box[[0, 3, 2, 1]]).astype(np.float32)
    return ordered


def signs(text: str) -> str:
    """What the net shall say: no dash, no dot."""
    return "".join(sign for sign in text if sign in ALPHABET)
