"""A part of a stream is read by one worker, in order; where it stands is stored with what came of it.

Where a part stands is written in the transaction that stores its messages, so the truth about what was
stored lies in one place. At every start, and whenever anything looks odd, the worker begins its parts
again right behind that position; the stream's own book-keeping is never trusted over it.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import django.db
import psycopg
from django.db import connection, transaction
from django.utils import timezone

from naoso.connectors.nats.client import Access, Connection
from naoso.connectors.nats.jetstream import Puller, Stream, ensure_stream, mark
from naoso.connectors.nats.wire import Message, StreamError
from naoso.core.ingest import known as registry
from naoso.core.ingest.models import Position

log = logging.getLogger(__name__)

KEEP_NS = 7 * 86_400 * 1_000_000_000
LINGER_S = 0.01
IDLE_S = 0.25
WORTH = 500  # messages that are worth a transaction at once
FULL, FULL_BYTES = 20_000, 4 << 20  # more than this waits for the next one
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class Overtaken(Exception):
    """Another worker has stored past this one's position; whoever is late must begin anew."""


class Busy(StreamError):
    """Another worker holds this part."""


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
    intakes: Sequence[str] = ()
    retention_days: int = 730
    index: int = 0
    of: int = 1
    max_bytes: int = 4 << 30
    batch: int = 8000


@dataclass(frozen=True, slots=True)
class Lane:
    """A stream: its name, the first word of its subjects, the key of the locks on its parts."""

    stream: str
    prefix: str
    lock: int

    def ensure(self, connection: Connection, max_bytes: int) -> Stream:
        """Creates it where it is missing."""
        settings = {
            "subjects": [f"{self.prefix}.>"], "max_age": KEEP_NS, "max_bytes": max_bytes, "discard": "old"
        }  # fmt: skip
        return ensure_stream(connection, self.stream, settings)


class PartReader:
    """One span of work on live connections to both engines, over this worker's parts of one stream."""

    lane: ClassVar[Lane]
    full: ClassVar[int] = FULL

    def __init__(self, plan: Plan, stream: Connection) -> None:
        self.plan, self.stream = plan, stream
        self.puller = Puller(stream, self.lane.stream, batch=plan.batch)
        self.positions: dict[int, int] = {}

    def commit(self, found: dict[int, list[Message]], known: registry.Known) -> None:
        """Stores what was found and moves its parts by `advance`, in one transaction."""
        raise NotImplementedError

    def refuse(self, message: Message, known: registry.Known, reason: str) -> None:
        """Puts a message on which the house itself failed into quarantine."""
        raise NotImplementedError

    def rest(self, known: registry.Known) -> None:
        """Between two batches."""

    def open(self) -> None:
        """Takes its parts, each from behind its stored position."""
        stream = self.lane.ensure(self.stream, self.plan.max_bytes)
        of_stream = Position.objects.filter(stream=self.lane.stream)
        highest = max(of_stream.values_list("part", flat=True), default=-1)
        for part in range(max(self.plan.parts, highest + 1)):
            if part % self.plan.of == self.plan.index:
                _hold(self.lane.lock, part)
                self.positions[part] = _position(part, stream)
                subject = f"{self.lane.prefix}.{part}.>"
                self.puller.open(part, subject=subject, after=self.positions[part])

    def work(self, stop: threading.Event) -> None:
        """Batches as large as what has come meanwhile."""
        while not stop.is_set():
            found = self._gather()
            known = registry.current()
            if found:
                self._store(found, known)
            self.rest(known)

    def advance(self, part: int, new: int) -> None:
        """Only from where this worker thinks that the part stands."""
        old = self.positions[part]
        row = Position.objects.filter(stream=self.lane.stream, part=part, sequence=old)
        if not row.update(sequence=max(old, new), at=timezone.now()):
            raise Overtaken(f"part {part} of {self.lane.stream} does not stand at {old} any more")

    def _gather(self) -> dict[int, list[Message]]:
        """What has come; a little more is waited for when that is not worth a transaction."""
        found: dict[int, list[Message]] = {}
        count, size, wait, until = 0, 0, IDLE_S, 0.0
        while count < self.full and size < FULL_BYTES:
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
            self.commit(found, known)
        except ENGINE_FAULTS:
            raise
        except Exception:
            log.exception("a batch failed; its messages are taken one by one")
            self._one_by_one(found, known)
        else:
            for part, messages in found.items():
                self._moved(part, messages[-1])
        for messages in found.values():
            self.puller.acknowledge(messages[-1])

    def _one_by_one(self, found: dict[int, list[Message]], known: registry.Known) -> None:
        """The message that the house fails on goes to quarantine; the others are stored."""
        for part, messages in found.items():
            for message in messages:
                try:
                    self.commit({part: [message]}, known)
                except ENGINE_FAULTS:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, the stream must go on
                    with transaction.atomic():
                        self.advance(part, mark(message).sequence)
                        self.refuse(message, known, repr(error))
                self._moved(part, message)

    def _moved(self, part: int, last: Message) -> None:
        self.positions[part] = max(self.positions[part], mark(last).sequence)


def run(
    plan: Plan, stop: threading.Event, reader: Callable[[Plan, Connection], PartReader], name: str
) -> None:
    """Until told to stop: an engine that went away is waited for, and the work goes on where it stood."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # batches of flat objects make no cycles worth a search
    failures = 0
    while not stop.is_set():
        try:
            with plan.access.connect(f"naoso-{name}-{plan.index}") as stream:
                session = reader(plan, stream)
                session.open()
                if failures:
                    log.warning("%s %d goes on", name, plan.index)
                failures = 0
                session.work(stop)
        except ENGINE_FAULTS as error:
            if not failures:
                log.warning("%s %d waits: %s", name, plan.index, str(error).strip())
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


def _hold(lock: int, part: int) -> None:
    """One worker a part; the lock ends with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, part])
        if not cursor.fetchone()[0]:
            raise Busy(f"part {part} is held by another worker")


def _position(part: int, stream: Stream) -> int:
    """Zero for a stream that is not the one that the position was counted in."""
    row, fresh = Position.objects.get_or_create(
        stream=stream.name, part=part, defaults={"stream_created": stream.created, "sequence": 0}
    )
    if not fresh and (row.stream_created != stream.created or row.sequence > stream.last):
        log.warning("%s was made anew; part %d begins at its start", stream.name, part)
        row.stream_created, row.sequence = stream.created, 0
        row.save()
    elif not fresh and row.sequence + 1 < stream.first and stream.last >= stream.first:
        log.warning("part %d of %s: messages up to %d were dropped", part, stream.name, stream.first - 1)
    return row.sequence
