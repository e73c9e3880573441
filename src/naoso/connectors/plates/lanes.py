"""Where in a camera's picture plates are looked for: what is left out costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from naoso.connectors.plates.seen import Box
from naoso.kernel.errors import BadInput


@dataclass(frozen=True, slots=True)
class Lane:
    """A polygon in shares of the picture's width and height, from 0 to 1."""

    name: str
    corners: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.corners) < 3 or not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in self.corners):
            raise BadInput.of(
                "lanes", self.name, "polygon", "a lane has three corners or more, in shares from 0 to 1"
            )

    def has(self, x: float, y: float) -> bool:
        """Does the point lie inside? Counts the edges that a ray to the right crosses."""
        inside = False
        for (ax, ay), (bx, by) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                inside = not inside
        return inside

    def box(self, width: int, height: int) -> Box:
        """The upright rectangle round it, in pixels."""
        across, down = zip(*self.corners, strict=True)
        left, top = int(min(across) * width), int(min(down) * height)
        return Box(left, top, round(max(across) * width) - left, round(max(down) * height) - top)


def regions(lanes: Sequence[Lane], width: int, height: int) -> list[Box]:
    """What is looked at: a box for each lane, those that overlap in one; without lanes the whole."""
    boxes = [lane.box(width, height) for lane in lanes] or [Box(0, 0, width, height)]
    merged: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box.left, box.top)):
        grown, apart = box, []
        for other in merged:
            if overlap(grown, other):
                grown = joined(grown, other)
            else:
                apart.append(other)
        merged = [*apart, grown]
    return [box for box in merged if box.width >= 16 and box.height >= 16]


def lane_of(lanes: Sequence[Lane], box: Box, width: int, height: int) -> str:
    """The first lane in which the middle of the box lies; empty where there is none."""
    x, y = box.centre
    return next((lane.name for lane in lanes if lane.has(x / width, y / height)), "")


def overlap(one: Box, other: Box) -> bool:
    """Do they share a pixel?"""
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def common(one: Box, other: Box) -> Box:
    """What both hold; of no size where that is nothing."""
    left, top = max(one.left, other.left), max(one.top, other.top)
    right = min(one.left + one.width, other.left + other.width)
    bottom = min(one.top + one.height, other.top + other.height)
    return Box(left, top, max(0, right - left), max(0, bottom - top))


def joined(one: Box, other: Box) -> Box:
    """The rectangle round both."""
    left, top = min(one.left, other.left), min(one.top, other.top)
    right = max(one.left + one.width, other.left + other.width)
    bottom = max(one.top + one.height, other.top + other.height)
    return Box(left, top, right - left, bottom - top)
