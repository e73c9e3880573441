"""Messages of the stream → columns of readings, each with its message and its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from naoso.connectors.nats.wire import Message
from naoso.connectors.readings.formats import parse_unnamed
from naoso.connectors.readings.plain import Envelope, envelopes
from naoso.connectors.readings.types import Broken, Moment, Reading
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
        return Reading(told.series, told.time or self.times[row], self.values[row], told.unit)

    def text(self, row: int) -> bytes:
        """One row as the message that a device would send for it alone."""
        return _encode(self.reading(row))


def decode(messages: Sequence[Message], known: Known, received: float) -> Decoded:
    """Never raises on what a device may send."""
    source_of = known.source_of
    decoded = Decoded([source_of(message.subject) for message in messages])
    found = envelopes([message.payload for message in messages])
    if found is None or not _take(decoded, found):
        for origin, message in enumerate(messages):
            parsed = parse_unnamed(message.payload, received)
            _add(decoded, origin, parsed.readings)
            decoded.broken.extend((origin, broken) for broken in parsed.broken)
    return decoded


def _take(decoded: Decoded, found: list[Envelope]) -> bool:
    """The usual case, no faults of shape; False when a message must be looked at alone."""
    bundles = [envelope.readings for envelope in found]
    if bundles.count(None) == len(bundles):
        return _take_singles(decoded, found)
    if None in bundles:
        return False
    for origin, bundle in enumerate(bundles):
        _add(decoded, origin, bundle or ())
    return True


def _take_singles(decoded: Decoded, found: list[Envelope]) -> bool:
    """One reading a message, without a call for each."""
    values = [r.value for r in found]
    times = [r.time for r in found]
    if None in values or None in times or not all(r.series for r in found):
        return False
    lookups = [source.lookup if source else _NOWHERE for source in decoded.sources]
    decoded.positions = [
        look.get((r.series, r.unit), UNKNOWN) for look, r in zip(lookups, found, strict=True)
    ]
    decoded.times = _seconds(times)  # type: ignore[arg-type]
    decoded.values = values  # type: ignore[assignment]
    decoded.origins = list(range(len(found)))
    decoded.readings = list(found)
    return True


def _add(decoded: Decoded, origin: int, readings: Sequence[Reading]) -> None:
    source = decoded.sources[origin]
    lookup = (source.lookup if source else _NOWHERE).get
    decoded.positions += [lookup((r.series, r.unit), UNKNOWN) for r in readings]
    decoded.times += _seconds([r.time for r in readings])
    decoded.values += [r.value for r in readings]
    decoded.origins += [origin] * len(readings)
    decoded.readings += readings


def _seconds(times: Sequence[Moment]) -> list[float]:
    """Since 1970; texts and numbers are seldom mixed, so the usual case needs no question for each."""
    try:
        return [time.timestamp() for time in times]  # type: ignore[union-attr]
    except AttributeError:
        return [seconds(time) for time in times]
