"""What phones send, parsed into frozen types: every broken field is named at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from naoso.domains.sos.rules import KINDS, phone_of
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import nfc

T = TypeVar("T")
LONGEST_KEY, LONGEST_TEXT, LONGEST_DEVICE = 64, 2000, 64
MOST_POSITIONS = 500
FARTHEST_M = 1_000_000
TRUE, FALSE = {"true", "1", "on", "yes"}, {"false", "0", "off", "no", ""}


@dataclass(frozen=True, slots=True)
class CallTold:
    """A call as the phone tells it; a phone that found no position has no place."""

    key: str
    kind: str = ""
    place: LonLat | None = None
    accuracy_m: float | None = None
    phone: str = ""
    text: str = ""
    silent: bool = False
    device: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class PositionTold:
    """One fix."""

    place: LonLat
    accuracy_m: float | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class DetailsTold:
    """What follows after the button: None leaves it as it was."""

    kind: str | None = None
    phone: str | None = None
    text: str | None = None


class Fields:
    """Reads members of a body and gathers what is wrong with them."""

    def __init__(self, raw: Mapping[str, Any], prefix: str = "") -> None:
        self.raw, self.prefix = raw, prefix
        self.errors: list[FieldError] = []

    def take(self, read: Callable[[], T], empty: T) -> T:
        """The value, or `empty` with the error kept."""
        try:
            return read()
        except BadInput as error:
            self.errors += [
                FieldError(f"{self.prefix}{e.field}", e.value, e.rule, e.message) for e in error.errors
            ]
            return empty

    def check(self) -> None:
        """Raises BadInput with all of them."""
        if self.errors:
            raise BadInput(*self.errors)

    def word(self, name: str, longest: int) -> str:
        """Text in NFC."""
        value = self.raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str | int):
            raise BadInput.of(name, value, "text", _("This must be text."))
        text = nfc(str(value)).strip().replace("\x00", "")
        if len(text) > longest:
            raise BadInput.of(name, text, "length", _("At most %(count)s characters.") % {"count": longest})
        return text

    def number(self, name: str) -> float | None:
        """A finite or infinite float; None where it is missing."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        try:
            return float("?" if isinstance(value, bool) else value)
        except (TypeError, ValueError, OverflowError) as error:
            raise BadInput.of(name, value, "number", _("This must be a number.")) from error

    def place(self) -> LonLat | None:
        """Both or neither."""
        lon, lat = self.number("lon"), self.number("lat")
        if lon is None and lat is None:
            return None
        if lon is None or lat is None:
            missing = "lon" if lon is None else "lat"
            raise BadInput.of(missing, "", "required", _("A position has a longitude and a latitude."))
        return LonLat.checked(lon, lat)

    def accuracy(self) -> float | None:
        """Metres, not negative."""
        value = self.number("accuracy_m")
        if value is not None and not (math.isfinite(value) and 0 <= value <= FARTHEST_M):
            raise BadInput.of(
                "accuracy_m", value, "range", _("An accuracy is between 0 and 1,000,000 metres.")
            )
        return value

    def kind(self) -> str:
        """One of the five, or none yet."""
        text = self.word("kind", 20)
        if text and text not in KINDS:
            raise BadInput.of(
                "kind", text, "choice", _("Known kinds: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
            )
        return text

    def phone(self) -> str:
        """Digits as the house keeps them."""
        return phone_of(self.word("phone", 30))

    def flag(self, name: str) -> bool:
        """A JSON true, or a form's word for it."""
        value = str(self.raw.get(name, "")).lower()
        if value not in TRUE | FALSE:
            raise BadInput.of(name, value, "boolean", _("This must be true or false."))
        return value in TRUE

    def moment(self, name: str) -> dt.datetime | None:
        """ISO 8601 with its offset, or milliseconds since 1970."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return dt.datetime.fromtimestamp(value / 1000, dt.UTC)
            at = dt.datetime.fromisoformat(str(value))
        except (ValueError, OverflowError, OSError) as error:
            raise BadInput.of(name, value, "time", _("This must be an ISO 8601 time.")) from error
        if at.tzinfo is None:
            raise BadInput.of(name, value, "offset", _("A time carries its offset, such as +07:00."))
        return at


def read_call(raw: Mapping[str, Any]) -> CallTold:
    """Raises BadInput naming every broken field."""
    fields = Fields(raw)
    key = fields.take(lambda: fields.word("key", LONGEST_KEY), "?")
    if not key:
        fields.errors.append(
            FieldError("key", "", "required", _("A call carries a key of its own, so that it counts once."))
        )
    told = CallTold(
        key=key,
        kind=fields.take(fields.kind, ""),
        place=fields.take(fields.place, None),
        accuracy_m=fields.take(fields.accuracy, None),
        phone=fields.take(fields.phone, ""),
        text=fields.take(lambda: fields.word("text", LONGEST_TEXT), ""),
        silent=fields.take(lambda: fields.flag("silent"), False),
        device=fields.take(lambda: fields.word("device", LONGEST_DEVICE), ""),
        at=fields.take(lambda: fields.moment("at"), None),
    )
    fields.check()
    return told


def read_details(raw: Mapping[str, Any]) -> DetailsTold:
    """Only what is there counts."""
    fields = Fields(raw)
    told = DetailsTold(
        kind=fields.take(fields.kind, None) if "kind" in raw else None,
        phone=fields.take(fields.phone, None) if "phone" in raw else None,
        text=fields.take(lambda: fields.word("text", LONGEST_TEXT), None) if "text" in raw else None,
    )
    fields.check()
    return told


def read_positions(raw: Mapping[str, Any]) -> list[PositionTold]:
    """`{"positions": [{lon, lat, accuracy_m, at}, …]}`, at most 500."""
    rows = raw.get("positions")
    if not isinstance(rows, list):
        raise BadInput.of("positions", rows, "list", _("This must be a list of positions."))
    if len(rows) > MOST_POSITIONS:
        raise BadInput.of("positions", len(rows), "count", _("At most 500 positions at once."))
    errors: list[FieldError] = []
    told: list[PositionTold] = []
    for number, row in enumerate(rows):
        fields = Fields(row if isinstance(row, dict) else {}, f"positions[{number}].")
        place = fields.take(fields.place, None)
        at = fields.take(partial(fields.moment, "at"), None)
        accuracy = fields.take(fields.accuracy, None)
        if place is not None and at is not None and not fields.errors:
            told.append(PositionTold(place, accuracy, at))
        elif not fields.errors:
            field = "at" if place else "lon,lat"
            fields.errors.append(FieldError(f"{fields.prefix}{field}", "", "required", _("This is missing.")))
        errors += fields.errors
    if errors:
        raise BadInput(*errors[:20])
    return told
