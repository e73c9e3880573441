"""Which rows of text may stand on one plate: one long row, or two that lie under one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from naoso.connectors.plates.rows import Points, sides
from naoso.connectors.plates.seen import Box

LOWEST = 8  # pixels; below that no sign can be told
NARROWEST, LONGEST = 0.75, 9.0  # width over height of a row
HEAP = 2.6  # a box less long than this may hold both rows of a plate
LEAST_SHARED, WIDEST_GAP = 0.5, 0.75
ALIKE_HEIGHT, ALIKE_WIDTH = (0.6, 1.7), (0.4, 2.2)


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was found and what the first reader made of it."""

    corners: Points
    text: str
    score: float

    @property
    def box(self) -> Box:
        """The upright rectangle round it."""
        return around([self.corners])


def around(all_corners: list[Points]) -> Box:
    """The upright rectangle round several."""
    points = np.concatenate(all_corners)
    left, top = np.floor(points.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(points.max(axis=0)).astype(int).tolist()
    return Box(left, top, right - left, bottom - top)


def may_be_a_row(corners: Points) -> bool:
    """By its shape alone: what is too small or too long is not worth reading."""
    across, down = sides(corners)
    return down >= LOWEST and NARROWEST <= across / down <= LONGEST


def pairs(found: list[Found]) -> list[tuple[Found, Found]]:
    """Upper and lower, the nearest first; a row may stand in several."""
    near: list[tuple[float, int, Found, Found]] = []
    for upper in found:
        for lower in found:
            gap = distance(upper.corners, lower.corners)
            if upper is not lower and gap is not None:
                near.append((gap, len(near), upper, lower))
    return [(upper, lower) for _, _, upper, lower in sorted(near, key=lambda entry: entry[:2])]


def distance(upper: Points, lower: Points) -> float | None:
    """From the upper row's foot to the lower row's head, in heights of a row; none where it cannot be."""
    (wide, tall), (other_wide, other_tall) = sides(upper), sides(lower)
    if not ALIKE_HEIGHT[0] <= tall / other_tall <= ALIKE_HEIGHT[1]:
        return None
    if not ALIKE_WIDTH[0] <= wide / other_wide <= ALIKE_WIDTH[1]:
        return None
    along = (upper[1] - upper[0] + lower[1] - lower[0]) / (wide + other_wide)
    below = np.array([-along[1], along[0]])
    spans = [(float((row @ along).min()), float((row @ along).max())) for row in (upper, lower)]
    shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    if shared < LEAST_SHARED * min(wide, other_wide):
        return None
    middle = float((lower.mean(axis=0) - upper.mean(axis=0)) @ below)
    gap = (middle - (tall + other_tall) / 2) / min(tall, other_tall)
    return gap if -0.5 <= gap <= WIDEST_GAP else None


def halves(corners: Points, cut_at: float = 0.5) -> tuple[Points, Points]:
    """A box that holds two rows, parted at this share of its height."""
    left = corners[0] + (corners[3] - corners[0]) * cut_at
    right = corners[1] + (corners[2] - corners[1]) * cut_at
    upper = np.array([corners[0], corners[1], right, left], np.float32)
    return upper, np.array([left, right, corners[2], corners[3]], np.float32)
