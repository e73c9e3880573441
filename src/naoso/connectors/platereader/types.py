"""Frozen types of what readers say, and the map of where they say it."""

from __future__ import annotations

import datetime as dt
from collections import abc
from dataclasses import dataclass, field

from naoso.kernel.errors import FieldError


@dataclass(frozen=True, slots=True)
class Mapping:
    """JSON pointers into one passage; "" where the reader does not tell.

    `rows` points at the list of passages, "" where the document is the list or one passage. `crop` and
    `scene` hold base64; `crop_ref` and `scene_ref` name files that are in the store already. `cameras`,
    `colours`, `directions`, `vehicles` turn the reader's words into ours, case ignored; a word that is not
    in them stays.
    """

    plate: str
    time: str
    camera: str
    rows: str = ""
    id: str = ""
    raw: str = ""
    candidates: str = ""
    agreed: str = ""
    confidence: str = ""
    colour: str = ""
    vehicle: str = ""
    direction: str = ""
    lane: str = ""
    speed: str = ""
    occupancy: str = ""
    crop: str = ""
    scene: str = ""
    crop_ref: str = ""
    scene_ref: str = ""
    cameras: abc.Mapping[str, str] = field(default_factory=dict)
    colours: abc.Mapping[str, str] = field(default_factory=dict)
    directions: abc.Mapping[str, str] = field(default_factory=dict)
    vehicles: abc.Mapping[str, str] = field(default_factory=dict)


OWN = Mapping(
    plate="/plate", time="/at", camera="/camera", id="/id", raw="/raw", candidates="/candidates",
    agreed="/agreed", confidence="/confidence", colour="/colour", vehicle="/vehicle", direction="/direction",
    lane="/lane", speed="/speed_kmh", occupancy="/occupancy", crop="/crop_data", scene="/scene_data",
    crop_ref="/crop", scene_ref="/scene",
)  # fmt: skip
"""As our own reader writes it, and any reader that is told to."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a plate, and how sure the reader is of it (0…1; None: it does not say)."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One passage as told. `agreed` False: two readers saw different texts; None: there was one.

    `occupancy` is the part of the time that the lane was covered, 0…1; `crop` and `scene` are bytes of
    pictures, `crop_ref` and `scene_ref` names of files in the store.
    """

    id: str
    plate: str
    raw: str
    at: dt.datetime
    camera: str
    candidates: tuple[Reading, ...] = ()
    agreed: bool | None = None
    confidence: float | None = None
    colour: str = ""
    vehicle: str = ""
    direction: str = ""
    lane: int | None = None
    speed_kmh: float | None = None
    occupancy: float | None = None
    crop: bytes = b""
    scene: bytes = b""
    crop_ref: str = ""
    scene_ref: str = ""


@dataclass(frozen=True, slots=True)
class Sightings:
    """What could be read and what not."""

    rows: tuple[Sighting, ...]
    errors: tuple[FieldError, ...] = ()


def pointer_fault(pointer: str) -> bool:
    """A pointer is empty or begins with a stroke (RFC 6901)."""
    return bool(pointer) and not pointer.startswith("/")
