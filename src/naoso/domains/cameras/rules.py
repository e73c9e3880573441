"""Whether a camera looks at a place: pure geometry on the sphere, short distances."""

from __future__ import annotations

from math import atan2, cos, degrees, radians, sin

from naoso.kernel.geometry import LonLat


def bearing(start: LonLat, end: LonLat) -> float:
    """Degrees clockwise from north, 0 ≤ b < 360."""
    lat, other = radians(start.lat), radians(end.lat)
    turn = radians(end.lon - start.lon)
    east = sin(turn) * cos(other)
    north = cos(lat) * sin(other) - sin(lat) * cos(other) * cos(turn)
    return degrees(atan2(east, north)) % 360


def looks_at(heading: float | None, view: float | None, towards: float) -> bool | None:
    """Whether the bearing lies in the field of view; None where the camera's heading is not known."""
    if heading is None or view is None:
        return None
    off = abs((towards - heading + 180) % 360 - 180)
    return off <= view / 2
