"""What a reader saw: frozen, with the raw text kept beside the plate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from naoso.kernel.plates import Colour, Family, Plate


class Vehicle(StrEnum):
    """As far as a plate tells."""

    CAR = "car"
    MOTORBIKE = "motorbike"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels from the upper left corner of the picture."""

    left: int
    top: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[float, float]:
        """Across and down."""
        return self.left + self.width / 2, self.top + self.height / 2

    def grown(self, share: float, width: int, height: int) -> Box:
        """With a margin of this share of its larger side, inside a picture of this size."""
        margin = round(max(self.width, self.height) * share)
        left, top = max(self.left - margin, 0), max(self.top - margin, 0)
        right = min(self.left + self.width + margin, width)
        bottom = min(self.top + self.height + margin, height)
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class PlateSeen:
    """One plate in one picture, or in a track of pictures where `votes` tells in how many.

    `plate` is none where something like a plate does not fit the grammar; `raw` is what the first reader
    read, rows parted by `|`; `second` what the second did. `agreed`: both read this very plate. `candidates`
    are other plates that it may be, best first. `confidence` is of the least sure row, from 0 to 1.
    """

    plate: Plate | None
    raw: str
    second: str
    candidates: tuple[Plate, ...]
    confidence: float
    colour: Colour
    box: Box
    agreed: bool
    votes: int = 1

    @property
    def vehicle(self) -> Vehicle:
        """From the form of the plate; a diplomat's or the army's may be of either."""
        match self.plate.family if self.plate else None:
            case Family.CAR | Family.SPECIAL:
                return Vehicle.CAR
            case Family.MOTORBIKE | Family.MOPED:
                return Vehicle.MOTORBIKE
            case _:
                return Vehicle.UNKNOWN
