"""Air that is not there: plausible, smooth, the same for the same station and time."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

DAY_S, HOUR_S = 86_400.0, 3_600.0
ZONE_S = 7 * HOUR_S  # the sun of Vietnam
EPISODE_EVERY_S = 6 * HOUR_S
EPISODE_S = 90 * 60.0
STATIONS = 44


def air(station: int, at: float, *, episode: float = 0.0) -> dict[str, float]:
    """What a station measures at a time in seconds since 1970; `episode` 0…1 adds smoke."""
    hour = ((at + ZONE_S) % DAY_S) / HOUR_S
    traffic = _bump(hour, 7.5, 1.8) + _bump(hour, 18.0, 2.2)
    sun = max(0.0, math.sin(math.pi * (hour - 6) / 12)) if 6 <= hour <= 18 else 0.0
    dirt = 0.7 + 0.6 * _own(station, "dirt")
    weather = 0.6 + 0.8 * _smooth(0, "weather", at, 18 * HOUR_S)  # one weather for all
    smoke = max(episode, episode_at(station, at))
    fine = dirt * weather * (22 + 14 * traffic + 8 * (1 - sun)) + 150 * smoke
    warm = 19 + 6 * _smooth(0, "season", at, 40 * DAY_S) + 6 * sun
    values: Mapping[str, float] = {
        "pm25": fine * _jitter(station, "pm25", at),
        "pm10": (fine * 1.5 + 10) * _jitter(station, "pm10", at),
        "o3": (25 + 70 * sun * weather) * _jitter(station, "o3", at),
        "no2": dirt * (14 + 26 * traffic) * _jitter(station, "no2", at),
        "so2": dirt * (9 + 5 * traffic + 20 * smoke) * _jitter(station, "so2", at),
        "co": dirt * (450 + 500 * traffic + 2500 * smoke) * _jitter(station, "co", at),
        "temperature": warm + 1.5 * (_own(station, "height") - 0.5) + _smooth(station, "t", at, HOUR_S) - 0.5,
        "humidity": min(98.0, 88 - 25 * sun + 8 * (_smooth(0, "rain", at, 9 * HOUR_S) - 0.5)),
    }
    return {name: round(value, 1) for name, value in values.items()}


def episode_at(station: int, at: float) -> float:
    """Every six hours smoke drifts over one station for an hour and a half."""
    slot = math.floor(at / EPISODE_EVERY_S)
    begin = slot * EPISODE_EVERY_S + _unit("begin", slot) * (EPISODE_EVERY_S - EPISODE_S)
    if int(_unit("where", slot) * STATIONS) + 1 != station or not begin <= at <= begin + EPISODE_S:
        return 0.0
    return math.sin(math.pi * (at - begin) / EPISODE_S)


def _bump(hour: float, centre: float, width: float) -> float:
    return math.exp(-(((hour - centre) / width) ** 2))


def _jitter(station: int, name: str, at: float) -> float:
    """Within 15 % of one, changing over some ten minutes."""
    return 0.85 + 0.3 * _smooth(station, name, at, 600)


def _smooth(station: int, name: str, at: float, span: float) -> float:
    """Between 0 and 1, from knot to knot without a corner."""
    knot, rest = divmod(at / span, 1.0)
    ease = rest * rest * (3 - 2 * rest)
    low, high = _unit(f"{station}/{name}", int(knot)), _unit(f"{station}/{name}", int(knot) + 1)
    return low + (high - low) * ease


def _own(station: int, name: str) -> float:
    return _unit(name, station)


def _unit(name: str, number: int) -> float:
    """Between 0 and 1, by hash: the same on every machine."""
    made = hashlib.blake2b(f"{name}:{number}".encode(), digest_size=4).digest()
    return int.from_bytes(made) / 0xFFFFFFFF
