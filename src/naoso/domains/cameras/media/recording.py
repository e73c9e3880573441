"""Pictures of one camera into files of about a minute each, copied as they come.

A file is `….part` while it grows, `….done` when it is complete, and `….mp4` once the database knows of it:
whatever the process or the machine died of, `salvage` finds what is not in the database yet.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import pack, unpack_from

from naoso.connectors.fmp4 import DURATION_AT, fragment, header
from naoso.connectors.rtsp import RtspError
from naoso.domains.cameras.media.upstream import Format, Piece

LENGTH_S = 60.0
LONGEST_S = 120.0  # a camera without key pictures
MOST_HELD = 24 * 1024 * 1024  # while the disk is full
PART, DONE, READY = ".part", ".done", ".mp4"
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


class Recording:
    """Consumes an upstream. What it is given waits in memory until `flush`, which may be in a thread."""

    def __init__(self, root: Path, source_id: int, done: Callable[[Recorded], None]) -> None:
        self.root, self.source_id, self._done = root, source_id, done
        self._form: Format | None = None
        self._open: _File | None = None
        self._full: list[_File] = []

    def begin(self, form: Format) -> None:
        """Another form is another file."""
        self.end()
        self._form = form

    def take(self, piece: Piece) -> None:
        """A file begins with a key picture."""
        if self._form is None:
            return
        current = self._open
        if current is not None:
            lasted = current.seconds(piece.ticks)
            if (piece.sample.key and lasted >= LENGTH_S) or not 0 <= lasted < LONGEST_S:
                self.end()
        if self._open is None:
            if not piece.sample.key:
                return
            self._open = _File(self.root, self.source_id, self._form, piece)
        self._open.add(piece)
        if self._open.held > MOST_HELD:
            self._open.drop()
            self.end()

    def lost(self, fault: RtspError) -> None:  # noqa: ARG002 - the health of the camera tells why
        """What there is stays."""
        self.end()
        self._form = None

    def end(self) -> None:
        """The file that grows is complete."""
        if self._open is not None:
            self._full.append(self._open)
            self._open = None

    def flush(self) -> None:
        """Writes what waits. Raises OSError where the disk does not take it: then it waits, up to a limit."""
        while self._full:
            self._done(self._full[0].close())
            self._full.pop(0)
        if self._open is not None:
            self._open.write()


class _File:
    """One file while it grows."""

    def __init__(self, root: Path, source_id: int, form: Format, first: Piece) -> None:
        self.form, self.source_id, self.root = form, source_id, root
        self.base, self.last, self.number = first.ticks, first.ticks, 0
        self.began_at = dt.datetime.fromtimestamp(first.at, dt.UTC)
        self.stem = f"{source_id}/{self.began_at:%Y%m%d}/{self.began_at.strftime(STAMP)[:-3]}"
        self.waiting = [header(form.picture, form.clock)]
        self.written = self.held = 0
        self._written_to = self.last

    def seconds(self, ticks: int) -> float:
        """Since its beginning, by the camera's clock."""
        return (ticks - self.base) / self.form.clock

    def add(self, piece: Piece) -> None:
        """One more picture."""
        self.number += 1
        self.last = piece.ticks + piece.sample.duration
        data = fragment(self.number, piece.ticks - self.base, [piece.sample])
        self.waiting.append(data)
        self.held += len(data)

    def drop(self) -> None:
        """The disk has not taken it for long: what waits is lost, what was written stays."""
        self.waiting.clear()
        self.held, self.last = 0, self._written_to

    def write(self) -> None:
        """Appends; a write that failed in its midst is cut off and tried again."""
        if not self.waiting:
            return
        path = self.root / (self.stem + PART)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = b"".join(self.waiting)
        with path.open("ab", buffering=0) as file:
            try:
                os.truncate(file.fileno(), self.written)
                file.write(data)
            except OSError:
                os.truncate(file.fileno(), self.written)
                raise
        self.written += len(data)
        self.held, self._written_to = 0, self.last
        self.waiting.clear()

    def close(self) -> Recorded:
        """With its duration in its head, flushed to the disk."""
        self.write()
        seconds = self.seconds(self.last)
        part, done = self.root / (self.stem + PART), self.root / (self.stem + DONE)
        with part.open("r+b") as file:
            file.seek(DURATION_AT)
            file.write(pack(">I", round(seconds * 1000)))
            file.flush()
            os.fsync(file.fileno())
        part.rename(done)
        ended = self.began_at + dt.timedelta(seconds=max(seconds, 0.001))
        path = self.stem + READY
        return Recorded(self.source_id, self.began_at, ended, path, self.written, self.form.picture.codec)


def salvage(root: Path) -> Iterator[Recorded]:
    """Files that were left behind, cut after their last whole picture; what holds none is removed."""
    for path in sorted(root.glob(f"*/*/*{PART}")) + sorted(root.glob(f"*/*/*{DONE}")):
        found = _salvaged(root, path)
        if found is None:
            path.unlink()
            continue
        path.rename(path.with_suffix(DONE))
        yield found


def _salvaged(root: Path, path: Path) -> Recorded | None:
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
    began = dt.datetime.strptime(f"{path.parent.name}{path.stem}000", f"%Y%m%d{STAMP}").replace(tzinfo=dt.UTC)
    ended = began + dt.timedelta(seconds=max(last / clock, 0.001))
    stem = path.relative_to(root).with_suffix(READY)
    return Recorded(int(path.parts[-3]), began, ended, str(stem), end, _codec(data))


def _codec(data: bytes) -> str:
    at = data.find(b"avcC")
    if at < 0:
        return "hvc1"
    return "avc1." + data[at + 5 : at + 8].hex()


def publish(root: Path, batch: list[Recorded]) -> None:
    """The database knows of them: they get the names that stay."""
    for recorded in batch:
        ready = root / recorded.path
        ready.with_suffix(DONE).rename(ready)
