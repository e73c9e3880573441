"""The same plate in picture after picture: votes on what it says, and which way it goes.

Of texts that were read in a live stream, every one with three votes or more was right; that is the rule here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum

from naoso.connectors.plates.seen import Box, PlateSeen
from naoso.connectors.plates.verdict import near
from naoso.kernel.plates import Colour, Plate, clean

ENOUGH_VOTES = 3
REACH = 2.5  # widths of a plate that it may move from one picture to the next
STRAY = 8.0  # the same with exactly the same text
GROWN, MOVED = 1.15, 0.6


class Direction(StrEnum):
    """As the camera sees it."""

    TOWARDS = "towards"
    AWAY = "away"
    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Track:
    """Sightings of one plate with their moments, in order."""

    sightings: list[tuple[float, PlateSeen]] = field(default_factory=list)

    @property
    def last_at(self) -> float:
        """When it was seen last, in seconds."""
        return self.sightings[-1][0]

    def takes(self, seen: PlateSeen) -> bool:
        """Near in text and in place; the very same text may have come farther."""
        before = self.sightings[-1][1]
        way = apart(before.box, seen.box)
        one, other = text_of(before), text_of(seen)
        if one == other:
            return way <= STRAY
        return way <= REACH and near(one, other)

    def best(self) -> tuple[float, PlateSeen]:
        """The sighting that shows the winner best; `votes` counts those that say it, `agreed` is the rule.

        Agreed is what both readers read in at least three pictures, more often than any other text.
        """
        votes = Counter(seen.plate.text for _, seen in self.sightings if seen.plate is not None)
        if not votes:
            return max(self.sightings, key=lambda sighting: sighting[1].confidence)
        weight: defaultdict[str, float] = defaultdict(float)
        for _, seen in self.sightings:
            if seen.plate is not None:
                weight[seen.plate.text] += seen.confidence * (2 if seen.agreed else 1)
        winner = max(weight, key=lambda text: (weight[text], text))
        for_it = [
            (at, seen) for at, seen in self.sightings if seen.plate is not None and seen.plate.text == winner
        ]
        both = sum(seen.agreed for _, seen in for_it)
        rival = max((count for text, count in votes.items() if text != winner), default=0)
        at, clearest = max(for_it, key=lambda entry: (entry[1].agreed, entry[1].box.height))
        told = replace(
            clearest, votes=votes[winner], agreed=both >= ENOUGH_VOTES and both > rival, colour=self.colour(),
            candidates=self.candidates(winner),
        )  # fmt: skip
        return at, told

    def colour(self) -> Colour:
        """What most pictures say."""
        named = Counter(seen.colour for _, seen in self.sightings if seen.colour is not Colour.UNKNOWN)
        return named.most_common(1)[0][0] if named else Colour.UNKNOWN

    def candidates(self, winner: str) -> tuple[Plate, ...]:
        """Whatever else was read or thought of, the most frequent first."""
        found = Counter(
            plate
            for _, seen in self.sightings
            for plate in (seen.plate, *seen.candidates)
            if plate is not None and plate.text != winner
        )
        return tuple(plate for plate, _ in found.most_common(8))

    def direction(self) -> Direction:
        """By growth first, for most cameras look along the road; else by the way across."""
        first, last = self.sightings[0][1].box, self.sightings[-1][1].box
        growth = last.width / max(1, first.width)
        if growth >= GROWN:
            return Direction.TOWARDS
        if growth <= 1 / GROWN:
            return Direction.AWAY
        (x, y), (new_x, new_y) = first.centre, last.centre
        size = max(1, first.width)
        if abs(new_x - x) >= max(abs(new_y - y), MOVED * size):
            return Direction.RIGHT if new_x > x else Direction.LEFT
        if abs(new_y - y) >= MOVED * size:
            return Direction.TOWARDS if new_y > y else Direction.AWAY
        return Direction.UNKNOWN


def text_of(seen: PlateSeen) -> str:
    """The plate, or what was read of one."""
    return seen.plate.text if seen.plate is not None else clean(seen.raw)


def apart(one: Box, other: Box) -> float:
    """Between the middles, in widths of the plate."""
    (ax, ay), (bx, by) = one.centre, other.centre
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 / max(one.width, other.width, 1))
