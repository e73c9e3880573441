"""Pure judgement: does the power that a cabinet takes fit the light that it should give?"""

from __future__ import annotations

from dataclasses import dataclass

RAISE_SHARE, CLEAR_SHARE = 0.15, 0.08
"""An outage is raised when 15 % of the expected power is missing and cleared below 8 %: it does not flap."""
MOST_SHARE = 0.6
"""From here on it is the cabinet rather than some lamps."""
SETTLE_S = 180.0
"""Lamps need this long after a change before their power is judged."""
BURNING_DAY_SHARE = 0.2
"""Power above this share while the light should be off: lamps burn by day."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outage` and `burning`: True raised, False cleared, None as it was. `missing` is a share of 0…1."""

    outage: bool | None
    burning: bool | None
    missing: float
    whole: bool = False


def assess(power_w: float, level: int, rated_w: float, since_change_s: float) -> Verdict:
    """The verdict on one reading of power; none while the light changes or the rating is unknown."""
    if rated_w <= 0 or since_change_s < SETTLE_S:
        return Verdict(None, None, 0.0)
    if level == 0:
        burning = (
            True if power_w > BURNING_DAY_SHARE * rated_w else False if power_w < 0.1 * rated_w else None
        )
        return Verdict(False, burning, 0.0)
    expected = rated_w * level / 100
    missing = max(0.0, 1 - power_w / expected)
    outage = True if missing >= RAISE_SHARE else False if missing < CLEAR_SHARE else None
    return Verdict(outage, False, missing, missing >= MOST_SHARE)


def acknowledged(told_level: float, wanted: int) -> bool:
    """Whether the level that a cabinet tells is the one that was asked for, within its rounding."""
    return abs(told_level - wanted) <= 2
