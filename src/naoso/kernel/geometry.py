"""Places on the earth as plain numbers: WGS 84, degrees, longitude first."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, isfinite, radians, sin, sqrt

from naoso.kernel.errors import BadInput

EARTH_M = 6_371_008.8  # mean radius, IUGG


@dataclass(frozen=True, slots=True)
class LonLat:
    """A point; `checked` refuses what cannot be on the earth."""

    lon: float
    lat: float

    @classmethod
    def checked(cls, lon: float, lat: float) -> LonLat:
        """Raises BadInput outside ±180/±90, for NaN, and for 0,0 (a phone without a fix)."""
        if not (isfinite(lon) and -180 <= lon <= 180):
            raise BadInput.of("lon", lon, "range", "longitude must lie in -180…180 degrees")
        if not (isfinite(lat) and -90 <= lat <= 90):
            raise BadInput.of("lat", lat, "range", "latitude must lie in -90…90 degrees")
        if lon == 0 and lat == 0:
            raise BadInput.of("lon,lat", "0,0", "null-island", "0,0 is a device without a position")
        return cls(lon, lat)


def metres_between(one: LonLat, other: LonLat) -> float:
    """On a sphere (haversine): half a percent off at most, which is better than a phone."""
    lat, other_lat = radians(one.lat), radians(other.lat)
    half = sin((other_lat - lat) / 2) ** 2
    half += cos(lat) * cos(other_lat) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))


def bearing(start: LonLat, end: LonLat) -> float:
    """Degrees clockwise from north, 0 ≤ b < 360."""
    lat, other = radians(start.lat), radians(end.lat)
    turn = radians(end.lon - start.lon)
    east = sin(turn) * cos(other)
    north = cos(lat) * sin(other) - sin(lat) * cos(other) * cos(turn)
    return degrees(atan2(east, north)) % 360
