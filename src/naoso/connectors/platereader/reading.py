"""Bytes of a reader → sightings, each fault named by its place in the message."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections import abc
from contextlib import suppress
from math import isfinite, nan
from typing import Any

from naoso.connectors.platereader.types import OWN, Mapping, Reading, Sighting, Sightings
from naoso.kernel.errors import BadInput, FieldError

LOCAL = dt.timezone(dt.timedelta(hours=7))
MOST_BYTES = 1_048_576
MOST_ROWS = 500
MOST_CANDIDATES = 8
LONGEST_PLATE, LONGEST_WORD, LONGEST_ID, LONGEST_NAME = 40, 40, 80, 150
MOST_PICTURE = 100_000  # bytes; a crop has about 5,000, a scene of 960 px about 60,000
STORED = "passages/"  # no JPEG begins like this in base64
FASTEST_KMH, MOST_LANES = 300.0, 20
FORMATS = ("%Y%m%d%H%M%S", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")
MILLISECONDS_FROM = 100_000_000_000  # a number beyond it counts milliseconds since 1970
MISSING = object()


def parse(payload: bytes, mapping: Mapping = OWN) -> Sightings:
    """Raises BadInput where nothing can be read; else every passage that could, and every fault."""
    rows = rows_of(loaded(payload), mapping)
    found: list[Sighting] = []
    errors: list[FieldError] = []
    for index, row in enumerate(rows):
        try:
            found.append(sighting(row, mapping))
        except BadInput as error:
            place = f"[{index}]" if len(rows) > 1 else ""
            errors += [FieldError(f"{place}{e.field}", e.value, e.rule, e.message) for e in error.errors]
    if errors and not found:
        raise BadInput(*errors)
    return Sightings(tuple(found), tuple(errors))


def loaded(payload: bytes) -> Any:
    """JSON, of bounded size and depth."""
    if len(payload) > MOST_BYTES:
        raise BadInput.of("payload", f"{len(payload)} bytes", "size", "a message holds at most 1 MB")
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise BadInput.of("payload", "", "json", f"not JSON: {error}"[:200]) from error


def rows_of(document: Any, mapping: Mapping) -> list[Any]:
    """The passages of a message."""
    found = at(document, mapping.rows) if mapping.rows else document
    rows = found if isinstance(found, list) else [found]
    if not rows or rows == [MISSING]:
        raise BadInput.of(mapping.rows or "payload", "", "required", "no passage in the message")
    if len(rows) > MOST_ROWS:
        raise BadInput.of("payload", len(rows), "count", f"at most {MOST_ROWS} passages a message")
    return rows


def at(document: Any, pointer: str) -> Any:
    """What a JSON pointer leads to; MISSING where it leads nowhere or there is null."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(name, MISSING)
        elif isinstance(document, list) and name.isascii() and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            return MISSING
    return MISSING if document is None else document


def sighting(row: Any, mapping: Mapping) -> Sighting:
    """One passage. Raises BadInput."""
    if not isinstance(row, dict):
        raise BadInput.of("", str(row), "object", "a passage is a JSON object")
    plate = text(row, mapping.plate, LONGEST_PLATE, required=True)
    when = moment(row, mapping.time)
    camera = worded(text(row, mapping.camera, LONGEST_WORD, required=True), mapping.cameras)
    known = text(row, mapping.id, LONGEST_ID) if mapping.id else ""
    agreed = at(row, mapping.agreed) if mapping.agreed else MISSING
    return Sighting(
        id=known or derived(plate, when, camera), plate=plate, at=when, camera=camera,
        raw=(text(row, mapping.raw, LONGEST_PLATE) if mapping.raw else "") or plate,
        candidates=candidates(row, mapping.candidates), agreed=agreed if isinstance(agreed, bool) else None,
        confidence=share(row, mapping.confidence),
        colour=worded(text(row, mapping.colour, LONGEST_WORD), mapping.colours),
        vehicle=worded(text(row, mapping.vehicle, LONGEST_WORD), mapping.vehicles),
        direction=worded(text(row, mapping.direction, LONGEST_WORD), mapping.directions),
        lane=lane(row, mapping.lane), speed_kmh=bounded(row, mapping.speed, 0.0, FASTEST_KMH),
        occupancy=share(row, mapping.occupancy), crop=picture(row, mapping.crop),
        scene=picture(row, mapping.scene),
        crop_ref=text(row, mapping.crop_ref, LONGEST_NAME) or named(row, mapping.crop),
        scene_ref=text(row, mapping.scene_ref, LONGEST_NAME) or named(row, mapping.scene),
    )  # fmt: skip


def text(row: Any, pointer: str, longest: int, *, required: bool = False) -> str:
    """A short text without control signs; a number is taken as written."""
    found = at(row, pointer) if pointer else MISSING
    if found is MISSING or found == "":
        if required:
            raise BadInput.of(pointer, "", "required", "must be there")
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise BadInput.of(pointer, str(found), "text", "must be a text")
    words = str(found).strip()
    if len(words) > longest or any(not sign.isprintable() for sign in words):
        raise BadInput.of(pointer, words, "text", f"at most {longest} printable signs")
    if required and not words:
        raise BadInput.of(pointer, "", "required", "must be there")
    return words


