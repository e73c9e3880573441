"""The media process: who watches, what is recorded, in one event loop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from asgiref.sync import sync_to_async
from django import db
from websockets.asyncio.server import serve

from naoso.domains.cameras.media.recording import (
    GrowingFile,
    Recorded,
    Recording,
    Room,
    publish,
    salvage,
    set_aside,
    write_all,
)
from naoso.domains.cameras.media.upstream import Upstreams
from naoso.domains.cameras.media.viewers import Door
from naoso.domains.cameras.models import CameraSource, Footage
from naoso.domains.cameras.reaching import LARGE, Endpoint, way_to

log = logging.getLogger(__name__)

PLAN_S, FLUSH_S = 5.0, 1.0
MOST_WAITING = 96 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens and where recordings lie."""

    host: str
    port: int
    recordings: Path


@dataclass
class Media:
    """Everything that the process holds; each loop has its own lists and waits for no other's."""

    place: Place
    recordings: dict[int, Recording] = field(default_factory=dict)
    leaving: list[Recording] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    written: list[GrowingFile] = field(default_factory=list)
    finished: list[Recorded] = field(default_factory=list)
    fault: str = ""

    def __post_init__(self) -> None:
        self.upstreams = Upstreams(find)
        self.room = Room(MOST_WAITING)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; what was recorded by then is on the disk. Ends with any loop that ends."""
        self.place.recordings.mkdir(parents=True, exist_ok=True)
        server = serve(
            Door(self.upstreams), self.place.host, self.place.port, compression=None, max_size=4096,
            ping_interval=20, ping_timeout=20, backlog=512,
        )  # fmt: skip
        async with server:  # whoever has the port has the folder
            self.finished += await asyncio.to_thread(lambda: list(salvage(self.place.recordings)))
            async with asyncio.TaskGroup() as loops:
                for work, pause in ((self.plan, PLAN_S), (self.flush, FLUSH_S), (self.keep, FLUSH_S)):
                    loops.create_task(again(work, pause, stop))
        await self.upstreams.end()
        for recording in self.recordings.values():
            recording.end()
        await self.flush()
        await self.keep()

    async def plan(self) -> None:
        """What is recorded follows the groups; a camera whose address changed is asked anew."""
        await sync_to_async(db.close_old_connections)()  # one that broke is not used again
        try:
            wanted, versions = await sync_to_async(planned)()
        except db.Error as error:
            log.warning("cameras: the database does not answer: %s", error)
            return
        for source_id in [pk for pk, v in self.versions.items() if versions.get(pk) != v]:
            self.upstreams.drop(source_id)
        self.versions = versions
        for source_id in wanted - self.recordings.keys():
            recording = Recording(self.place.recordings, source_id, self.room)
            self.recordings[source_id] = recording
            self.upstreams.of(source_id, LARGE).join(recording)
        for source_id in self.recordings.keys() - wanted:
            recording = self.recordings.pop(source_id)
            self.upstreams.of(source_id, LARGE).leave(recording)
            recording.end()
            self.leaving.append(recording)

    async def flush(self) -> None:
        """Hands what waits to a thread: a slow disk must not hold up who watches."""
        recordings = [*self.recordings.values(), *self.leaving]
        batch = [(file, file.hand_over()) for recording in recordings for file in recording.files]
        whole = {id(file) for file, _data in batch if file.complete}
        refused, fault = await asyncio.to_thread(write_all, batch)
        self._tell(fault)
        for file, data in refused:
            file.take_back(data)
        kept_back = {id(file) for file, _data in refused}
        for file, data in batch:
            if id(file) not in kept_back:
                file.taken(data)
        done = whole - kept_back
        for recording in recordings:
            self.written += [file for file in recording.files if id(file) in done]
            recording.files = [file for file in recording.files if id(file) not in done]
        self.leaving = [recording for recording in self.leaving if recording.files]

    def _tell(self, fault: OSError | None) -> None:
        words = str(fault) if fault else ""
        if words and not self.fault:
            log.warning("recordings cannot be written: %s", words)
        elif self.fault and not words:
            log.info("recordings can be written again")
        self.fault = words

    async def keep(self) -> None:
        """Complete files: flushed to the disk, entered in the database, then given the name that stays."""
        files, self.written = self.written, []
        while files:
            try:
                self.finished.append(await asyncio.to_thread(files[0].finish))
            except OSError as error:
                log.warning("recordings: %s waits: %s", files[0].stem, error)
                self.written = files + self.written
                break
            files.pop(0)
        batch = list(self.finished)
        if not batch:
            return
        try:
            odd = await sync_to_async(enter_all)(batch)
            await asyncio.to_thread(set_aside, self.place.recordings, odd)
            await asyncio.to_thread(publish, self.place.recordings, batch)
        except (db.OperationalError, db.InterfaceError, OSError) as error:
            log.warning("recordings wait for the database: %s", error)
            return
        del self.finished[: len(batch)]


async def again(work: Callable[[], Awaitable[None]], pause: float, stop: asyncio.Event) -> None:
    """One thing over and over until told to stop; never cut off in its midst."""
    while not stop.is_set():
        await work()
        try:
            await asyncio.wait_for(stop.wait(), pause)
        except TimeoutError:
            continue


async def find(source_id: int, size: str) -> Endpoint:
    """Raises RtspError for a source that is gone or out of use."""
    return await way_to(size, pk=source_id)


def planned() -> tuple[set[int], dict[int, int]]:
    """Which sources are recorded, and the version of each in use."""
    rows = CameraSource.objects.in_use().values_list("pk", "version", "group__retention_days")
    found = list(rows)
    return {pk for pk, _version, days in found if days}, {pk: version for pk, version, _days in found}


def enter(batch: list[Recorded]) -> None:
    """Once, however often it is tried; a source that was removed meanwhile leaves nothing behind."""
    known = set(CameraSource.objects.filter(pk__in={r.source_id for r in batch}).values_list("pk", flat=True))
    Footage.objects.bulk_create(
        [
            Footage(
                source_id=r.source_id, began_at=r.began_at, ended_at=r.ended_at, path=r.path, size=r.size,
                codec=r.codec,
            )
            for r in batch
            if r.source_id in known
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def enter_all(batch: list[Recorded]) -> list[Recorded]:
    """Those that the database refuses for what they are: they must not hold up the others."""
    try:
        enter(batch)
    except (db.OperationalError, db.InterfaceError):
        raise
    except db.Error as error:
        if len(batch) == 1:
            log.warning("recordings: %s is set aside: %s", batch[0].path, error)
            return batch
        return [odd for one in batch for odd in enter_all([one])]
    return []


def run(place: Place) -> None:
    """Until a signal to end comes. Django must be set up."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await Media(place).run(stop)

    logging.getLogger("websockets").setLevel(logging.WARNING)
    uvloop.run(main())
