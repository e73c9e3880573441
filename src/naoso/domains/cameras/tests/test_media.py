"""The media process over real sockets: RTSP in, fragmented MP4 over WebSocket and files out."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from django.db import DataError
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.cli.simulated_cameras.scenes import read_number
from naoso.connectors.fmp4 import Sample, describe
from naoso.connectors.rtsp import Credentials
from naoso.connectors.rtsp.serving import Camera, Site, serving
from naoso.domains.cameras import tickets
from naoso.domains.cameras.media import process, recording
from naoso.domains.cameras.media.process import Media, Place, planned
from naoso.domains.cameras.media.recording import (
    GrowingFile,
    Recorded,
    Recording,
    publish,
    salvage,
    write_all,
)
from naoso.domains.cameras.media.recording import Room as RoomFor
from naoso.domains.cameras.media.upstream import Format, Piece, Upstreams
from naoso.domains.cameras.media.viewers import OVER, REFUSED, Door
from naoso.domains.cameras.reaching import Endpoint
from naoso.domains.cameras.tests import factories as make

RATE = 10
FORM = Form(320, 180, RATE, 200_000, group_s=1.0, seconds=2.0)
LARGER = Form(480, 270, RATE, 200_000, group_s=1.0, seconds=2.0)
WHO = Credentials("demo", "geheim")


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"),)


@dataclass
class Room:
    """What a test has: cameras, the process's parts, and where it listens."""

    site: Site
    upstreams: Upstreams
    port: int
    asked: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"


@pytest.fixture(scope="module")
def clips() -> dict[str, Any]:
    return {"street": drawn(FORM, 1), "larger:street": drawn(LARGER, 1)}


@asynccontextmanager
async def room(clips: dict[str, Any]) -> AsyncIterator[Room]:
    site = Site(clips, {"one": Camera("street", "street")}, WHO)
    async with serving(site, "127.0.0.1", 0) as rtsp:

        async def find(source_id: int, size: str) -> Endpoint:
            made.asked.append(source_id)
            return Endpoint(source_id, size, f"rtsp://127.0.0.1:{rtsp}/one", WHO)

        upstreams = Upstreams(find)
        async with serve(Door(upstreams), "127.0.0.1", 0, compression=None) as server:
            made = Room(site, upstreams, next(iter(server.sockets)).getsockname()[1])
            yield made
            await upstreams.end()


def run(clips: dict[str, Any], todo: Callable[[Room], Awaitable[None]]) -> None:
    async def main() -> None:
        async with room(clips) as made:
            await asyncio.wait_for(todo(made), 20)

    asyncio.run(main())


def pass_for(seconds: float = 600) -> str:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    return tickets.ticket(7, "main", 3, until)


async def watched(socket: ClientConnection, count: int) -> tuple[dict[str, Any], bytes, list[float]]:
    """The word, the bytes of so many pictures, and when each came."""
    word = json.loads(await socket.recv())
    parts = [await socket.recv()]
    times = []
    while len(times) < count:
        part = await socket.recv()
        assert isinstance(part, bytes)
        parts.append(part)
        times.append(time.time())
    return word, b"".join(p for p in parts if isinstance(p, bytes)), times


def numbers(data: bytes) -> list[int]:
    with av.open(BytesIO(data)) as file:
        found = [read_number(frame.to_ndarray(format="rgb24")) for frame in file.decode(video=0)]
    assert None not in found
    return [number for number in found if number is not None]


def test_a_page_gets_pictures_that_move_and_are_fresh(clips: dict[str, Any]) -> None:
    async def todo(made: Room) -> None:
        async with connect(made.url) as socket:
            await socket.send(pass_for())
            word, data, times = await watched(socket, 14)
        assert word["state"] == "begin"
        assert word["mime"].startswith('video/mp4; codecs="avc1.')
        shown = numbers(data)
        steps = {(b - a) % 20 for a, b in pairwise(shown)}
        assert steps == {1}
        assert (int(times[-1] * RATE) - shown[-1]) % 20 <= 2

    run(clips, todo)


def test_viewers_share_one_connection_and_a_newcomer_sees_at_once(clips: dict[str, Any]) -> None:
    async def todo(made: Room) -> None:
        async with connect(made.url) as first, connect(made.url) as second:
            await first.send(pass_for())
            await watched(first, 8)
            began = time.monotonic()
            await second.send(pass_for())
            await watched(second, 1)
            assert time.monotonic() - began < 0.5
            assert made.site.watching == 1
            assert made.asked == [7]

    run(clips, todo)


