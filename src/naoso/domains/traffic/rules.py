"""Pure judgement: may this passage be taken, is it sure, how far and how fast from here to there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat, bearing, metres_between

AHEAD_OF_US = dt.timedelta(minutes=5)
PLATE_SIGNS = re.compile(r"[0-9A-Za-zĐđÐ .\-–_·•/|]+")
PICTURES = "passages/"
LONGEST_NAME = 150  # the copy that is kept has a longer folder before it, in a column of 160
PICTURE_NAME = re.compile(
    r"passages/\d{4}-\d{2}-\d{2}/(?:[A-Za-z0-9_\-]+/)*[A-Za-z0-9_\-]+\.(?:jpg|jpeg)", re.ASCII
)
ROAD_FACTOR = 1.3  # roads are longer than the crow flies
AHEAD_DEG = 75.0
SMALLEST_COUNT = 5  # fewer are withheld in open data
QUEUE_SPACE_M = 7.5  # one vehicle of a standing queue, with its gap
SLOWEST_KMH = 10.0  # slower than this through a section: they stopped on the way


def check_time(field: str, at: dt.datetime, received_at: dt.datetime, keep: dt.timedelta) -> None:
    """A passage is told when it happens, or late; never before it happens. Raises BadInput."""
    if at > received_at + AHEAD_OF_US:
        raise BadInput.of(field, at.isoformat(), "future", "the time lies ahead of ours")
    if at < received_at - keep:
        raise BadInput.of(field, at.isoformat(), "too-old", "older than passages are kept")


def check_plate_text(field: str, text: str) -> None:
    """Only signs that stand on plates and between them. Raises BadInput."""
    if not PLATE_SIGNS.fullmatch(text):
        raise BadInput.of(field, text, "plate", "signs that no plate bears")


def check_picture_name(field: str, name: str) -> None:
    """A file of passages and of nothing else: no reader may show other people's files. Raises BadInput."""
    if name and not (len(name) <= LONGEST_NAME and PICTURE_NAME.fullmatch(name) and is_day(name[9:19])):
        words = "a picture is a JPEG in the folder of its day, passages/YYYY-MM-DD/, of at most 150 signs"
        raise BadInput.of(field, name, "picture", words)


def is_day(text: str) -> bool:
    """A day that is in the calendar: its folder goes when the day does."""
    with suppress(ValueError):
        return bool(dt.date.fromisoformat(text))
    return False


def needs_review(agreed: bool | None) -> bool:
    """Two readers saw different texts: a person reads the picture."""
    return agreed is False


def is_sure(confidence: float | None, agreed: bool | None, sure_from: float) -> bool:
    """Where both readers agree it is; one alone is believed as far as it believes itself."""
    if agreed is not None:
        return agreed
    return confidence is None or confidence >= sure_from


def one_off(one: str, other: str) -> bool:
    """At most one sign changed, missing or too many."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    first = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest = short[first:] if len(short) < len(long) else short[first + 1 :]
    return rest == long[first + 1 :]


def heading_of(camera_heading: float | None, direction: str) -> float | None:
    """Which way the vehicle drives, degrees from north; None where that cannot be told."""
    if camera_heading is None or direction not in {"towards", "away"}:
        return None
    return camera_heading % 360 if direction == "away" else (camera_heading + 180) % 360


@dataclass(frozen=True, slots=True)
class Gate:
    """A camera as a place to reach."""

    id: int
    name: str
    place: LonLat


@dataclass(frozen=True, slots=True)
class Ahead:
    """A junction that the vehicle may reach next: road metres (estimated or measured), and when."""

    gate: Gate
    metres: float
    expected_at: dt.datetime
    measured: bool


def ahead(
    here: Gate,
    heading: float | None,
    gates: Sequence[Gate],
    seen_at: dt.datetime,
    *,
    usual_kmh: float,
    sections: dict[int, tuple[float, float]],
    most: int = 5,
) -> list[Ahead]:
    """The nearest junctions in the direction of travel, the first to be reached first; all around where
    that is not known.

    `sections` gives (metres, km/h) for gates at the other end of a section that begins here.
    """
    found: list[Ahead] = []
    for gate in gates:
        if gate.id == here.id:
            continue
        turn = abs((bearing(here.place, gate.place) - (heading or 0) + 180) % 360 - 180)
        if heading is not None and turn > AHEAD_DEG and gate.id not in sections:
            continue
        straight = metres_between(here.place, gate.place) * ROAD_FACTOR
        metres, kmh = sections.get(gate.id, (straight, usual_kmh))
        travel = dt.timedelta(hours=metres / 1000 / max(kmh, 1.0))
        found.append(Ahead(gate, metres, seen_at + travel, gate.id in sections))
    return sorted(sorted(found, key=lambda one: one.metres)[:most], key=lambda one: one.expected_at)


def queue_estimate(occupancy: float | None, lane_metres: float = 300.0) -> int | None:
    """Vehicles standing in the last metres of a lane: an estimate from how much of the time it is covered."""
    if occupancy is None:
        return None
    return round(min(1.0, max(0.0, occupancy)) * lane_metres / QUEUE_SPACE_M)


def is_small(count: int) -> bool:
    """Such a count could point at somebody."""
    return 0 < count < SMALLEST_COUNT


def open_counts_of(count: int, outside: int) -> tuple[int | None, int | None]:
    """All, and those of other provinces, for everybody's eyes; None where it is withheld.

    The part is withheld too where the rest is small: all less the part would tell it.
    """
    if is_small(count):
        return None, None
    return count, None if is_small(outside) or is_small(count - outside) else outside
