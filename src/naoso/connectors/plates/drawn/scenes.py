"""Streets that do not exist: vehicles with plates, and what else has letters in a street."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.drawn.panels import Pixels, Points, Tone, panel, turned, weathered
from naoso.connectors.plates.drawn.texts import Written, digits, long_one, short_one

SIZE = (1080, 1920)
BODIES = ((190, 190, 195), (40, 42, 48), (150, 24, 28), (28, 60, 120), (235, 235, 232), (90, 92, 60))
SIGNS = ("HONDA", "PHO BO", "TOYOTA", "NHA THUOC", "CAFE", "YAMAHA", "SUA XE", "BIA HOI")


@dataclass(frozen=True, slots=True)
class Scene:
    """The picture (RGB), the plates in it, and the corners of their rows."""

    pixels: Pixels
    plates: tuple[Written, ...]
    rows: tuple[tuple[Points, ...], ...]


def scene(lot: Generator, *, vehicles: int = 3, smallest: float = 14, largest: float = 42) -> Scene:
    """Vehicles side by side; signs on their plates are this many pixels high."""
    canvas = street(lot)
    signboards(canvas, lot)
    plates, rows = [], []
    later: list[tuple[int, int, Pixels]] = []  # no vehicle may stand before another's plate
    for place in range(vehicles):
        written = long_one(lot) if lot.random() < 0.4 else short_one(lot)
        shade = BODIES[int(lot.integers(len(BODIES)))]
        seen = turned(panel(written, lot), float(lot.uniform(smallest, largest)), lot, tone=shade)
        height, width = seen.pixels.shape[:2]
        slot = SIZE[1] // vehicles
        left = place * slot + int(lot.integers(8, max(9, slot - width - 8)))
        top = int(lot.integers(SIZE[0] // 3, SIZE[0] - height - 20))
        body(canvas, (left, top, width, height), shade)
        later.append((left, top, weathered(seen.pixels, lot, strength=0.4)))
        plates.append(written)
        rows.append(tuple(corners + np.array([left, top], np.float32) for corners in seen.rows))
    for left, top, pixels in later:
        canvas[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    return Scene(canvas, tuple(plates), tuple(rows))


def street(lot: Generator) -> Pixels:
    """Sky, houses, road: coarse tones with grain."""
    coarse = lot.uniform(40, 200, (6, 8, 3)).astype(np.uint8)
    coarse[3:] = lot.uniform(70, 120, (3, 1, 1)).astype(np.uint8)
    wide = engine().resize(coarse, SIZE[::-1], interpolation=engine().INTER_CUBIC)
    grain = lot.normal(0, 5, (*SIZE, 1)).astype(np.float32)
    whole: Pixels = np.clip(wide + grain, 0, 255).astype(np.uint8)
    return whole


def signboards(canvas: Pixels, lot: Generator) -> None:
    """Names of shops, telephone numbers, a date and a clock: letters and figures that are no plates."""
    words = [str(lot.choice(SIGNS)), f"09{digits(lot, 8)}", "12:45:07", f"2{digits(lot, 1)}-11-2026"]
    for word in words:
        place = (int(lot.integers(10, SIZE[1] - 420)), int(lot.integers(40, SIZE[0] // 3)))
        shade = tuple(int(part) for part in lot.integers(0, 255, 3))
        engine().putText(
            canvas, word, place, engine().FONT_HERSHEY_SIMPLEX, float(lot.uniform(0.8, 1.8)), shade, 3,
            engine().LINE_AA,
        )  # fmt: skip


def body(canvas: Pixels, place: tuple[int, int, int, int], shade: Tone) -> None:
    """The tail of a vehicle round its plate (left, top, width, height): soft edges, a shine, two lamps."""
    left, top, width, height = place
    across, down = width, round(max(width * 0.8, height * 1.5))
    x, y = max(left - across, 0), max(top - down, 0)
    right, bottom = (
        min(left + width + across, canvas.shape[1]),
        min(top + height + down // 2, canvas.shape[0]),
    )
    tall, wide = bottom - y, right - x
    paint = np.zeros((tall, wide, 3), np.float32) + np.array(shade, np.float32)
    paint *= np.linspace(1.15, 0.7, tall, dtype=np.float32)[:, None, None]
    for lamp in (left - x - width // 3, left - x + width + width // 3):
        engine().ellipse(
            paint, (lamp, top - y), (width // 5, max(4, height // 4)), 0, 0, 360, (150, 30, 30), -1
        )
    mask = np.zeros((tall, wide), np.float32)
    edge = max(3, wide // 12)
    mask[edge : tall - edge, edge : wide - edge] = 1
    soft = engine().GaussianBlur(mask, (0, 0), edge / 2)[..., None]
    part = canvas[y:bottom, x:right]
    part[:] = np.clip(engine().GaussianBlur(paint, (0, 0), 2) * soft + part * (1 - soft), 0, 255).astype(
        np.uint8
    )


def drive(lot: Generator, written: Written, *, frames: int = 8, towards: bool = True) -> Iterator[Pixels]:
    """One vehicle that comes nearer, or goes away, picture by picture."""
    ground = street(lot)
    front, shade = panel(written, lot), BODIES[int(lot.integers(len(BODIES)))]
    for number in range(frames):
        passed = (number if towards else frames - 1 - number) / max(1, frames - 1)
        canvas = ground.copy()
        seen = turned(front, 18 + 22 * passed, np.random.default_rng(number), tilt=0.3, tone=shade)
        height, width = seen.pixels.shape[:2]
        left, top = round(700 + 200 * passed), round(380 + 420 * passed)
        body(canvas, (left, top, width, height), shade)
        canvas[top : top + height, left : left + width] = weathered(seen.pixels, lot, strength=0.3)
        yield canvas
