"""Plain JSON: one reading, a list of them, or `{"readings": […]}`; NDJSON: one reading a line."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import msgspec

from naoso.connectors.readings.types import Broken, Moment, Parsed, Reading, gathered
from naoso.kernel.errors import FieldError

FIELDS = ("series", "time", "value", "unit")


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One JSON object as a device sends it: a reading, or a bundle of them; perhaps not whole."""

    series: str = ""
    time: Moment | None = None
    value: float | None = None
    unit: str = ""
    readings: list[Reading] | None = None


_envelope = msgspec.json.Decoder(Envelope)
_bundle = msgspec.json.Decoder(list[Reading])


def envelopes(payloads: Sequence[bytes]) -> list[Envelope] | None:
    """All payloads in one call, each one object of its own; None when any is something else.

    The count of line ends guards the pairing: a payload with a line end inside would shift the rest.
    """
    joined = b"\n".join(payloads)
    if joined.count(b"\n") != len(payloads) - 1:
        return None
    try:
        found = _envelope.decode_lines(joined)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if len(found) == len(payloads) else None


def parse_json(body: bytes) -> Parsed:
    """Fast where everything is in order; otherwise item by item, so that one fault spoils one reading."""
    try:
        if body.lstrip()[:1] == b"[":
            found = _bundle.decode(body)
            return Parsed(tuple(found), tuple(range(len(found))))
        envelope = _envelope.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _one_by_one(body)
    if envelope.readings is not None:
        return Parsed(tuple(envelope.readings), tuple(range(len(envelope.readings))))
    return _one_by_one(body)


def parse_ndjson(body: bytes) -> Parsed:
    """Every line is a reading of its own; empty lines are passed over."""
    items: list[Reading | Broken] = []
    for number, line in enumerate(body.splitlines()):
        if not line.strip():
            continue
        loaded = load(line)
        if isinstance(loaded, FieldError):
            error = FieldError(f"line {number + 1}", loaded.value, loaded.rule, loaded.message)
            items.append(Broken(len(items), error, line))
        else:
            items.append(reading_of(len(items), loaded))
    return gathered(items)


def load(body: bytes) -> Any:
    """JSON of any shape, NaN and Infinity too (they are refused later, by name); else a FieldError."""
    try:
        return json.loads(body)
    except UnicodeDecodeError as error:
        return FieldError("message", f"byte {error.start}", "syntax", "the message is not UTF-8 text")
    except json.JSONDecodeError as error:
        near = error.doc[max(error.pos - 20, 0) : error.pos + 20]
        place = f"line {error.lineno}, column {error.colno}"
        return FieldError("message", near, "syntax", f"not JSON at {place}: {error.msg}")
    except (RecursionError, ValueError) as error:
        return FieldError("message", "", "syntax", f"not JSON that can be read: {error}")


def reading_of(index: int, item: Any) -> Reading | Broken:
    """One item of any shape → a reading, or the first rule that it breaks."""
    error = _fault(item)
    if error is None:
        try:
            return msgspec.convert({k: item[k] for k in FIELDS if k in item}, Reading)
        except msgspec.ValidationError as fault:
            error = FieldError("time", item["time"], "shape", f"not a time with a zone: {fault}")
    return Broken(index, error, json.dumps(item, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def _one_by_one(body: bytes) -> Parsed:
    loaded = load(body)
    if isinstance(loaded, FieldError):
        return Parsed((), (), (Broken(-1, loaded, body),))
    if isinstance(loaded, dict) and "readings" in loaded:
        loaded = loaded["readings"]
        if not isinstance(loaded, list):
            return Parsed.nothing("readings", loaded, "shape", "must be a list of readings", body)
    if isinstance(loaded, list):
        return gathered([reading_of(index, item) for index, item in enumerate(loaded)])
    parsed = gathered([reading_of(0, loaded)])
    return Parsed(
        parsed.readings, parsed.indexes, tuple(Broken(-1, broken.error, body) for broken in parsed.broken)
    )


def _fault(item: Any) -> FieldError | None:
    """The first broken rule of shape, except the time's."""
    if not isinstance(item, dict):
        return FieldError("reading", item, "shape", "a reading must be an object")
    for field in ("series", "time", "value"):
        if item.get(field) in (None, ""):
            return FieldError(field, item.get(field), "shape", "is missing")
    if not isinstance(item["series"], str):
        return FieldError("series", item["series"], "shape", "must be text")
    if not isinstance(item.get("unit", ""), str):
        return FieldError("unit", item["unit"], "shape", "must be text")
    return number_fault("value", item["value"])


def number_fault(field: str, value: Any) -> FieldError | None:
    """A number that a float can hold, and not a word for one."""
    if isinstance(value, str) and value.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return FieldError(field, value, "finite", "must be a finite number")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return FieldError(field, value, "shape", "must be a number")
    try:
        finite = math.isfinite(float(value))
    except OverflowError:
        finite = False
    return None if finite else FieldError(field, value, "finite", "must be a finite number")
