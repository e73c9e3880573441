"""What a fire transmitter says → frozen types: one event, or a list of events as a bundle.

`{"id", "type", "zone", "detector", "time", "text"}`; `time` is ISO 8601, and one without a zone is the
time of Vietnam, where the panel hangs. Nothing of an event that cannot be read is guessed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.text import nfc

LONGEST_ID = 64
LONGEST_NAME = 40
LONGEST_TEXT = 300
MOST_EVENTS = 2_000
MOST_BYTES = 1_048_576
LOCAL = dt.timezone(dt.timedelta(hours=7))
FIELDS = frozenset({"id", "type", "zone", "detector", "time", "text"})


class EventType(StrEnum):
    """What a panel can tell."""

    ALARM = "alarm"
    FAULT = "fault"
    TEST = "test"
    ISOLATE = "isolate"
    RESTORE = "restore"
    HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class PanelEvent:
    """One event; `told_at` is the panel's own clock, in UTC. An empty zone means the whole panel."""

    id: str
    type: EventType
    told_at: dt.datetime
    zone: str = ""
    detector: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What could be read and what not: a broken event takes none of its neighbours with it."""

    events: tuple[PanelEvent, ...]
    errors: tuple[FieldError, ...] = ()


def parse(payload: bytes) -> Bundle:
    """Raises BadInput where nothing at all can be read; else every event that could, and every fault."""
    told = loaded(payload)
    if not isinstance(told, list):
        return Bundle((event_of(told),))
    if not 0 < len(told) <= MOST_EVENTS:
        raise BadInput.of("[]", len(told), "count", f"a bundle holds 1 to {MOST_EVENTS} events")
    events: list[PanelEvent] = []
    errors: list[FieldError] = []
    for index, one in enumerate(told):
        try:
            events.append(event_of(one))
        except BadInput as error:
            errors += [FieldError(f"[{index}].{e.field}", e.value, e.rule, e.message) for e in error.errors]
    if not events:
        raise BadInput(*errors)
    return Bundle(tuple(events), tuple(errors))


def loaded(payload: bytes) -> Any:
    """JSON in UTF-8; raises BadInput."""
    if len(payload) > MOST_BYTES:
        raise BadInput.of("payload", f"{len(payload)} bytes", "size", "a message has at most 1 MiB")
    try:
        return json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        shown = payload[:80].decode("utf-8", "replace")
        raise BadInput.of("payload", shown, "json", "the message is no JSON in UTF-8") from error


def event_of(told: Any) -> PanelEvent:
    """One event; raises BadInput with every rule that it breaks."""
    if not isinstance(told, dict):
        raise BadInput.of("event", told, "object", "an event is a JSON object")
    errors: list[FieldError] = []

    def taken(field: str, read: Callable[[Any], Any]) -> Any:
        try:
            return read(told.get(field))
        except BadInput as error:
            errors.extend(FieldError(field, e.value, e.rule, e.message) for e in error.errors)
            return None

    number, kind = taken("id", identity), taken("type", event_type)
    at, text = taken("time", moment), taken("text", words)
    zone, detector = taken("zone", name), taken("detector", name)
    if errors:
        raise BadInput(*errors)
    return PanelEvent(number, kind, at, zone, detector, text)


def identity(value: Any) -> str:
    """A text or a whole number, 1 to 64 signs."""
    text = plain(value)
    if not 0 < len(text) <= LONGEST_ID:
        raise BadInput.of("id", value, "length", f"an id has 1 to {LONGEST_ID} signs")
    return text


def event_type(value: Any) -> EventType:
    """One of the six."""
    try:
        return EventType(value)
    except ValueError as error:
        known = ", ".join(EventType)
        raise BadInput.of("type", value, "known", f"the type is one of {known}") from error


def moment(value: Any) -> dt.datetime:
    """ISO 8601 → UTC."""
    try:
        at = dt.datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError) as error:
        rule = "the time is ISO 8601, such as 2026-07-01T08:30:00+07:00"
        raise BadInput.of("time", value, "iso8601", rule) from error


def name(value: Any) -> str:
    """A zone's number or a detector's address; may be absent."""
    text = plain(value)
    if len(text) > LONGEST_NAME:
        raise BadInput.of("name", value, "length", f"at most {LONGEST_NAME} signs")
    return text


def words(value: Any) -> str:
    """What the panel adds; cut where it is long."""
    return plain(value)[:LONGEST_TEXT]


def plain(value: Any) -> str:
    """Text or a number as text, in one normal form; NUL and other control signs are no text."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadInput.of("value", value, "text", "this is a text or a whole number")
    try:
        text = nfc(str(value)).strip()
        text.encode()
    except ValueError as error:
        raise BadInput.of("value", repr(value)[:40], "text", "this text cannot be stored") from error
    if any(ord(sign) < 32 and sign not in "\t\n" for sign in text):
        raise BadInput.of("value", repr(text), "text", "control signs are no text")
    return text
