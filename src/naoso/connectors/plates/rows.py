"""A row of text cut out of a picture: upright, so that a reader sees nothing but it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import engine

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]

HIGH = 32
WIDEST = 208
NARROWEST = 24
SLOPE_SIZE = 128
SLOPES = [step / 25 for step in range(-8, 9)]
SLOPE_COST = 0.5  # grey levels: a level plate stays level


def sides(corners: Points) -> tuple[float, float]:
    """Width and height of a slanted rectangle, each the longer of its two."""
    across = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    down = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    return max(1.0, float(across)), max(1.0, float(down))


def cut(pixels: Pixels, corners: Points, *, high: int | None = None, widest: int | None = None) -> Pixels:
    """The row alone; its own height, or this one with a width that keeps the signs' shape."""
    across, down = sides(corners)
    tall = high or max(1, round(down))
    wide = max(1, round(across * tall / down))
    if widest is not None:
        wide = min(max(wide, NARROWEST), widest)
    goal = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
    matrix = engine().getPerspectiveTransform(corners.astype(np.float32), goal)
    shrinks = down > 2 * tall
    if shrinks:
        larger = np.diag([down / tall, down / tall, 1.0]) @ matrix
        size = (round(wide * down / tall), round(down))
        whole = engine().warpPerspective(
            pixels, larger, size, None, engine().INTER_LINEAR, engine().BORDER_REPLICATE
        )
        small: Pixels = engine().resize(whole, (wide, tall), interpolation=engine().INTER_AREA)
        return small
    upright: Pixels = engine().warpPerspective(
        pixels, matrix, (wide, tall), None, engine().INTER_LINEAR, engine().BORDER_REPLICATE
    )
    return upright


def slope(pixels: Pixels) -> float:
    """How much rows fall to the right, as height over width: where lines part best from gaps."""
    height, width = pixels.shape[:2]
    scale = SLOPE_SIZE / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    grey = engine().resize(pixels, size, interpolation=engine().INTER_AREA).mean(axis=2, dtype=np.float32)
    change = np.abs(np.diff(grey, axis=1))
    best, found = -1.0, 0.0
    for tried in SLOPES:
        shear = np.array([[1, 0, 0], [-tried, 1, tried * size[0] / 2]], np.float32)
        level = engine().warpAffine(change, shear, (change.shape[1], size[1]))
        spread = float(level[size[1] // 6 : -size[1] // 6].mean(axis=1).std()) - SLOPE_COST * abs(tried)
        if spread > best:
            best, found = spread, tried
    return found


def levelled(row: Pixels) -> NDArray[np.float32]:
    """Grey, mean 0, deviation 1: what the second reader is given, here and in its training."""
    grey = row.mean(axis=2, dtype=np.float32) if row.ndim == 3 else row.astype(np.float32)
    even: NDArray[np.float32] = (grey - grey.mean()) / (grey.std() + np.float32(1e-3))
    return even
