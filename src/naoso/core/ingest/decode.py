"""Messages of the stream → columns of readings, each with its message and its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from naoso.connectors.nats.wire import Message
from naoso.connectors.readings.formats import parse_unnamed
from naoso.connectors.readings.plain import Envelope, envelopes
from naoso.connectors.readings.types import Broken, Reading
from naoso.core.ingest.judge import seconds
from naoso.core.ingest.known import UNKNOWN, Known, KnownSource

_NOWHERE: dict[tuple[str, str], int] = {}
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Decoded:
    """Columns of readings. `origins` are indexes of messages; `broken` cannot be read at all."""

    sources: list[KnownSource | None]
    positions: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    readings: list[Reading | Envelope] = field(default_factory=list)
    broken: list[tuple[int, Broken]] = field(default_factory=list)

    def reading(self, row: int) -> Reading:
        """One row as a reading, to be judged by name."""
        told = self.readings[row]
        if isinstance(told, Reading):
            return told
        return Reading(told.series, self.times[row] if told.time is None else told.time, self.values[row], told.unit)

    def text(self, row: int) -> bytes:
        """One row as the message that a device would send for it alone."""
        return _encode(self.reading(row))


def decode(messages: Sequence[Message], known: Known, received: float) -> Decoded:
    """Never raises on what a device may send."""
    by_subject = {message.subject: known.sources.get(code_of(message.subject)) for message in messages}
    decoded = Decoded([by_subject[message.subject] for message in messages])
    found = envelopes([message.payload for message in messages])
    if found is None:
        for origin, message in enumerate(messages):
            _decode_alone(decoded, origin, message.payload, received)
    elif any(envelope.readings is not None for envelope in found):
        for origin, envelope in enumerate(found):
            _add(decoded, origin, envelope.readings if envelope.readings is not None else [envelope])
    else:
        _add_singles(decoded, found)
    return decoded


def code_of(subject: bytes) -> str:
    """`ingest.<part>.<code>` → code."""
    return subject.rpartition(b".")[2].decode("ascii", "replace")


def _decode_alone(decoded: Decoded, origin: int, payload: bytes, received: float) -> None:
    parsed = parse_unnamed(payload, received)
    _add(decoded, origin, parsed.readings)
    decoded.broken.extend((origin, broken) for broken in parsed.broken)


def _add(decoded: Decoded, origin: int, readings: Sequence[Reading | Envelope]) -> None:
    source = decoded.sources[origin]
    lookup = (source.lookup if source else _NOWHERE).get
    decoded.positions += [lookup((r.series, r.unit), UNKNOWN) for r in readings]
    decoded.times += [seconds(r.time) for r in readings]  # type: ignore[arg-type]
    decoded.values += [r.value for r in readings]  # type: ignore[misc]
    decoded.origins += [origin] * len(readings)
    decoded.readings += readings


def _add_singles(decoded: Decoded, found: list[Envelope]) -> None:
    """The same for one reading a message, without a call for each."""
    lookups = [(source.lookup if source else _NOWHERE).get for source in decoded.sources]
    decoded.positions = [
        look((r.series, r.unit), UNKNOWN) for look, r in zip(lookups, found, strict=True)
    ]
    decoded.times = [seconds(r.time) for r in found]  # type: ignore[arg-type]
    decoded.values = [r.value for r in found]  # type: ignore[misc]
    decoded.origins = list(range(len(found)))
    decoded.readings = list(found)
