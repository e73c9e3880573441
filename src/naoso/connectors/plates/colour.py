"""The colour of a plate's ground, from its pixels: white private, yellow commercial, blue state, red army."""

from __future__ import annotations

import numpy as np

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.rows import Pixels
from naoso.kernel.plates import Colour

# Hue in half degrees as OpenCV counts it, saturation and brightness of 255.
YELLOW, BLUE, RED = (13, 36), (94, 132), (8, 168)
LEAST_SATURATION = {Colour.YELLOW: 75, Colour.BLUE: 75, Colour.RED: 90}
DARKEST = 28
FEWEST = 24
INNER = 0.2


def ground_colour(rows: list[Pixels]) -> Colour:
    """Of rows cut out of one plate (RGB). Signs cover less than half, so the ground is the larger part."""
    pixels = np.concatenate([inner(row).reshape(-1, 3) for row in rows] or [np.zeros((0, 3), np.uint8)])
    if len(pixels) < FEWEST:
        return Colour.UNKNOWN
    grey = engine().cvtColor(pixels[None], engine().COLOR_RGB2GRAY)[0]
    border, _ = engine().threshold(grey, 0, 255, engine().THRESH_BINARY | engine().THRESH_OTSU)
    light = grey > border
    light_ground = bool(light.mean() >= 0.5)
    hue, saturation, value = tone(pixels[light if light_ground else ~light])
    if value < DARKEST:
        return Colour.UNKNOWN
    named = by_hue(hue, saturation)
    if named is Colour.WHITE:
        return Colour.WHITE if light_ground else Colour.UNKNOWN
    if light_ground is (named is Colour.YELLOW):
        return named
    return Colour.UNKNOWN


def inner(row: Pixels) -> Pixels:
    """Without the margin of the row, where the plate may have ended."""
    height, width = row.shape[:2]
    return row[
        round(height * INNER) : round(height * (1 - INNER)),
        round(height * INNER) : round(width - height * INNER),
    ]


def tone(pixels: Pixels) -> tuple[float, float, float]:
    """Hue, saturation and brightness of the middle colour."""
    middle = np.median(pixels, axis=0).astype(np.uint8)[None, None]
    hue, saturation, value = engine().cvtColor(middle, engine().COLOR_RGB2HSV)[0, 0].tolist()
    return hue, saturation, value


def by_hue(hue: float, saturation: float) -> Colour:
    """White where it is pale; unknown where a strong colour is none of the four."""
    if YELLOW[0] <= hue <= YELLOW[1] and saturation >= LEAST_SATURATION[Colour.YELLOW]:
        return Colour.YELLOW
    if BLUE[0] <= hue <= BLUE[1] and saturation >= LEAST_SATURATION[Colour.BLUE]:
        return Colour.BLUE
    if (hue <= RED[0] or hue >= RED[1]) and saturation >= LEAST_SATURATION[Colour.RED]:
        return Colour.RED
    return Colour.WHITE if saturation < min(LEAST_SATURATION.values()) else Colour.UNKNOWN
