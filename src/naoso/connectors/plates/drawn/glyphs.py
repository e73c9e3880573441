"""The signs of a plate as strokes of a pen: no font is needed to draw one.

Each sign stands in a box one wide and two high, y downwards. The forms are our own, in the manner of the
narrow letters that are pressed into plates.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Stroke = list[tuple[float, float]]

HIGH = 64
MARGIN = 8
THIN, THICK = 4, 11
FIXED_POINT = 4


def arc(x: float, y: float, across: float, down: float, start: float, end: float) -> Stroke:
    """Points of an ellipse round (x, y), degrees clockwise from the right."""
    steps = max(4, round(abs(end - start) / 15))
    turns = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


BOWL = [(0.0, 0.0), (0.5, 0.0), *arc(0.5, 0.5, 0.5, 0.5, -90, 90), (0.0, 1.0)]
D_BOWL = [(0.0, 0.0), (0.4, 0.0), *arc(0.4, 0.6, 0.6, 0.6, -90, 0), *arc(0.4, 1.4, 0.6, 0.6, 0, 90)]
D_FORM = [*D_BOWL, (0.0, 2.0), (0.0, 0.0)]
STEM = [(0.0, 0.0), (0.0, 2.0)]
RING = [*arc(0.5, 0.5, 0.5, 0.5, 180, 360), *arc(0.5, 1.5, 0.5, 0.5, 0, 180), (0.0, 0.5)]
C_FORM = [*arc(0.5, 0.5, 0.5, 0.5, -20, -180), *arc(0.5, 1.5, 0.5, 0.5, 180, 20)]

GLYPHS: dict[str, list[Stroke]] = {
    "0": [RING],
    "1": [[(0.2, 0.45), (0.65, 0.0), (0.65, 2.0)]],
    "2": [[*arc(0.5, 0.5, 0.5, 0.5, 180, 380), (0.0, 2.0), (1.0, 2.0)]],
    "3": [[*arc(0.5, 0.5, 0.48, 0.5, 190, 450), *arc(0.5, 1.47, 0.5, 0.53, -90, 170)]],
    "4": [[(0.6, 0.0), (0.0, 1.45), (1.0, 1.45)], [(0.7, 0.9), (0.7, 2.0)]],
    "5": [[(0.9, 0.0), (0.1, 0.0), (0.05, 0.95), *arc(0.5, 1.37, 0.5, 0.6, -125, 150)]],
    "6": [[(0.75, 0.0), (0.06, 1.15)], [*arc(0.5, 1.45, 0.5, 0.55, 0, 360)]],
    "7": [[(0.0, 0.0), (1.0, 0.0), (0.3, 2.0)]],
    "8": [[*arc(0.5, 0.48, 0.45, 0.48, 0, 360)], [*arc(0.5, 1.48, 0.5, 0.52, 0, 360)]],
    "9": [[*arc(0.5, 0.55, 0.5, 0.55, 0, 360)], [(0.94, 0.85), (0.25, 2.0)]],
    "A": [[(0.0, 2.0), (0.5, 0.0), (1.0, 2.0)], [(0.18, 1.35), (0.82, 1.35)]],
    "B": [BOWL, [(0.0, 1.0), (0.5, 1.0), *arc(0.5, 1.5, 0.5, 0.5, -90, 90), (0.0, 2.0), (0.0, 0.0)]],
    "C": [C_FORM],
    "D": [D_FORM],
    "Đ": [D_FORM, [(-0.25, 1.0), (0.4, 1.0)]],
    "E": [[(0.95, 0.0), (0.0, 0.0), (0.0, 2.0), (0.95, 2.0)], [(0.0, 0.97), (0.8, 0.97)]],
    "F": [[(0.95, 0.0), (0.0, 0.0), (0.0, 2.0)], [(0.0, 0.97), (0.8, 0.97)]],
    "G": [[*C_FORM[:-2], (1.0, 1.45), (1.0, 1.05), (0.55, 1.05)]],
    "H": [STEM, [(1.0, 0.0), (1.0, 2.0)], [(0.0, 0.97), (1.0, 0.97)]],
    "K": [STEM, [(0.95, 0.0), (0.0, 1.2)], [(0.35, 0.8), (1.0, 2.0)]],
    "L": [[(0.0, 0.0), (0.0, 2.0), (0.95, 2.0)]],
    "M": [[(0.0, 2.0), (0.0, 0.0), (0.5, 1.2), (1.0, 0.0), (1.0, 2.0)]],
    "N": [[(0.0, 2.0), (0.0, 0.0), (1.0, 2.0), (1.0, 0.0)]],
    "P": [BOWL, STEM],
    "Q": [RING, [(0.55, 1.5), (1.05, 2.05)]],
    "R": [BOWL, STEM, [(0.45, 1.0), (1.0, 2.0)]],
    "S": [[*arc(0.5, 0.5, 0.47, 0.5, -20, -255), *arc(0.5, 1.5, 0.5, 0.53, -75, 160)]],
    "T": [[(0.0, 0.0), (1.0, 0.0)], [(0.5, 0.0), (0.5, 2.0)]],
    "U": [[(0.0, 0.0), *arc(0.5, 1.5, 0.5, 0.5, 180, 0), (1.0, 0.0)]],
    "V": [[(0.0, 0.0), (0.5, 2.0), (1.0, 0.0)]],
    "X": [[(0.0, 0.0), (1.0, 2.0)], [(1.0, 0.0), (0.0, 2.0)]],
    "Y": [[(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)], [(0.5, 1.0), (0.5, 2.0)]],
    "Z": [[(0.0, 0.0), (1.0, 0.0), (0.0, 2.0), (1.0, 2.0)]],
    "-": [[(0.1, 1.0), (0.7, 1.0)]],
    ".": [[(0.1, 1.95), (0.12, 1.95)]],
}
OTHER_HANDS: dict[str, list[Stroke]] = {
    "1": [[(0.65, 0.0), (0.65, 2.0)]],
    "3": [[(0.05, 0.0), (0.95, 0.0), (0.45, 0.8), *arc(0.45, 1.4, 0.55, 0.6, -85, 165)]],
    "4": [[(0.75, 2.0), (0.75, 0.0), (0.0, 1.4), (1.0, 1.4)]],
    "6": [[*arc(0.5, 0.5, 0.5, 0.5, -25, -180), (0.0, 1.5), *arc(0.5, 1.5, 0.5, 0.5, 180, -180)]],
    "7": [[(0.0, 0.3), (0.0, 0.0), (1.0, 0.0), (0.45, 2.0)]],
    "9": [[*arc(0.5, 1.5, 0.5, 0.5, 155, 0), (1.0, 0.5), *arc(0.5, 0.5, 0.5, 0.5, 0, -360)]],
    "A": [[(0.0, 2.0), (0.45, 0.0), (0.55, 0.0), (1.0, 2.0)], [(0.1, 1.5), (0.9, 1.5)]],
    "D": [
        [
            *arc(0.5, 0.5, 0.5, 0.5, -90, 0),
            *arc(0.5, 1.5, 0.5, 0.5, 0, 90),
            (0.0, 2.0),
            (0.0, 0.0),
            (0.5, 0.0),
        ]
    ],
    "G": [[*C_FORM, (1.0, 1.0), (0.5, 1.0)]],
    "K": [STEM, [(0.95, 0.0), (0.0, 1.0), (1.0, 2.0)]],
    "M": [[(0.0, 2.0), (0.0, 0.0), (0.5, 2.0), (1.0, 0.0), (1.0, 2.0)]],
    "Y": [[(0.0, 0.0), (0.5, 0.8), (1.0, 0.0)], [(0.5, 0.8), (0.5, 2.0)]],
}


@cache
def engine() -> Any:
    """OpenCV, at the first use and not at start-up; one thread, as its callers share their cores."""
    cv2 = import_module("cv2")
    cv2.setNumThreads(1)
    return cv2


@cache
def drawn(sign: str, thickness: int, other: bool = False) -> Grey:
    """The sign, or the other form it has in some workshops, white on black, 64 pixels high."""
    across = 0.4 if sign == "." else (0.8 if sign in "-1" else 1.0)
    left = 0.25 if sign == "Đ" else 0.0
    unit = (HIGH - 2 * MARGIN) / 2
    canvas: Grey = np.zeros((HIGH, round((across + left) * unit) + 2 * MARGIN), np.uint8)
    for stroke in OTHER_HANDS.get(sign, GLYPHS[sign]) if other else GLYPHS[sign]:
        points = [((x + left) * unit + MARGIN, y * unit + MARGIN) for x, y in stroke]
        fixed = np.round(np.array(points) * (1 << FIXED_POINT)).astype(np.int32).reshape(-1, 1, 2)
        engine().polylines(canvas, [fixed], False, 255, thickness, engine().LINE_AA, FIXED_POINT)
    pad = MARGIN - (thickness + 1) // 2
    return canvas[pad : HIGH - pad, pad : canvas.shape[1] - pad]
