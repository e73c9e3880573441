"""The media process: who watches, what is recorded, in one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from asgiref.sync import sync_to_async
from django import db
from websockets.asyncio.server import serve

from naoso.domains.cameras.media.recording import Recorded, Recording, publish, salvage
from naoso.domains.cameras.media.upstream import Upstreams
from naoso.domains.cameras.media.viewers import Door
from naoso.domains.cameras.models import CameraSource, Footage
from naoso.domains.cameras.reaching import LARGE, Endpoint, way_to

log = logging.getLogger(__name__)

PLAN_S, FLUSH_S = 5.0, 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens and where recordings lie."""

    host: str
    port: int
    recordings: Path


@dataclass
class Media:
    """Everything that the process holds."""

    place: Place
    recordings: dict[int, Recording] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    ending: list[Recording] = field(default_factory=list)
    waiting: list[Recorded] = field(default_factory=list)
    full: bool = False

    def __post_init__(self) -> None:
        self.upstreams = Upstreams(find)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; what was recorded by then is in the database."""
        self.place.recordings.mkdir(parents=True, exist_ok=True)
        self.waiting += await asyncio.to_thread(lambda: list(salvage(self.place.recordings)))
        server = serve(
            Door(self.upstreams), self.place.host, self.place.port, compression=None, max_size=4096,
            ping_interval=20, ping_timeout=20, backlog=512,
        )  # fmt: skip
        async with server:
            jobs = [asyncio.create_task(job) for job in (self._plan(), self._write())]
            await stop.wait()
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
        await self.upstreams.end()
        for recording in self.recordings.values():
            recording.end()
        with contextlib.suppress(OSError, db.Error):
            await self._flush()

    async def _plan(self) -> None:
        """What is recorded follows the groups; a camera whose address changed is asked anew."""
        while True:
            await sync_to_async(db.close_old_connections)()  # one that broke is not used again
            try:
                wanted, versions = await sync_to_async(planned)()
            except db.Error as error:
                log.warning("cameras: the database does not answer: %s", error)
            else:
                for source_id in [pk for pk, v in self.versions.items() if versions.get(pk) != v]:
                    self.upstreams.drop(source_id)
                self.versions = versions
                self._record(wanted)
            await asyncio.sleep(PLAN_S)

    def _record(self, wanted: set[int]) -> None:
        for source_id in wanted - self.recordings.keys():
            recording = Recording(self.place.recordings, source_id, self.waiting.append)
            self.recordings[source_id] = recording
            self.upstreams.of(source_id, LARGE).join(recording)
        for source_id in self.recordings.keys() - wanted:
            recording = self.recordings[source_id]
            self.upstreams.of(source_id, LARGE).leave(recording)
            recording.end()
            self.ending.append(self.recordings.pop(source_id))

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self._flush()
            except OSError as error:
                if not self.full:
                    log.warning("recordings cannot be written: %s", error)
                self.full = True
            except db.Error as error:
                log.warning("recordings wait for the database: %s", error)
            else:
                self.full = False

    async def _flush(self) -> None:
        """In a thread: a slow disk must not hold up who watches."""
        recordings = [*self.recordings.values(), *self.ending]
        await asyncio.to_thread(flush_all, recordings)
        self.ending.clear()
        if self.waiting:
            batch = list(self.waiting)
            await sync_to_async(keep)(batch)
            await asyncio.to_thread(publish, self.place.recordings, batch)
            del self.waiting[: len(batch)]


def flush_all(recordings: list[Recording]) -> None:
    """Raises OSError where the disk takes no more; the others have been written then or wait for the next."""
    for recording in recordings:
        recording.flush()


async def find(source_id: int, size: str) -> Endpoint:
    """Raises RtspError for a source that is gone or out of use."""
    return await way_to(size, pk=source_id)


def planned() -> tuple[set[int], dict[int, int]]:
    """Which sources are recorded, and the version of each in use."""
    rows = CameraSource.objects.filter(enabled=True).values_list("pk", "version", "group__retention_days")
    found = list(rows)
    return {pk for pk, _version, days in found if days}, {pk: version for pk, version, _days in found}


def keep(batch: list[Recorded]) -> None:
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


def run(place: Place) -> None:
    """Until a signal to end comes. Django must be set up."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await Media(place).run(stop)

    logging.getLogger("websockets").setLevel(logging.WARNING)
    uvloop.run(main())
