"""Whether a camera looks at a place: pure geometry on the sphere, short distances."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """Which way a camera looks (degrees clockwise from north), how wide, how far (metres); what is known."""

    heading: float | None
    width: float | None
    reach_m: float | None = None

    def has(self, towards: float, metres: float) -> bool | None:
        """Whether a place in that direction and at that distance is in it; None where that cannot be told."""
        if self.reach_m is not None and metres > self.reach_m:
            return False
        if self.heading is None or self.width is None or self.reach_m is None:
            return None
        off = abs((towards - self.heading + 180) % 360 - 180)
        return off <= self.width / 2
