"""The ingest worker: readings of the stream become rows, and only then are they acknowledged."""

from __future__ import annotations

import datetime as dt
import threading
import time

import numpy as np

from naoso.connectors.nats.client import Access, Connection
from naoso.connectors.nats.wire import Message
from naoso.core.ingest import known as registry
from naoso.core.ingest import reader
from naoso.core.ingest.batch import ingest, refuse_whole
from naoso.core.ingest.judge import Clock
from naoso.core.ingest.live import Live
from naoso.core.ingest.reader import Lane, PartReader, Plan
from naoso.core.telemetry import partitions
from naoso.core.telemetry.batches import Int64

READINGS = Lane("INGEST", "ingest", 0x6E616F02)


def make_stream(access: Access, max_bytes: int = 4 << 30) -> None:
    """Before any source may speak: what no stream catches is acknowledged to a device and lost."""
    with access.connect("naoso-setup") as stream:
        READINGS.ensure(stream, max_bytes)


def run(plan: Plan, stop: threading.Event) -> None:
    """Until told to stop."""
    reader.run(plan, stop, Session, "ingest")


class Session(PartReader):
    """Batches of readings: judged, stored, handed on, told to open maps."""

    lane = READINGS

    def __init__(self, plan: Plan, stream: Connection) -> None:
        super().__init__(plan, stream)
        self.weeks: set[int] = set()
        self.live = Live()

    def open(self) -> None:
        """Knows the weeks that there are."""
        super().open()
        self.weeks = {(week - dt.date(1970, 1, 5)).days // 7 for week in partitions.existing()}

    def commit(self, found: dict[int, list[Message]], known: registry.Known) -> None:
        """Rows, latest values, quarantine, domains' own rows and positions."""
        clock = Clock(time.time(), self.plan.retention_days * 86_400.0)
        outcome = ingest(found, self.advance, known, clock, self.plan.intakes, self._ensure_weeks)
        self.live.note(outcome.new)

    def refuse(self, message: Message, known: registry.Known, reason: str) -> None:
        """Nothing of it was stored."""
        refuse_whole(message, known, reason).save()

    def rest(self, known: registry.Known) -> None:
        """Open maps hear of what is new."""
        self.live.flush(self.stream, known)

    def _ensure_weeks(self, times: Int64) -> None:
        """Before the transaction: history may need weeks that no job has made."""
        needed = set(np.unique((times - partitions.FIRST_MONDAY_US) // partitions.WEEK_US).tolist())
        missing = needed - self.weeks
        if missing:
            partitions.ensure({partitions.monday(week) for week in missing})
            self.weeks |= missing
