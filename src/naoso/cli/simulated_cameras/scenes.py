"""Drawn pictures of a street; the number of each picture stands in it as a bar code."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Picture = NDArray[np.uint8]
BITS = 16
CELLS = BITS + 2  # a black and a white cell first, so that a reader finds the levels
PLATES = ("20A-123.45", "20B1 234.56", "30F-678.90", "97A-045.12", "29D-246.80")
COLOURS = ((200, 60, 50), (60, 110, 190), (235, 235, 230), (40, 44, 50), (230, 190, 60))


def cell_of(width: int) -> int:
    """How many pixels a cell of the bar code is wide and high: an eighth of the picture's width in all."""
    return max(6, width // (8 * CELLS) * 2)


def write_number(picture: Picture, number: int) -> None:
    """In the upper left corner, the highest bit first."""
    side = cell_of(picture.shape[1])
    for place in range(CELLS):
        bit = (place == 1) if place < 2 else bool(number >> (BITS - 1 - (place - 2)) & 1)
        picture[:side, place * side : (place + 1) * side] = 255 if bit else 0


def read_number(picture: Picture) -> int | None:
    """Inverse of `write_number` after coding; None where there is no bar code."""
    side = cell_of(picture.shape[1])
    grey = picture[:side, : side * CELLS].astype(np.float32).mean(axis=2) if picture.ndim == 3 else picture
    quarter = side // 4
    levels = [
        float(grey[quarter : side - quarter, p * side + quarter : (p + 1) * side - quarter].mean())
        for p in range(CELLS)
    ]
    if levels[1] - levels[0] < 90:
        return None
    middle = (levels[0] + levels[1]) / 2
    return int("".join("1" if level > middle else "0" for level in levels[2:]), 2)


@cache
def street(width: int, height: int, seed: int) -> Image.Image:
    """Sky, houses, trees and a road: each seed another place."""
    dice = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), (176, 200, 222))
    draw = ImageDraw.Draw(image)
    horizon = int(height * 0.42)
    x = 0
    while x < width:
        wide, high = int(dice.integers(width // 20, width // 8)), int(dice.integers(height // 9, height // 3))
        wall = tuple(int(v) for v in dice.integers(120, 215, 3))
        draw.rectangle((x, horizon - high, x + wide - 4, horizon + height // 20), fill=wall)
        for row in range(horizon - high + height // 40, horizon, height // 24):
            for column in range(x + wide // 8, x + wide - wide // 5, max(8, wide // 5)):
                draw.rectangle((column, row, column + wide // 10, row + height // 50), fill=(74, 92, 110))
        x += wide
    draw.rectangle((0, horizon + height // 20, width, height), fill=(92, 94, 98))
    for step in range(0, width, width // 12):
        draw.polygon([(step, int(height * 0.72)), (step + width // 24, int(height * 0.72)),
                      (step + width // 26, int(height * 0.735)), (step - width // 300, int(height * 0.735))],
                     fill=(232, 232, 224))  # fmt: skip
    for _tree in range(6):
        cx, r = int(dice.integers(0, width)), int(dice.integers(height // 18, height // 9))
        draw.rectangle((cx - r // 8, horizon - r // 2, cx + r // 8, horizon + r), fill=(96, 72, 52))
        green = (48 + int(dice.integers(0, 30)), 108 + int(dice.integers(0, 40)), 58)
        draw.ellipse((cx - r, horizon - 2 * r, cx + r, horizon), fill=green)
    return image.filter(ImageFilter.GaussianBlur(width / 1920))


def moving(width: int, height: int, seed: int) -> Callable[[float], Picture]:
    """The place with cars that pass, by the share 0…1 of the loop that has gone by."""
    base = street(width, height, seed)
    size = (width // 6, height // 8)
    cars = [
        (car_of(size, COLOURS[(seed + n) % len(COLOURS)], PLATES[(seed + n) % len(PLATES)]), n)
        for n in range(3)
    ]

    def picture(share: float) -> Picture:
        image = base.copy()
        for car, n in cars:
            phase = (share * (1 if n % 2 == 0 else -1) + n / 3 + seed * 0.13) % 1.0
            at = (int(-size[0] + phase * (width + size[0])), int(height * (0.56 + 0.12 * n)))
            image.paste(car, at)
        return np.asarray(image, dtype=np.uint8).copy()

    return picture


@cache
def car_of(size: tuple[int, int], colour: tuple[int, int, int], plate: str) -> Image.Image:
    """A car seen from behind, with its plate."""
    wide, high = size
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((wide // 8, high // 10, wide - wide // 8, high // 3), fill=(50, 60, 70))
    draw.rectangle((0, high - high // 8, wide, high), fill=(28, 28, 30))
    left, top = wide // 4, high // 2
    draw.rectangle((left, top, wide - left, top + high // 4), fill=(246, 246, 246), outline=(20, 20, 20))
    text = Image.new("L", (wide * 2, high), 0)
    ImageDraw.Draw(text).text((4, 4), plate, fill=255, font_size=high // 3)
    box = text.getbbox()
    if box:
        ink = text.crop(box).resize((max(1, wide // 2 - 12), max(1, high // 4 - 8)))
        image.paste((15, 15, 15), (left + 6, top + 4), ink)
    return image


def turned(kind: str, width: int, height: int, seed: int) -> Callable[[float], Picture]:
    """The street as a camera that was turned `left` or `right`, or that zoomed (`near`), sees it."""
    usual = moving(width, height, seed)
    if kind == "near":
        return lambda share: _near(usual(share))
    way = width // 4 if kind == "left" else -(width // 4)
    return lambda share: np.roll(usual(share), way, axis=1)


def _near(picture: Picture) -> Picture:
    """The middle, twice as large."""
    high, wide = picture.shape[0] // 4, picture.shape[1] // 4
    part = picture[high : 3 * high, wide : 3 * wide]
    return np.repeat(np.repeat(part, 2, axis=0), 2, axis=1)


def still(kind: str, width: int, height: int, seed: int) -> Callable[[float], Picture] | None:
    """What a camera with a fault shows; None for a fault that is not in the picture."""
    usual = moving(width, height, seed)
    if kind == "black":
        return lambda _share: np.full((height, width, 3), 4, dtype=np.uint8)
    if kind == "frozen":
        return lambda _share: usual(0.4)
    if kind == "blurred":
        return lambda share: _filtered(usual(share), ImageFilter.GaussianBlur(width / 60))
    if kind == "covered":
        return lambda share: covered(usual(share))
    if kind == "turned":
        return moving(width, height, seed + 1000)
    return None


def _filtered(picture: Picture, how: ImageFilter.Filter) -> Picture:
    return np.asarray(Image.fromarray(picture).filter(how), dtype=np.uint8).copy()


def covered(picture: Picture) -> Picture:
    """A cloth over nine tenths of it."""
    picture[:, : int(picture.shape[1] * 0.92)] = (96, 88, 82)
    return picture
