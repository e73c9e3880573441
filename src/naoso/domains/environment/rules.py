"""The Vietnamese air-quality index VN_AQI of one hour.

Source: Decision 1459/QĐ-TCMT of 12/11/2019 (technical guideline): table 1 (bands), table 2 (breakpoints
BPi, µg/m³), formulas 1 and 2 (Nowcast of PM2.5 and PM10 over 12 hours), formula 3 (linear between
breakpoints). The index of the hour is the greatest of its parts and needs PM2.5 or PM10 among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

INDEX = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKPOINTS: Mapping[str, tuple[float, ...]] = {
    "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "co": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    "so2": (0, 125, 350, 550, 800, 1600, 2100, 2630),
    "no2": (0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25": (0, 25, 50, 80, 150, 250, 350, 500),
}
DUST = ("pm25", "pm10")
NOWCAST_HOURS = 12
LEAST_WEIGHT = 0.5


class Band(Enum):
    """Bands of table 1: the greatest index that belongs to each."""

    GOOD = 50
    MODERATE = 100
    POOR = 150
    BAD = 200
    VERY_BAD = 300
    HAZARDOUS = 500


@dataclass(frozen=True, slots=True)
class AirIndex:
    """The index of one hour, what makes it, and the parts that it was taken from."""

    value: int
    main: str
    parts: Mapping[str, int]

    @property
    def band(self) -> Band:
        """The band that the value falls in."""
        return band_of(self.value)


def band_of(value: int) -> Band:
    """0–50 good … 301–500 hazardous."""
    return next(band for band in Band if value <= band.value or band is Band.HAZARDOUS)


def nowcast(hours: Sequence[float | None]) -> float | None:
    """Weighted mean of up to 12 hourly means, the newest first; None is an hour without a value.

    None where fewer than two of the three newest hours have a value. The weight w is the ratio of the
    least to the greatest, at least 1/2; hour i counts w^(i-1). The decision writes the case w = 1/2 as
    a sum without its divisor, which for 12 full hours differs by 0.02 % and with gaps would be too low.
    """
    recent = list(hours[:NOWCAST_HOURS])
    if sum(value is not None for value in recent[:3]) < 2:
        return None
    known = [value for value in recent if value is not None]
    greatest = max(known)
    weight = max(LEAST_WEIGHT, min(known) / greatest) if greatest > 0 else 1.0
    pairs = [(weight**i, value) for i, value in enumerate(recent) if value is not None]
    return sum(w * value for w, value in pairs) / sum(w for w, _value in pairs)


def part(quantity: str, concentration: float) -> int:
    """The index of one pollutant (formula 3), rounded; beyond the last breakpoint it is 500."""
    points = BREAKPOINTS[quantity]
    for i, (low, high) in enumerate(pairwise(points)):
        if concentration <= high:
            share = (max(concentration, 0) - low) / (high - low)
            return round(INDEX[i] + (INDEX[i + 1] - INDEX[i]) * share)
    return INDEX[-1]


def hourly_index(means: Mapping[str, Sequence[float | None]]) -> AirIndex | None:
    """Hourly means of each pollutant, the newest first → the index of the newest hour.

    None where neither PM2.5 nor PM10 can be told.
    """
    parts: dict[str, int] = {}
    for quantity in BREAKPOINTS:
        hours = means.get(quantity, ())
        value = nowcast(hours) if quantity in DUST else next(iter(hours), None)
        if value is not None:
            parts[quantity] = part(quantity, value)
    if not any(dust in parts for dust in DUST):
        return None
    main = max(parts, key=lambda quantity: parts[quantity])
    return AirIndex(parts[main], main, parts)
