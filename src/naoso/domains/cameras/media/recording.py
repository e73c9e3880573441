"""Pictures of one camera into files of about a minute each, copied as they come.

A file is `….part` while it grows, `….done` when it is complete, and `….mp4` once the database knows of it:
whatever the process or the machine died of, `salvage` finds what is not in the database yet.

Pictures are added in the event loop; bytes are written in a thread, which is handed what waits and gives
back what the disk did not take.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import pack, unpack_from

from naoso.connectors.fmp4 import DURATION_AT, fragment, header
from naoso.connectors.rtsp import RtspError
from naoso.domains.cameras.media.upstream import Format, Piece

log = logging.getLogger(__name__)

LENGTH_S = 60.0
SHORTEST_FIRST = 0.3  # of the length: files of cameras that begin together do not end together
LONGEST_S = 120.0  # a camera without key pictures
PART, DONE, READY, ODD = ".part", ".done", ".mp4", ".odd"
STAMP = "%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A complete file; `path` is relative to the folder of recordings and ends as it will be called."""

    source_id: int
    began_at: dt.datetime
    ended_at: dt.datetime
    path: str
    size: int
    codec: str


@dataclass(slots=True)
class Room:
    """Bytes that may wait in memory for the disk, of all cameras together."""

    most: int
    held: int = 0

    @property
    def is_full(self) -> bool:
        """No more is taken."""
        return self.held >= self.most

    @property
    def is_ample(self) -> bool:
        """After it was full, enough to begin again."""
        return self.held < self.most * 3 // 4


class Recording:
    """Consumes an upstream; while the disk does not take what waits, pictures are left out, not gathered."""

    def __init__(self, root: Path, source_id: int, room: Room) -> None:
        self.root, self.source_id, self.room = root, source_id, room
        self.files: list[GrowingFile] = []
        self._form: Format | None = None
        self._refusing = False
        self._length = LENGTH_S * random.uniform(SHORTEST_FIRST, 1.0)  # noqa: S311 - no secret

    def begin(self, form: Format) -> None:
        """Another form is another file."""
        self.end()
        self._form = form

    def take(self, piece: Piece) -> None:
        """A file begins with a key picture."""
        if self._form is None:
            return
        current = self._growing()
        if current is not None:
            lasted = current.seconds(piece.ticks)
            if (piece.sample.key and lasted >= self._length) or not 0 <= lasted < LONGEST_S:
                self.end()
                current, self._length = None, LENGTH_S
        if self._left_out(piece) or (current is None and not piece.sample.key):
            return
        if current is None:
            current = GrowingFile(self.root, self.source_id, self._form, piece, self.room)
            self.files.append(current)
        current.add(piece)

    def _left_out(self, piece: Piece) -> bool:
        if self.room.is_full and not self._refusing:
            self._refusing = True
            self.end()
        elif self._refusing and piece.sample.key and self.room.is_ample:
            self._refusing = False
        return self._refusing

    def _growing(self) -> GrowingFile | None:
        return self.files[-1] if self.files and not self.files[-1].complete else None

    def lost(self, fault: RtspError) -> None:  # noqa: ARG002 - the health of the camera tells why
        """What there is stays."""
        self.end()
        self._form = None

    def end(self) -> None:
        """The file that grows is complete."""
        current = self._growing()
        if current is not None:
            current.complete = True