def moment(row: Any, pointer: str) -> dt.datetime:
    """ISO 8601, seconds or milliseconds since 1970, or what readers write; without a zone it is UTC+7."""
    found = at(row, pointer)
    if found is MISSING or found == "":
        raise BadInput.of(pointer, "", "required", "must be there")
    made: dt.datetime | None = None
    with suppress(ValueError, OverflowError, OSError, TypeError):
        made = from_number(float(found)) if counts_seconds(found) else from_text(str(found).strip())
    if made is None:
        raise BadInput.of(pointer, str(found), "time", "no time that can be read")
    return made if made.tzinfo else made.replace(tzinfo=LOCAL)


def counts_seconds(found: Any) -> bool:
    """A number, or a text of digits that is no written date."""
    if isinstance(found, bool):
        return False
    return isinstance(found, int | float) or (isinstance(found, str) and found.isdigit() and len(found) != 14)


def from_number(seconds: float) -> dt.datetime:
    """Since 1970, UTC."""
    scaled = seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds
    return dt.datetime.fromtimestamp(scaled, dt.UTC)


def from_text(words: str) -> dt.datetime | None:
    """ISO 8601 first."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(words)
    for form in FORMATS:
        with suppress(ValueError):
            return dt.datetime.strptime(words, form).replace(tzinfo=LOCAL)
    return None


def worded(word: str, words: abc.Mapping[str, str]) -> str:
    """Our word for theirs."""
    if not words or not word:
        return word
    return next((ours for theirs, ours in words.items() if theirs.casefold() == word.casefold()), word)


def number(row: Any, pointer: str) -> float | None:
    """None where it is not told."""
    found = at(row, pointer) if pointer else MISSING
    if found is MISSING or found == "":
        return None
    try:
        value = float(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else nan
    except (TypeError, ValueError, OverflowError):
        value = nan
    if not isfinite(value):
        raise BadInput.of(pointer, str(found), "number", "must be a number")
    return value


def bounded(row: Any, pointer: str, low: float, high: float) -> float | None:
    """A number within what can be."""
    value = number(row, pointer)
    if value is not None and not low <= value <= high:
        raise BadInput.of(pointer, value, "range", f"must lie in {low:g}…{high:g}")
    return value


def share(row: Any, pointer: str) -> float | None:
    """0…1; a reader may count in percent."""
    value = bounded(row, pointer, 0.0, 100.0)
    return value / 100 if value is not None and value > 1 else value


def lane(row: Any, pointer: str) -> int | None:
    """Counted from 1; 0 is not told."""
    value = bounded(row, pointer, 0.0, float(MOST_LANES))
    return int(value) or None if value is not None else None


def picture(row: Any, pointer: str) -> bytes:
    """Base64, with or without `data:image/jpeg;base64,` before it."""
    found = at(row, pointer) if pointer else MISSING
    if found is MISSING or found == "":
        return b""
    if not isinstance(found, str):
        raise BadInput.of(pointer, "", "base64", "a picture is a base64 text")
    if found.startswith(STORED):
        return b""
    coded = found.rpartition("base64,")[2] if found.startswith("data:") else found
    if len(coded) * 3 // 4 > MOST_PICTURE + 3:
        raise BadInput.of(pointer, f"{len(coded) * 3 // 4} bytes", "size", "a picture holds at most 100 kB")
    try:
        return base64.b64decode(coded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadInput.of(pointer, coded[:20], "base64", "no base64") from error


def named(row: Any, pointer: str) -> str:
    """A file of the store instead of the picture itself."""
    found = at(row, pointer) if pointer else MISSING
    return text(row, pointer, LONGEST_NAME) if isinstance(found, str) and found.startswith(STORED) else ""


def candidates(row: Any, pointer: str) -> tuple[Reading, ...]:
    """Texts, pairs of text and confidence, or objects with both; the first few."""
    found = at(row, pointer) if pointer else MISSING
    if not isinstance(found, list):
        return ()
    return tuple(reading for one in found[:MOST_CANDIDATES] if (reading := candidate(one)))


def candidate(one: Any) -> Reading | None:
    """None for what is no reading: a candidate is a hint, never a reason to refuse a passage."""
    if isinstance(one, str):
        return Reading(one[:LONGEST_PLATE]) if one.isprintable() else None
    if isinstance(one, dict):
        one = [one.get("text"), one.get("confidence")]
    if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) and one[0].isprintable():
        sure = one[1] if isinstance(one[1], int | float) and 0 <= one[1] <= 1 else None
        return Reading(one[0][:LONGEST_PLATE], sure)
    return None


def derived(plate: str, when: dt.datetime, camera: str) -> str:
    """The number of a passage whose reader gives none: the same passage told twice is one."""
    told = f"{camera}|{when.isoformat()}|{plate}".encode()
    return hashlib.blake2b(told, digest_size=12).hexdigest()
