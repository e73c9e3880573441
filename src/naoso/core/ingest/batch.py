"""One batch of messages: judged, stored, handed on, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.utils import timezone

from naoso.connectors.nats.jetstream import mark
from naoso.connectors.nats.wire import Message
from naoso.connectors.readings.types import Broken
from naoso.core.ingest import intakes
from naoso.core.ingest.decode import Decoded, decode
from naoso.core.ingest.judge import Clock, Judged, fault, judge
from naoso.core.ingest.keeping import note_heard, quarantined
from naoso.core.ingest.known import Known
from naoso.core.ingest.models import Quarantine, Rule
from naoso.core.telemetry import store
from naoso.core.telemetry.batches import Float64, Int64, StoredBatch, moment
from naoso.kernel.errors import FieldError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the messages."""

    new: StoredBatch
    repeated: int
    quarantined: int


def ingest(
    parts: Mapping[int, Sequence[Message]],
    advance: Callable[[int, int], None],
    known: Known,
    clock: Clock,
    paths: Sequence[str],
    ensure_weeks: Callable[[Int64], None],
) -> Outcome:
    """Rows, latest values, quarantine, domains' own rows and the stream's positions: all or nothing."""
    messages = [message for of_part in parts.values() for message in of_part]
    decoded = decode(messages, known, clock.now)
    judged = _judged(decoded, known, clock)
    ensure_weeks(judged.times)
    with transaction.atomic():
        for part, of_part in parts.items():
            advance(part, mark(of_part[-1]).sequence)
        written = store.write(judged.series_ids, judged.times, judged.values)
        refused = _refusals(decoded, judged, messages, known, clock)
        refused += [_contradiction(clash, known) for clash in written.clashes]
        Quarantine.objects.bulk_create(refused)
        note_heard(_heard(decoded, judged))
        intakes.hand_to_all(paths, written.new)
    return Outcome(written.new, written.repeated, len(refused))


def refuse_whole(message: Message, known: Known, reason: str) -> Quarantine:
    """A message on which the house itself failed; nothing of it was stored."""
    error = FieldError("message", "", Rule.INTERNAL, reason[:280])
    return quarantined(message, message.payload, error, known)


def _judged(decoded: Decoded, known: Known, clock: Clock) -> Judged:
    oldest: Float64 | float = clock.oldest(None)
    if known.with_history:
        by_message = np.array([clock.oldest(source) for source in decoded.sources])
        oldest = by_message[np.array(decoded.origins, np.int64)]
    return judge(known, decoded.positions, decoded.times, decoded.values, oldest, clock)


def _refusals(
    decoded: Decoded, judged: Judged, messages: Sequence[Message], known: Known, clock: Clock
) -> list[Quarantine]:
    refused = [
        quarantined(messages[origin], broken.text, _whose(decoded, origin, broken), known)
        for origin, broken in decoded.broken
    ]
    for row in np.flatnonzero(~judged.good).tolist():
        origin = decoded.origins[row]
        error = fault(known, decoded.sources[origin], decoded.reading(row), clock)
        refused.append(quarantined(messages[origin], decoded.text(row), error, known))
    return refused


def _whose(decoded: Decoded, origin: int, broken: Broken) -> FieldError:
    """A message of nobody is told as that, whatever else is wrong with it."""
    if decoded.sources[origin] is None:
        return FieldError("source", "", Rule.UNKNOWN_SOURCE, "no enabled source speaks under this name")
    return broken.error


def _contradiction(clash: store.Clash, known: Known) -> Quarantine:
    row = known.rows[known.position_of[clash.series_id]]
    code = next(source.code for source in known.sources.values() if source.id == row.source_id)
    time = moment(clash.time).isoformat()
    told = {"series": row.key, "time": time, "value": clash.value, "unit": row.unit}
    return Quarantine(
        source_id=row.source_id,
        subject=f"obs.{code}",
        payload=json.dumps(told).encode(),
        rule=Rule.CONFLICT,
        field="value",
        value=f"{clash.value:g}",
        message=f"{row.key} at {time} is stored as {clash.stored:g}",
        received_at=timezone.now(),
    )


def _heard(decoded: Decoded, judged: Judged) -> set[int]:
    """A source has spoken when at least one of its readings was in order."""
    origins = np.unique(np.array(decoded.origins, np.int64)[judged.good])
    return {source.id for i in origins.tolist() if (source := decoded.sources[i])}
