"""What every form is parsed into."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from naoso.kernel.errors import FieldError

Moment = Annotated[dt.datetime, msgspec.Meta(tz=True)] | float


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One value as it was told. `time` has a zone, or counts seconds since 1970-01-01 UTC."""

    series: str
    time: Moment
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """One reading, or a whole message (index -1), that breaks a rule; `text` is that piece as sent."""

    index: int
    error: FieldError
    text: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a message holds. `indexes` tells for each reading which item of the message it was."""

    readings: tuple[Reading, ...]
    indexes: tuple[int, ...]
    broken: tuple[Broken, ...] = ()

    @classmethod
    def nothing(cls, field: str, value: Any, rule: str, message: str, text: bytes) -> Parsed:
        """A message of which nothing can be read."""
        return cls((), (), (Broken(-1, FieldError(field, value, rule, message), text),))


def gathered(items: list[Reading | Broken]) -> Parsed:
    """Readings and broken pieces in the order of the message."""
    good = [(index, item) for index, item in enumerate(items) if isinstance(item, Reading)]
    return Parsed(
        tuple(item for _, item in good),
        tuple(index for index, _ in good),
        tuple(item for item in items if isinstance(item, Broken)),
    )
