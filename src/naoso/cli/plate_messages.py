"""What our own reader saw, as a message of the stream: the form that `connectors.platereader.OWN` reads."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any

from naoso.connectors.plates import Passage, PlateSeen
from naoso.kernel.plates import Colour, clean

# a picture and its moment → the name under which it is kept
Keep = Callable[[bytes, dt.datetime], str]
MOST_CANDIDATES = 3
MOST_SIGNS, LONGEST_RAW = 12, 40
COUNTED = re.compile(r"[1-9]|1[0-9]|20")
UNKNOWN = "unknown"


def of_passage(passage: Passage, camera: str, at: dt.datetime, keep: Keep) -> dict[str, Any]:
    """A vehicle that went by a camera at that moment; its pictures are kept and named."""
    told = _of(passage.seen, camera, at, agreed=passage.accepted)
    direction = passage.direction.value
    return told | {
        "lane": lane_number(passage.lane), "direction": "" if direction in {"", UNKNOWN} else direction,
        "crop": keep(passage.crop, at), "scene": keep(passage.scene, at),
    }  # fmt: skip


def lane_number(name: str) -> int | None:
    """A lane may bear any name; those that count lanes are told as numbers."""
    return int(name) if COUNTED.fullmatch(name) else None


def of_picture(seen: PlateSeen, camera: str, at: dt.datetime, crop: str, scene: str) -> dict[str, Any]:
    """A plate in a single picture, with the names of its pictures; no votes: both readers must agree."""
    return _of(seen, camera, at, agreed=seen.agreed) | {"crop": crop, "scene": scene}


def _of(seen: PlateSeen, camera: str, at: dt.datetime, *, agreed: bool) -> dict[str, Any]:
    plate = seen.plate.text if seen.plate else clean(seen.raw)[:MOST_SIGNS]
    raw = "".join(sign for sign in seen.raw if sign.isprintable())[:LONGEST_RAW]
    number = hashlib.sha256(f"{camera} {at.isoformat()} {seen.raw} {seen.box}".encode()).hexdigest()[:32]
    return {
        "id": number, "at": at.isoformat(), "camera": camera, "plate": plate, "raw": raw,
        "candidates": [{"text": one.text} for one in seen.candidates[:MOST_CANDIDATES]],
        "agreed": agreed, "confidence": round(seen.confidence, 3),
        "colour": "" if seen.colour is Colour.UNKNOWN else seen.colour.value,
        "vehicle": "" if seen.vehicle.value == UNKNOWN else seen.vehicle.value,
    }  # fmt: skip
