"""All cameras that are read: eyes in the event loop, reading in one thread behind them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial

import uvloop
from asgiref.sync import sync_to_async
from django import db
from django.utils import timezone

from naoso.cli.plate_messages import of_passage
from naoso.cli.plate_reading.eye import Eye
from naoso.cli.plate_reading.troubles import Troubles
from naoso.connectors.nats.wire import StreamError
from naoso.connectors.plates import LiveReader, Passage, PlateReader
from naoso.connectors.plates.lanes import Lane
from naoso.core.ingest.front import publish_message
from naoso.domains.cameras.reaching import LARGE, way_to
from naoso.domains.traffic import pictures
from naoso.domains.traffic.models import PlateCamera
from naoso.domains.traffic.partitions import day_of
from naoso.domains.traffic.services.eyes import lanes_of

log = logging.getLogger(__name__)

PLAN_S, IDLE_S = 10.0, 0.05
BEHIND = 5  # niceness: alarms and pages go first
KEPT_MESSAGES = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One camera as it is to be read."""

    pk: int
    camera_id: int
    code: str
    source: str
    lanes: tuple[Lane, ...]
    a_second: float


@dataclass
class Watched:
    """One that is being read."""

    wanted: Wanted
    eye: Eye
    task: asyncio.Task[None]
    reader: LiveReader | None = None


class Reading:
    """Starts and ends eyes as the settings say; reads what they see; sends what went by."""

    def __init__(self) -> None:
        self._plates: PlateReader | None = None
        self.watched: dict[int, Watched] = {}
        self.waiting: deque[tuple[str, bytes]] = deque()
        self.looked: set[int] = set()
        self.dropped = 0
        self.troubles = Troubles()
        self._over = threading.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop. Raises what ended the reading: whoever started the process starts it anew."""
        reading = asyncio.create_task(asyncio.to_thread(self.read))
        stopping = asyncio.create_task(stop.wait())
        try:
            while not (stopping.done() or reading.done()):
                await self.plan()
                await asyncio.wait({reading, stopping}, timeout=PLAN_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._over.set()
            stopping.cancel()
            for one in self.watched.values():
                one.task.cancel()
            await reading

    async def plan(self) -> None:
        """What is to be read now, and what was looked at."""
        await sync_to_async(db.close_old_connections)()  # one that broke is not used again
        with self.troubles.told("the settings", db.Error):
            self.follow(await sync_to_async(wanted)())
            looked, self.looked = self.looked, set()
            await sync_to_async(note)(tuple(looked))

    def follow(self, rows: Iterable[Wanted]) -> None:
        """One that changed begins anew, and one that ended by itself."""
        now = {row.pk: row for row in rows}
        for pk, one in list(self.watched.items()):
            if now.get(pk) != one.wanted or one.task.done():
                one.task.cancel()
                del self.watched[pk]
        for pk in now.keys() - self.watched.keys():
            row = now[pk]
            eye = Eye(row.code, partial(way_to, LARGE, camera_id=row.camera_id), row.a_second)
            task = asyncio.create_task(eye.run())
            self.watched[pk] = Watched(row, eye, task)

    def read(self) -> None:
        """In a thread: each camera in turn, its newest picture."""
        while not self._over.is_set():
            seen = [self.look(pk, one) for pk, one in list(self.watched.items())]
            self.send()
            if not any(seen):
                self._over.wait(IDLE_S)
        for one in list(self.watched.values()):
            if one.reader is not None:
                with self.troubles.told(f"camera {one.wanted.code}"):
                    self.keep(one.wanted, one.reader.close())
        self.send()

    def look(self, pk: int, one: Watched) -> bool:
        """At its newest picture, where there is one; a fault of one camera is that camera's alone."""
        frame = one.eye.latest()
        if frame is None:
            return False
        self.looked.add(pk)
        reader, one.reader = one.reader, None
        with self.troubles.told(f"camera {one.wanted.code}"):
            reader = reader or LiveReader(self.plates(), one.wanted.lanes)
            passages = reader.take(frame)
            one.reader = reader  # one that failed begins anew
            self.keep(one.wanted, passages)
        return True

    def plates(self) -> PlateReader:
        """Half a gigabyte: made when there is a picture to read."""
        self._plates = self._plates or PlateReader()
        return self._plates

    def keep(self, row: Wanted, passages: Iterable[Passage]) -> None:
        """Until the stream has them; of very many the oldest go."""
        for passage in passages:
            with self.troubles.told(f"passages of camera {row.code}"):
                at = dt.datetime.fromtimestamp(passage.at, dt.UTC)
                body = json.dumps(of_passage(passage, row.code, at, self.picture)).encode()
                self.waiting.append((row.source, body))
        while len(self.waiting) > KEPT_MESSAGES:
            if not self.dropped:
                log.error("plates: more than %d passages wait: the oldest are lost", KEPT_MESSAGES)
            self.waiting.popleft()
            self.dropped += 1

    def picture(self, data: bytes, at: dt.datetime) -> str:
        """Its name; a passage whose picture cannot be kept is told without it."""
        name = ""
        with self.troubles.told("pictures"):
            name = kept(data, at)
        return name  # noqa: RET504 - empty where the fault was swallowed

    def send(self) -> None:
        """The stream acknowledges each."""
        with self.troubles.told("the stream", StreamError):
            while self.waiting:
                publish_message(*self.waiting[0])
                self.waiting.popleft()
            if self.dropped:
                log.error("plates: the stream takes passages again; %d were lost", self.dropped)
                self.dropped = 0


def wanted() -> list[Wanted]:
    """From the settings, one statement."""
    rows = PlateCamera.objects.filter(enabled=True, source__enabled=True).select_related("camera", "source")
    return [
        Wanted(row.pk, row.camera_id, row.camera.code, row.source.code, lanes_of(row.lane_list), row.a_second)
        for row in rows
    ]


def kept(data: bytes, at: dt.datetime) -> str:
    """Among the pictures of that day."""
    return pictures.keep(data, day_of(at), field="picture") if data else ""


def note(looked: Collection[int]) -> None:
    """When each was last looked at."""
    if looked:
        PlateCamera.objects.filter(pk__in=looked).update(read_at=timezone.now())


def run() -> None:
    """Until a signal to end comes. Django must be set up."""
    os.nice(BEHIND)

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await Reading().run(stop)

    uvloop.run(main())
