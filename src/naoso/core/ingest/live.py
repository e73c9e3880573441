"""Readings for open maps: told after the commit, at most a few times a second, nothing kept."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import msgspec

from naoso.connectors.nats.client import Connection
from naoso.connectors.nats.wire import publication
from naoso.core.ingest.known import Known, KnownSeries
from naoso.core.outbox.services import envelope
from naoso.core.telemetry.batches import StoredBatch, moment
from naoso.kernel.events import Audience, Event

NAME = "telemetry.observed"
SUBJECT = f"live.{NAME}"
EVERY_S = 0.5
AT_MOST = 2000  # readings a message, so that it stays below the server's payload limit


class Live:
    """Keeps the newest value of each series until the next flush."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[int, float]] = {}
        self._told = 0.0

    def note(self, batch: StoredBatch) -> None:
        """Late readings are no news to a map; the newest of each series counts."""
        newest = batch.newest()
        waiting = self._waiting
        for series, when, value in zip(
            newest.series_ids.tolist(), newest.times.tolist(), newest.values.tolist(), strict=True
        ):
            kept = waiting.get(series)
            if kept is None or kept[0] < when:
                waiting[series] = (when, value)

    def flush(self, connection: Connection, known: Known, *, now: float | None = None) -> bool:
        """Tells what waits when the last telling is long enough ago."""
        now = time.monotonic() if now is None else now
        if not self._waiting or now - self._told < EVERY_S:
            return False
        waiting, self._waiting, self._told = self._waiting, {}, now
        connection.send(b"".join(publication(SUBJECT, body) for body in bodies(known, waiting)))
        return True


def bodies(known: Known, newest: dict[int, tuple[int, float]]) -> Iterable[bytes]:
    """One message for each audience: who may see the domain's rows of this owner in this unit."""
    by_audience: dict[Audience, list[dict[str, Any]]] = {}
    for series_id, (when, value) in newest.items():
        position = known.position_of.get(series_id)
        if position is not None:
            row = known.rows[position]
            audience = Audience(f"{row.domain}.view", row.owner_id, row.unit_id)
            by_audience.setdefault(audience, []).append(_told(row, when, value))
    for audience, readings in by_audience.items():
        for start in range(0, len(readings), AT_MOST):
            event = Event(NAME, {"readings": readings[start : start + AT_MOST]}, audience)
            yield msgspec.json.encode(envelope(event))


def _told(row: KnownSeries, when: int, value: float) -> dict[str, Any]:
    return {
        "domain": row.domain,
        "kind": row.kind,
        "thing": row.thing_id,
        "code": row.code,
        "series": row.id,
        "property": row.property,
        "unit": row.unit,
        "time": moment(when).isoformat(),
        "value": value,
    }