@pytest.mark.parametrize("kind", ["forged", "used", "old", "over", "mute"])
def test_only_a_good_ticket_opens(clips: dict[str, Any], kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("naoso.domains.cameras.media.viewers.TICKET_WITHIN_S", 0.3)

    async def todo(made: Room) -> None:
        text = pass_for(-1 if kind == "over" else 600)
        if kind == "old":
            monkeypatch.setattr(tickets, "OPENS_FOR", dt.timedelta(seconds=-1))
        if kind == "used":
            async with connect(made.url) as socket:
                await socket.send(text)
                await socket.recv()
        async with connect(made.url) as socket:
            if kind != "mute":
                await socket.send(text[:-3] + "xyz" if kind == "forged" else text)
            with pytest.raises(ConnectionClosed) as caught:
                await socket.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == REFUSED

    run(clips, todo)


def test_a_picture_ends_with_its_ticket_unless_another_comes(clips: dict[str, Any]) -> None:
    async def ended(made: Room, *, renewed: bool) -> float:
        began = time.monotonic()
        async with connect(made.url) as socket:
            await socket.send(pass_for(2))
            if renewed:
                await socket.send(pass_for(4))
            await watched(socket, 1)
            with suppress(ConnectionClosed):
                while True:
                    await socket.recv()
            assert socket.close_code == OVER
        return time.monotonic() - began

    async def todo(made: Room) -> None:
        assert await ended(made, renewed=False) < 2.5
        assert await ended(made, renewed=True) > 2.5

    run(clips, todo)


def test_a_lost_camera_is_told_and_comes_back_and_a_new_size_begins_anew(clips: dict[str, Any]) -> None:
    async def todo(made: Room) -> None:
        async with connect(made.url) as socket:
            await socket.send(pass_for())
            word, _data, _times = await watched(socket, 3)
            made.site.cameras["one"].fault = "larger"
            wider = await next_word(socket)
            made.site.cameras["one"].fault = "offline"
            lost = await next_word(socket)
            made.site.cameras["one"].fault = ""
            back = await next_word(socket)
        assert (word["width"], wider["width"], back["width"]) == (320, 480, 320)
        assert lost == {"state": "lost", "fault": "unreachable"}

    run(clips, todo)


async def next_word(socket: ClientConnection) -> dict[str, Any]:
    while True:
        message = await socket.recv()
        if isinstance(message, str):
            return dict(json.loads(message))


class Keeper(Media):
    """The media process with pictures of a simulator; what it would enter in the database lies in `rows`."""

    def __init__(self, root: Path, upstreams: Upstreams) -> None:
        super().__init__(Place("127.0.0.1", 0, root))
        self.upstreams = upstreams
        self.recordings[7] = Recording(root, 7, self.room)
        upstreams.of(7, "main").join(self.recordings[7])

    async def turn(self, seconds: float) -> None:
        """As its loops do, for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(0.1)
            await self.flush()
            await self.keep()

    async def over(self) -> None:
        """As at its end."""
        self.recordings[7].end()
        await self.flush()
        await self.keep()


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """What was entered in the database, which is not here."""
    told: list[Recorded] = []
    monkeypatch.setattr(process, "enter", told.extend)
    return told


def recorded(clips: dict[str, Any], root: Path, todo: Callable[[Keeper, Room], Awaitable[None]]) -> None:
    async def work(made: Room) -> None:
        await todo(Keeper(root, made.upstreams), made)

    run(clips, work)


def test_files_follow_one_another_without_a_gap(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LENGTH_S", 1.0)

    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(4.5)
        await keeper.over()

    recorded(clips, tmp_path, todo)
    assert len(rows) >= 3
    for earlier, later in pairwise(rows):
        assert abs((later.began_at - earlier.ended_at).total_seconds()) < 0.15
    shown = [number for row in rows for number in numbers((tmp_path / row.path).read_bytes())]
    assert {(b - a) % 20 for a, b in pairwise(shown)} == {1}
    with av.open(str(tmp_path / rows[1].path)) as file:
        assert file.duration == pytest.approx(1_000_000, abs=1000)
    assert rows[0].size == (tmp_path / rows[0].path).stat().st_size
    assert rows[0].codec.startswith("avc1.")


def test_pictures_that_come_while_a_slow_disk_writes_are_not_lost(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    append = GrowingFile.append

    def slow(file: GrowingFile, data: bytes) -> None:
        time.sleep(0.25)
        append(file, data)

    monkeypatch.setattr(GrowingFile, "append", slow)

    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(3.0)
        await keeper.over()

    recorded(clips, tmp_path, todo)
    shown = [number for row in rows for number in numbers((tmp_path / row.path).read_bytes())]
    assert len(shown) >= 18
    assert {(b - a) % 20 for a, b in pairwise(shown)} == {1}


def test_a_short_write_is_gone_on_with(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(recording.os, "write", lambda handle, data: write(handle, bytes(data[:1000])))

    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(2.0)
        await keeper.over()

    recorded(clips, tmp_path, todo)
    (row,) = rows
    assert len(numbers((tmp_path / row.path).read_bytes())) >= RATE
    assert row.size == (tmp_path / row.path).stat().st_size


def test_a_full_disk_leaves_pictures_out_and_recording_goes_on(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded]
) -> None:
    async def todo(keeper: Keeper, _made: Room) -> None:
        keeper.room.most = 40_000
        await keeper.turn(1.5)
        (tmp_path / "7").rename(tmp_path / "gone")
        (tmp_path / "7").touch()  # no folder can be made there
        await keeper.turn(3.0)
        assert keeper.fault
        assert keeper.room.held < 80_000
        (tmp_path / "7").unlink()
        (tmp_path / "gone").rename(tmp_path / "7")
        await keeper.turn(2.0)
        await keeper.over()
        assert not keeper.fault
        assert keeper.room.held == 0

    recorded(clips, tmp_path, todo)
    assert len(rows) >= 2
    shown = [numbers((tmp_path / row.path).read_bytes()) for row in rows]
    assert all({(b - a) % 20 for a, b in pairwise(one)} <= {1} for one in shown)


@pytest.mark.django_db
def test_what_is_recorded_follows_group_and_use(cast: SimpleNamespace) -> None:
    kept, brief = make.group(cast), make.group(cast, "Không ghi", retention_days=0)
    recorded, watched = make.source(cast, kept), make.source(cast, brief)
    make.source(cast, kept, enabled=False)
    assert planned() == ({recorded.pk}, {recorded.pk: recorded.version, watched.pk: watched.version})


def test_a_camera_that_leaves_its_group_ends_its_file_and_one_that_moved_is_asked_anew(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [({7}, {7: 1}), ({7}, {7: 2}), (set(), {7: 2})]
    monkeypatch.setattr(process, "planned", lambda: said.pop(0))

    async def todo(keeper: Keeper, made: Room) -> None:
        await keeper.plan()
        await keeper.turn(2)
        await keeper.plan()
        await keeper.turn(2)
        assert len(made.asked) == 2
        await keeper.plan()
        await keeper.turn(0.5)
        assert not keeper.recordings
        assert not keeper.leaving

    recorded(clips, tmp_path, todo)
    assert rows
    assert all((tmp_path / row.path).exists() for row in rows)


def test_one_files_trouble_does_not_hold_up_the_others(tmp_path: Path) -> None:
    form = Format(describe(drawn(FORM, 1).parameters, hevc=False), 90_000)
    piece = Piece(Sample([b"\x65"], 9000, key=True), 0, 1_760_000_000.0)
    blocked, fine = (GrowingFile(tmp_path, pk, form, piece, RoomFor(10**6)) for pk in (1, 2))
    (tmp_path / "1").touch()
    refused, fault = write_all([(blocked, b"a"), (fine, b"b")])
    assert [file for file, _data in refused] == [blocked]
    assert fault is not None
    assert fine.written == 1


def test_what_was_left_behind_is_saved_up_to_its_last_whole_picture(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded]
) -> None:
    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(2.8)

    recorded(clips, tmp_path, todo)
    assert rows == []
    (part,) = tmp_path.glob("*/*/*.part")
    whole = len(numbers(part.read_bytes()))
    os.truncate(part, part.stat().st_size - 100)  # the machine died in the midst of a picture
    (empty := part.with_name("000000.000.part")).write_bytes(b"\x00\x00\x00\x18ftyp")
    (strange := part.with_name("notes.part")).write_bytes(b"no recording")
    (saved,) = salvage(tmp_path)
    publish(tmp_path, [saved])
    publish(tmp_path, [saved])
    assert not empty.exists()
    assert strange.with_suffix(".odd").exists()
    assert saved.source_id == 7
    assert len(numbers((tmp_path / saved.path).read_bytes())) == whole - 1
    assert (saved.ended_at - saved.began_at).total_seconds() == pytest.approx((whole - 1) / RATE, abs=0.01)
    assert saved.codec.startswith("avc1.")


def test_a_file_that_the_database_refuses_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime.now(dt.UTC)
    batch = [Recorded(7, now, now, f"7/20260101/{n}.mp4", 1, "avc1" * n) for n in (1, 30, 2)]
    for one in batch:
        path = (tmp_path / one.path).with_suffix(".done")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def enter(some: list[Recorded]) -> None:
        if any(len(one.codec) > 64 for one in some):
            raise DataError("too long")

    monkeypatch.setattr(process, "enter", enter)

    async def work() -> None:
        media = Media(Place("127.0.0.1", 0, tmp_path))
        media.finished = list(batch)
        await media.keep()
        assert media.finished == []

    asyncio.run(work())
    assert sorted(path.name for path in tmp_path.glob("*/*/*")) == ["1.mp4", "2.mp4", "30.odd"]