class GrowingFile:
    """One file; `waiting` belongs to the event loop, what was handed out by `hand_over` to the thread."""

    def __init__(self, root: Path, source_id: int, form: Format, first: Piece, room: Room) -> None:
        self.form, self.source_id, self.root, self.room = form, source_id, root, room
        self.base, self.last, self.number = first.ticks, first.ticks, 0
        self.began_at = dt.datetime.fromtimestamp(first.at, dt.UTC)
        self.stem = f"{source_id}/{self.began_at:%Y%m%d}/{self.began_at.strftime(STAMP)[:-3]}"
        self.waiting: list[bytes] = []
        self.complete = False
        self.written = 0
        self._wait(header(form.picture, form.clock))

    def seconds(self, ticks: int) -> float:
        """Since its beginning, by the camera's clock."""
        return (ticks - self.base) / self.form.clock

    def add(self, piece: Piece) -> None:
        """One more picture."""
        self.number += 1
        self.last = piece.ticks + piece.sample.duration
        self._wait(fragment(self.number, piece.ticks - self.base, [piece.sample]))

    def _wait(self, data: bytes) -> None:
        self.waiting.append(data)
        self.room.held += len(data)

    def hand_over(self) -> bytes:
        """Everything that waits, for the thread."""
        batch, self.waiting = self.waiting, []
        return b"".join(batch)

    def take_back(self, data: bytes) -> None:
        """The disk did not take it: it waits before what came meanwhile."""
        self.waiting.insert(0, data)

    def taken(self, data: bytes) -> None:
        """The disk has it."""
        self.room.held -= len(data)

    def append(self, data: bytes) -> None:
        """In a thread. All of it or nothing: what was written in part is cut off. Raises OSError."""
        if not data:
            return
        path = self.root / (self.stem + PART)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o640)
        try:
            os.lseek(handle, self.written, os.SEEK_SET)
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
        except OSError:
            os.ftruncate(handle, self.written)
            raise
        finally:
            os.close(handle)
        self.written += len(data)

    def finish(self) -> Recorded:
        """In a thread, once all was appended: its duration in its head, flushed to the disk."""
        seconds = max(self.seconds(self.last), 0.001)
        part, done = self.root / (self.stem + PART), self.root / (self.stem + DONE)
        if not done.exists():
            with part.open("r+b") as file:
                file.seek(DURATION_AT)
                file.write(pack(">I", round(seconds * 1000)))
                file.flush()
                os.fsync(file.fileno())
            part.rename(done)
        ended = self.began_at + dt.timedelta(seconds=seconds)
        path = self.stem + READY
        return Recorded(self.source_id, self.began_at, ended, path, self.written, self.form.picture.codec)


Batch = list[tuple[GrowingFile, bytes]]


def write_all(batch: Batch) -> tuple[Batch, OSError | None]:
    """In a thread: what the disk did not take, and why; one file's trouble does not hold up the others."""
    refused: Batch = []
    fault: OSError | None = None
    for file, data in batch:
        try:
            file.append(data)
        except OSError as error:
            refused.append((file, data))
            fault = error
    return refused, fault


def salvage(root: Path) -> Iterator[Recorded]:
    """Files that were left behind, cut after their last whole picture; what holds none is removed.

    One that is no recording is set aside. Only where no other process writes here.
    """
    for path in sorted(root.glob(f"*/*/*{PART}")) + sorted(root.glob(f"*/*/*{DONE}")):
        try:
            found = _salvaged(root, path)
        except (ValueError, struct.error):
            log.warning("recordings: %s is set aside: it cannot be read", path)
            path.rename(path.with_suffix(ODD))
            continue
        if found is None:
            path.unlink()
            continue
        path.rename(path.with_suffix(DONE))
        yield found


def _salvaged(root: Path, path: Path) -> Recorded | None:
    began = dt.datetime.strptime(f"{path.parent.name}{path.stem}000", f"%Y%m%d{STAMP}").replace(tzinfo=dt.UTC)
    source_id = int(path.parts[-3])
    data = path.read_bytes()
    at, clock, end = 0, 0, 0
    last = shown_until = 0
    while at + 8 <= len(data):
        size, name = unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            break
        if name == b"moov":
            clock = unpack_from(">I", data, data.index(b"mdhd", at) + 16)[0]
        elif name == b"moof":
            shown_until = unpack_from(">Q", data, at + 60)[0] + unpack_from(">I", data, at + 88)[0]
        at += size
        if name == b"mdat":
            end, last = at, shown_until
    if not clock or not end:
        return None
    with path.open("r+b") as file:
        file.truncate(end)
        file.seek(DURATION_AT)
        file.write(pack(">I", round(last * 1000 / clock)))
    ended = began + dt.timedelta(seconds=max(last / clock, 0.001))
    stem = path.relative_to(root).with_suffix(READY)
    return Recorded(source_id, began, ended, str(stem), end, _codec(data))


def _codec(data: bytes) -> str:
    at = data.find(b"avcC")
    return "hvc1" if at < 0 else "avc1." + data[at + 5 : at + 8].hex()


def set_aside(root: Path, batch: list[Recorded]) -> None:
    """Kept under another name, for an engineer to look at."""
    for recorded in batch:
        done = (root / recorded.path).with_suffix(DONE)
        done.rename(done.with_suffix(ODD))


def publish(root: Path, batch: list[Recorded]) -> None:
    """The database knows of them: they get the names that stay. Again, where it was done in part."""
    for recorded in batch:
        ready = root / recorded.path
        done = ready.with_suffix(DONE)
        if done.exists():
            done.rename(ready)
