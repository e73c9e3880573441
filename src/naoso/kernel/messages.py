"""What a source says that is no reading: an alarm, a position, a plate; one message at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from naoso.kernel.errors import FieldError


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """One message of an enabled source, as it came.

    `received_at` is the time at which the stream stored it; a device's own clock is told in the payload,
    and may be wrong. `number` is its place in the stream: a message handed over twice has it twice.
    """

    number: int
    source_id: int
    code: str
    owner_id: int
    unit_id: int | None
    payload: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that a domain cannot take: it lies in quarantine with this fault, to be mended and replayed.

    `index` is its place in the sequence that was handed over.
    """

    index: int
    error: FieldError
