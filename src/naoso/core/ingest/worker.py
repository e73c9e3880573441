"""The ingest worker: pulls its parts of the stream, stores, and only then acknowledges.

Where a part stands is written in the transaction that stores its readings, so the truth about what was
stored lies in one place. At every start, and whenever anything looks odd, the worker begins its parts
again right behind that position; the stream's own book-keeping is never trusted over it.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import django.db
import numpy as np
import psycopg
from django.db import connection, transaction

from naoso.connectors.nats.client import Access, Connection
from naoso.connectors.nats.jetstream import Puller, Stream, ensure_stream, mark
from naoso.connectors.nats.wire import Message, StreamError
from naoso.core.ingest import known as registry
from naoso.core.ingest.batch import Overtaken, advance, ingest, refuse_whole
from naoso.core.ingest.judge import Clock
from naoso.core.ingest.live import Live
from naoso.core.ingest.models import Position
from naoso.core.telemetry import partitions
from naoso.core.telemetry.batches import Int64

log = logging.getLogger(__name__)

STREAM = "INGEST"
SUBJECTS = ["ingest.>"]
KEEP_NS = 7 * 86_400 * 1_000_000_000
LOCK = 0x6E616F02
LINGER_S = 0.01
IDLE_S = 0.25
WORTH = 500  # messages that are worth a transaction at once
FULL, FULL_BYTES = 20_000, 4 << 20  # more than this waits for the next one
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)

ENGINE_FAULTS = (
    StreamError,
    Overtaken,
    OSError,
    django.db.OperationalError,
    django.db.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is to do: `index` of `of` workers, over `parts` parts of the stream."""

    access: Access
    parts: int
    intakes: Sequence[str]
    retention_days: int
    index: int = 0
    of: int = 1
    max_bytes: int = 4 << 30
    batch: int = 8000


def make_stream(access: Access, max_bytes: int = 4 << 30) -> None:
    """Before any source may speak: what no stream catches is acknowledged to a device and lost."""
    with access.connect("naoso-setup") as stream:
        _ensure(stream, max_bytes)


def _ensure(stream: Connection, max_bytes: int) -> Stream:
    settings = {"subjects": SUBJECTS, "max_age": KEEP_NS, "max_bytes": max_bytes, "discard": "old"}
    return ensure_stream(stream, STREAM, settings)


class Busy(StreamError):
    """Another worker holds this part."""


def run(plan: Plan, stop: threading.Event) -> None:
    """Until told to stop: an engine that went away is waited for, and the work goes on where it stood."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # batches of flat objects make no cycles worth a search
    failures = 0
    while not stop.is_set():
        try:
            with plan.access.connect(f"naoso-ingest-{plan.index}") as stream:
                session = Session(plan, stream)
                session.open()
                if failures:
                    log.warning("ingest %d goes on", plan.index)
                failures = 0
                session.work(stop)
        except ENGINE_FAULTS as error:
            if not failures:
                log.warning("ingest %d waits: %s", plan.index, str(error).strip())
            stop.wait(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            failures += 1
        finally:
            _let_go()


def _let_go() -> None:
    """The connection goes back without the locks of its session."""
    try:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")
    except ENGINE_FAULTS:
        pass
    finally:
        connection.close()


class Session:
    """One span of work on live connections to both engines."""

    def __init__(self, plan: Plan, stream: Connection) -> None:
        self.plan, self.stream = plan, stream
        self.puller = Puller(stream, STREAM, batch=plan.batch)
        self.positions: dict[int, int] = {}
        self.weeks: set[int] = set()
        self.live = Live()

    def open(self) -> None:
        """Takes its parts, each from behind its stored position."""
        stream = _ensure(self.stream, self.plan.max_bytes)
        self.weeks = {(week - dt.date(1970, 1, 5)).days // 7 for week in partitions.existing()}
        highest = max(Position.objects.values_list("part", flat=True), default=-1)
        for part in range(max(self.plan.parts, highest + 1)):
            if part % self.plan.of == self.plan.index:
                _hold(part)
                self.positions[part] = _position(part, stream)
                self.puller.open(part, subject=f"ingest.{part}.>", after=self.positions[part])

    def work(self, stop: threading.Event) -> None:
        """Batches as large as what has come meanwhile."""
        while not stop.is_set():
            found = self._gather()
            known = registry.current()
            if found:
                self._store(found, known)
            self.live.flush(self.stream, known)

    def _gather(self) -> dict[int, list[Message]]:
        """What has come; a little more is waited for when that is not worth a transaction."""
        found: dict[int, list[Message]] = {}
        count, size, wait, until = 0, 0, IDLE_S, 0.0
        while count < FULL and size < FULL_BYTES:
            came = self.puller.fetch(wait)
            for part, messages in came.items():
                found.setdefault(part, []).extend(messages)
                count += len(messages)
                size += sum([len(message.payload) for message in messages])
            until = until or time.monotonic() + LINGER_S
            wait = until - time.monotonic() if count < WORTH else 0.0
            if not came or wait < 0:
                break
        return found

    def _store(self, found: dict[int, list[Message]], known: registry.Known) -> None:
        try:
            self._commit(found, known)
        except ENGINE_FAULTS:
            raise
        except Exception:
            log.exception("a batch failed; its messages are taken one by one")
            self._one_by_one(found, known)
        for messages in found.values():
            self.puller.acknowledge(messages[-1])

    def _commit(self, found: dict[int, list[Message]], known: registry.Known) -> None:
        clock = Clock(time.time(), self.plan.retention_days * 86_400.0)
        outcome = ingest(found, self.positions, known, clock, self.plan.intakes, self._ensure_weeks)
        for part, messages in found.items():
            self._moved(part, messages[-1])
        self.live.note(outcome.new)

    def _one_by_one(self, found: dict[int, list[Message]], known: registry.Known) -> None:
        """The message that the house fails on goes to quarantine; the others are stored."""
        for part, messages in found.items():
            for message in messages:
                try:
                    self._commit({part: [message]}, known)
                except ENGINE_FAULTS:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, the stream must go on
                    with transaction.atomic():
                        advance(part, self.positions[part], mark(message).sequence)
                        refuse_whole(message, known, repr(error)).save()
                    self._moved(part, message)

    def _moved(self, part: int, last: Message) -> None:
        self.positions[part] = max(self.positions[part], mark(last).sequence)

    def _ensure_weeks(self, times: Int64) -> None:
        """Before the transaction: history may need weeks that no job has made."""
        needed = set(np.unique((times - partitions.FIRST_MONDAY_US) // partitions.WEEK_US).tolist())
        missing = needed - self.weeks
        if missing:
            partitions.ensure({partitions.monday(week) for week in missing})
            self.weeks |= missing


def _hold(part: int) -> None:
    """One worker a part; the lock ends with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, part])
        if not cursor.fetchone()[0]:
            raise Busy(f"part {part} is held by another worker")


def _position(part: int, stream: Stream) -> int:
    """Zero for a stream that is not the one that the position was counted in."""
    row, fresh = Position.objects.get_or_create(
        part=part, defaults={"stream_created": stream.created, "sequence": 0}
    )
    if not fresh and (row.stream_created != stream.created or row.sequence > stream.last):
        log.warning("the stream was made anew; part %d begins at its start", part)
        row.stream_created, row.sequence = stream.created, 0
        row.save()
    elif not fresh and row.sequence + 1 < stream.first and stream.last >= stream.first:
        log.warning("part %d: the stream dropped messages up to %d", part, stream.first - 1)
    return row.sequence
