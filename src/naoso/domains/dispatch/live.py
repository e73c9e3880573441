"""Moves for open maps: told after the commit, at most once a second, nothing kept.

Over the stream's plain subjects as readings are (core.ingest.live): a map that misses one asks again anyway.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from django.db import transaction

from naoso.connectors.nats.client import Connection
from naoso.connectors.nats.wire import StreamError, publication
from naoso.core.ingest.publisher import access
from naoso.core.outbox.services import envelope
from naoso.kernel.events import Audience, Event
from naoso.kernel.geometry import LonLat

NAME = "dispatch.moved"
EVERY_S = 1.0
AT_MOST = 2000  # resources a message, so that it stays below the server's payload limit
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moved:
    """A resource with whose it is and where it is now."""

    resource: int
    owner_id: int
    unit_id: int | None
    place: LonLat
    at: dt.datetime | None


class Moves:
    """Keeps the newest place of each resource until the next telling."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[Audience, dict[str, object]]] = {}
        self._told = float("-inf")
        self._timer: threading.Timer | None = None
        self._connection: Connection | None = None

    def tell(self, rows: Iterable[Moved]) -> None:
        """Once the running transaction is committed."""
        told = {
            row.resource: (Audience("dispatch.view", row.owner_id, row.unit_id), _told(row)) for row in rows
        }
        if told:
            transaction.on_commit(lambda: self.note(told))

    def note(self, told: dict[int, tuple[Audience, dict[str, object]]]) -> None:
        """Now, where the last telling is a second ago; else when it will be."""
        with self._lock:
            self._waiting |= told
            rest = self._told + EVERY_S - time.monotonic()
            if self._timer is not None:
                return
            if rest <= 0:
                self._flush()
                return
            self._timer = threading.Timer(rest, self._late)
            self._timer.daemon = True
            self._timer.start()

    def _late(self) -> None:
        with self._lock:
            self._timer = None
            self._flush()

    def _flush(self) -> None:
        waiting, self._waiting, self._told = self._waiting, {}, time.monotonic()
        data = b"".join(publication(f"live.{NAME}", body) for body in bodies(waiting))
        for _try in range(2):  # the server may have been restarted since
            try:
                self._connection = self._connection or access().connect("naoso-moves")
                self._connection.send(data)
            except (StreamError, OSError) as error:
                log.debug("moves are not told: %s", error)
                self._connection = None
            else:
                return


def bodies(waiting: dict[int, tuple[Audience, dict[str, object]]]) -> Iterable[bytes]:
    """One message for each audience."""
    by_audience: dict[Audience, list[dict[str, object]]] = {}
    for audience, row in waiting.values():
        by_audience.setdefault(audience, []).append(row)
    for audience, rows in by_audience.items():
        for start in range(0, len(rows), AT_MOST):
            event = Event(NAME, {"resources": rows[start : start + AT_MOST]}, audience)
            yield msgspec.json.encode(envelope(event))


def _told(row: Moved) -> dict[str, object]:
    return {
        "resource": row.resource,
        "lon": round(row.place.lon, 6),
        "lat": round(row.place.lat, 6),
        "at": row.at.isoformat() if row.at else None,
    }


moves = Moves()
