"""A plate as a picture: ground, frame, bolts, pressed signs; and what light, dirt and distance do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import OTHER_HANDS, THICK, THIN, drawn, engine
from naoso.connectors.plates.drawn.texts import Written
from naoso.kernel.plates import Colour

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]
Tone = tuple[int, int, int]

GROUND_AND_INK = {
    Colour.WHITE: ((222, 224, 222), (28, 28, 32)),
    Colour.YELLOW: ((232, 178, 32), (30, 28, 28)),
    Colour.BLUE: ((24, 62, 150), (228, 232, 236)),
    Colour.RED: ((176, 24, 30), (232, 230, 226)),
}
SIGN_HEIGHT = 56


@dataclass(frozen=True, slots=True)
class Panel:
    """The picture (RGB) and the four corners of each row, from the upper left clockwise."""

    pixels: Pixels
    rows: tuple[Points, ...]


def panel(written: Written, lot: Generator) -> Panel:
    """Seen from the front, in good light, 56 pixels a sign."""
    ratio, gap = lot.uniform(0.4, 0.62), lot.uniform(0.08, 0.3) * SIGN_HEIGHT
    pen = int(lot.integers(THIN, THICK))
    other = frozenset(sign for sign in OTHER_HANDS if lot.random() < 0.3)
    lines = [line(row, ratio, gap, pen, other) for row in written.rows]
    side = round(lot.uniform(0.15, 0.5) * SIGN_HEIGHT)
    between = round(lot.uniform(0.15, 0.45) * SIGN_HEIGHT)
    wide = max(drawn_line.shape[1] for drawn_line in lines) + 2 * side
    tall = len(lines) * SIGN_HEIGHT + (len(lines) + 1) * between
    mask = np.zeros((tall, wide), np.uint8)
    corners = []
    for at, drawn_line in enumerate(lines):
        top, left = between + at * (SIGN_HEIGHT + between), (wide - drawn_line.shape[1]) // 2
        mask[top : top + SIGN_HEIGHT, left : left + drawn_line.shape[1]] = drawn_line
        corners.append(rectangle(left, top, drawn_line.shape[1], SIGN_HEIGHT))
    return Panel(painted(mask, written.ground, side, lot), tuple(corners))


def line(row: str, ratio: float, gap: float, pen: int, other: frozenset[str] = frozenset()) -> Pixels:
    """One row of signs in white on black, some of them in their other form."""
    space = np.zeros((SIGN_HEIGHT, max(2, round(gap))), np.uint8)
    parts = []
    for sign in row:
        glyph = drawn(sign, pen, sign in other)
        wide = max(4, round(glyph.shape[1] / glyph.shape[0] * SIGN_HEIGHT * ratio / 0.55))
        parts += [engine().resize(glyph, (wide, SIGN_HEIGHT), interpolation=engine().INTER_AREA), space]
    return np.hstack(parts[:-1])


def painted(mask: Pixels, colour: Colour, side: int, lot: Generator) -> Pixels:
    """In the colours of the ground, with a frame and bolts, a shade along the pressed edge."""
    ground, ink = GROUND_AND_INK[colour]
    fade = lot.uniform(0.0, 0.45)
    ink_now = np.array(ink) * (1 - fade) + np.array(ground) * fade * 0.9
    shares = np.arange(256)[:, None] / 255
    table = (np.array(ground) * (1 - shares) + ink_now * shares).astype(np.uint8)[None]
    whole = engine().merge([mask, mask, mask])
    picture: Pixels = engine().LUT(whole, table)
    rolled, press = np.roll(whole, (2, 1), (0, 1)), lot.uniform(-0.12, 0.25)
    picture = engine().addWeighted(picture, 1, engine().subtract(whole, rolled), press, 0)
    picture = engine().addWeighted(picture, 1, engine().subtract(rolled, whole), -press, 0)
    height, width = mask.shape
    if lot.random() < 0.7:
        inset = int(lot.integers(1, max(2, side // 3)))
        shade = tuple(int(part) for part in (ink_now if lot.random() < 0.6 else np.full(3, 150.0)))
        engine().rectangle(
            picture, (inset, inset), (width - inset, height - inset), shade, int(lot.integers(1, 5))
        )
    for _ in range(int(lot.integers(0, 4))):
        place = (int(lot.integers(0, width)), int(lot.choice((height // 8, height // 2, height * 7 // 8))))
        grey = int(lot.integers(60, 200))
        engine().circle(picture, place, int(lot.integers(2, 7)), (grey, grey, grey), -1, engine().LINE_AA)
    return picture


def rectangle(left: float, top: float, width: float, height: float) -> Points:
    """Four corners, from the upper left clockwise."""
    right, bottom = left + width, top + height
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


def turned(
    front: Panel, sign_height: float, lot: Generator, *, tilt: float = 1.0, tone: Tone | None = None
) -> Panel:
    """As a camera sees it: slanted, shortened, small; with a little of what surrounds it."""
    height, width = front.pixels.shape[:2]
    scale = sign_height / SIGN_HEIGHT
    around = 0.35 * SIGN_HEIGHT * scale
    shift = lot.uniform(-0.09, 0.09, (4, 2)) * tilt * np.array([height, height]) * scale
    slant = lot.uniform(-0.18, 0.18) * tilt * scale
    goal = rectangle(around, around, width * scale, height * scale) + shift
    goal[:, 1] += (goal[:, 0] - goal[0, 0]) * slant / max(scale, 1e-6)
    goal += around - np.minimum(goal.min(axis=0), around)
    size = np.ceil(goal.max(axis=0) + around).astype(int)
    matrix = engine().getPerspectiveTransform(rectangle(0, 0, width, height), goal.astype(np.float32))
    source = front.pixels if scale > 0.6 else engine().GaussianBlur(front.pixels, (0, 0), 0.35 / scale)
    backdrop = surroundings((int(size[1]), int(size[0])), lot)
    if tone is not None:
        backdrop[:] = tone
    engine().warpPerspective(
        source, matrix, (int(size[0]), int(size[1])), backdrop, engine().INTER_LINEAR,
        engine().BORDER_TRANSPARENT,
    )  # fmt: skip
    rows = tuple(engine().perspectiveTransform(row[None], matrix)[0] for row in front.rows)
    return Panel(backdrop, rows)


def surroundings(shape: tuple[int, int], lot: Generator) -> Pixels:
    """Body work: one tone that changes slowly."""
    coarse = lot.uniform(0, 255, (2, 3, 1)) * 0.5 + lot.uniform(0, 120, (1, 1, 3))
    return np.ascontiguousarray(
        engine().resize(
            np.clip(coarse, 0, 255).astype(np.uint8), shape[::-1], interpolation=engine().INTER_LINEAR
        )
    )


def weathered(pixels: Pixels, lot: Generator, *, strength: float = 1.0) -> Pixels:
    """Light and shadow, dirt, blur of focus and of motion, noise, JPEG."""
    height, width = pixels.shape[:2]
    light = engine().resize(lot.uniform(0.55, 1.15, (2, 3)).astype(np.float32), (width, height))
    gain = 1 + strength * (light - 1)
    if lot.random() < 0.25 * strength:
        gain[:, : int(lot.integers(1, width))] *= lot.uniform(0.45, 0.9)
    pictured = pixels * spread(gain.astype(np.float32), pixels)
    for _ in range(int(lot.integers(0, 3) * (lot.random() < 0.3 * strength))):
        place = (int(lot.integers(0, width)), int(lot.integers(0, height)))
        axes = (int(lot.integers(2, max(3, height // 5))), int(lot.integers(2, max(3, height // 6))))
        grey = float(lot.integers(40, 230))
        engine().ellipse(pictured, place, axes, 0, 0, 360, (grey, grey, grey), -1)
    pictured = blurred(pictured, lot, strength)
    contrast = lot.uniform(1 - 0.5 * strength, 1.1)
    pictured = pictured * np.float32(contrast) + np.float32(
        128 * (1 - contrast) + lot.uniform(-45, 35) * strength
    )
    noise = lot.standard_normal((height, width), np.float32)
    pictured += spread(noise, pixels) * np.float32(lot.uniform(0, 14) * strength + 0.5)
    clipped: Pixels = np.clip(pictured, 0, 255).astype(np.uint8)
    return compressed(clipped, int(lot.integers(35, 96)))


def spread(layer: NDArray[np.float32], pixels: Pixels) -> NDArray[np.float32]:
    """One value a pixel, for the one or three channels of a picture."""
    return layer if pixels.ndim == 2 else layer[..., None]


def blurred(pictured: Any, lot: Generator, strength: float) -> Any:
    """Out of focus, or drawn out along the way it drives."""
    if lot.random() < 0.5:
        pictured = engine().GaussianBlur(pictured, (0, 0), lot.uniform(0.3, 0.3 + 1.2 * strength))
    if lot.random() < 0.25 * strength:
        long = int(lot.integers(2, 6))
        kernel = np.full((1, long) if lot.random() < 0.6 else (long, 1), 1 / long, np.float32)
        pictured = engine().filter2D(pictured, -1, kernel)
    return pictured


def compressed(pixels: Pixels, quality: int) -> Pixels:
    """Through JPEG and back; grey stays grey."""
    how = engine().IMREAD_COLOR_RGB if pixels.ndim == 3 else engine().IMREAD_GRAYSCALE
    stored = pixels[..., ::-1] if pixels.ndim == 3 else pixels
    _, encoded = engine().imencode(".jpg", stored, [engine().IMWRITE_JPEG_QUALITY, quality])
    back: Pixels = engine().imdecode(encoded, how)
    return back
