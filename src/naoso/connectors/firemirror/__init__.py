"""Alarms mirrored from the national fire database: pushed bodies and pulled pages → frozen types.

The format of that database is not published (Decree 105/2025/NĐ-CP names what is connected, not how it is
written), so which member means what is told by JSON pointers (RFC 6901) that people set.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.text import folded, nfc

LOCAL = dt.timezone(dt.timedelta(hours=7))
MOST_BYTES = 4 * 1_048_576
MOST_ALARMS = 5_000
LONGEST = 64
REQUIRED = ("premises", "id", "state", "time")


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A JSON pointer for each field; `rows` points at the list, "" where the document is the list or one row.

    `alarm_words` and `restore_words` are the states' names over there, tone marks and case ignored.
    """

    premises: str
    id: str
    state: str
    time: str
    text: str = ""
    rows: str = ""
    alarm_words: frozenset[str] = field(default_factory=lambda: frozenset({"alarm"}))
    restore_words: frozenset[str] = field(default_factory=lambda: frozenset({"restore", "normal"}))


@dataclass(frozen=True, slots=True)
class MirroredAlarm:
    """One word of the national database; `active` False where the alarm is over."""

    premises: str
    id: str
    active: bool
    told_at: dt.datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What could be read and what not."""

    alarms: tuple[MirroredAlarm, ...]
    errors: tuple[FieldError, ...] = ()


def parse(payload: bytes, mapping: FieldMapping) -> Page:
    """Raises BadInput where nothing can be read; else every row that could, and every fault."""
    rows = rows_of(loaded(payload), mapping)
    alarms: list[MirroredAlarm] = []
    errors: list[FieldError] = []
    for index, row in enumerate(rows):
        try:
            alarms.append(alarm_of(row, mapping))
        except BadInput as error:
            errors += [FieldError(f"[{index}]{e.field}", e.value, e.rule, e.message) for e in error.errors]
    if errors and not alarms:
        raise BadInput(*errors)
    return Page(tuple(alarms), tuple(errors))


def pull(client: httpx.Client, url: str, token: str, mapping: FieldMapping) -> Page:
    """One page of the feed. Raises BadInput for what cannot be read, httpx.HTTPError where nobody answers.

    The caller brings the client, guarded as every client that goes to addresses that people typed.
    """
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = bytearray()
    with client.stream("GET", url, headers=headers) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise BadInput.of("payload", f"over {MOST_BYTES} bytes", "size", "a page has at most 4 MiB")
    return parse(bytes(body), mapping)


def loaded(payload: bytes) -> Any:
    """JSON in UTF-8; raises BadInput."""
    if len(payload) > MOST_BYTES:
        raise BadInput.of("payload", f"{len(payload)} bytes", "size", "a page has at most 4 MiB")
    try:
        return json.loads(payload.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        shown = payload[:80].decode("utf-8", "replace")
        raise BadInput.of("payload", shown, "json", "the body is no JSON in UTF-8") from error


def rows_of(document: Any, mapping: FieldMapping) -> list[Any]:
    """The rows of a document: a list, or one row alone."""
    found = pointed(document, mapping.rows)
    if found is None:
        raise BadInput.of("rows", mapping.rows, "pointer", "the document has nothing at this pointer")
    rows = found if isinstance(found, list) else [found]
    if len(rows) > MOST_ALARMS:
        raise BadInput.of("rows", len(rows), "count", f"a page has at most {MOST_ALARMS} alarms")
    return rows


def alarm_of(row: Any, mapping: FieldMapping) -> MirroredAlarm:
    """One row; raises BadInput with every rule that it breaks, named by its pointer."""
    errors: list[FieldError] = []
    told: dict[str, str] = {}
    for name in REQUIRED:
        pointer = getattr(mapping, name)
        value = pointed(row, pointer)
        text = said(value)
        if not text or (len(text) > LONGEST and name != "state"):
            errors.append(FieldError(pointer, value, "required", f"{name}: 1 to {LONGEST} signs"))
        told[name] = text
    at, active = moment(told["time"]), state_of(told["state"], mapping)
    if at is None and told["time"]:
        errors.append(FieldError(mapping.time, told["time"], "iso8601", "the time cannot be read"))
    if active is None and told["state"]:
        errors.append(FieldError(mapping.state, told["state"], "known", "this state has no meaning yet"))
    if errors or at is None or active is None:
        raise BadInput(*errors)
    text = said(pointed(row, mapping.text))[:300] if mapping.text else ""
    return MirroredAlarm(told["premises"], told["id"], active, at, text)


def state_of(word: str, mapping: FieldMapping) -> bool | None:
    """Alarm, over, or neither."""
    if folded(word) in known(mapping.alarm_words):
        return True
    return False if folded(word) in known(mapping.restore_words) else None


def known(words: Iterable[str]) -> set[str]:
    """Folded."""
    return {folded(word) for word in words}


def moment(text: str) -> dt.datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970; without a zone it is Vietnam's time."""
    try:
        if text.isdigit():
            number = int(text)
            return dt.datetime.fromtimestamp(number / 1000 if number > 10**11 else number, dt.UTC)
        at = dt.datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def said(value: Any) -> str:
    """Text of a text or a number; anything else says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = nfc(str(value)).strip()
    return "" if any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in text) else text


def pointed(document: Any, pointer: str) -> Any:
    """What an RFC 6901 pointer points at; None where there is nothing."""
    found = document
    for raw in pointer.split("/")[1:]:
        part = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and part.isascii() and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def pointer_fault(pointer: str) -> str:
    """What is wrong with the form of a pointer; empty: nothing."""
    if pointer and not pointer.startswith("/"):
        return "a JSON pointer begins with /"
    return ""
