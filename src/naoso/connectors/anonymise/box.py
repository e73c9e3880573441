"""A rectangle of a photo that must not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["face", "plate", "chosen"]


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels from the upper left corner; `chosen` is one that a person drew."""

    left: int
    top: int
    width: int
    height: int
    kind: Kind = "chosen"

    def within(self, width: int, height: int) -> Box:
        """The part of it that lies in a picture of this size; empty where none does."""
        left, top = min(max(self.left, 0), width), min(max(self.top, 0), height)
        right = min(max(self.left + self.width, left), width)
        bottom = min(max(self.top + self.height, top), height)
        return Box(left, top, right - left, bottom - top, self.kind)

    def grown(self, across: float, along: float) -> Box:
        """With a margin on each side, as shares of its width and of its height."""
        dx, dy = round(self.width * across), round(self.height * along)
        return Box(self.left - dx, self.top - dy, self.width + 2 * dx, self.height + 2 * dy, self.kind)
