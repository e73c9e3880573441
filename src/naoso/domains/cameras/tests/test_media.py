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
from typing import Any

import av
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.cli.simulated_cameras.scenes import read_number
from naoso.connectors.rtsp import Credentials
from naoso.connectors.rtsp.serving import Camera, Site, serving
from naoso.domains.cameras import tickets
from naoso.domains.cameras.media import recording
from naoso.domains.cameras.media.recording import Recorded, Recording, publish, salvage
from naoso.domains.cameras.media.upstream import Upstreams
from naoso.domains.cameras.media.viewers import OVER, REFUSED, Door
from naoso.domains.cameras.reaching import Endpoint

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


def recorded(clips: dict[str, Any], root: Path, seconds: float, done: list[Recorded]) -> None:
    async def todo(made: Room) -> None:
        consumer = Recording(root, 7, done.append)
        made.upstreams.of(7, "main").join(consumer)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(0.2)
            consumer.flush()

    run(clips, todo)


def test_files_follow_one_another_without_a_gap(
    clips: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LENGTH_S", 1.0)
    done: list[Recorded] = []
    recorded(clips, tmp_path, 5.0, done)
    assert len(done) >= 2
    publish(tmp_path, done)
    for earlier, later in pairwise(done):
        assert abs((later.began_at - earlier.ended_at).total_seconds()) < 0.15
    with av.open(str(tmp_path / done[0].path)) as file:
        assert file.duration == pytest.approx(1_000_000, abs=1000)
    assert len(numbers((tmp_path / done[0].path).read_bytes())) == RATE
    assert done[0].size == (tmp_path / done[0].path).stat().st_size
    assert done[0].codec.startswith("avc1.")


def test_what_was_left_behind_is_saved_up_to_its_last_whole_picture(
    clips: dict[str, Any], tmp_path: Path
) -> None:
    recorded(clips, tmp_path, 2.8, [])
    (part,) = tmp_path.glob("*/*/*.part")
    whole = len(numbers(part.read_bytes()))
    os.truncate(part, part.stat().st_size - 100)  # the machine died in the midst of a picture
    (empty := part.with_name("000000.000.part")).write_bytes(b"\x00\x00\x00\x18ftyp")
    (saved,) = salvage(tmp_path)
    publish(tmp_path, [saved])
    assert not empty.exists()
    assert saved.source_id == 7
    assert len(numbers((tmp_path / saved.path).read_bytes())) == whole - 1
    assert (saved.ended_at - saved.began_at).total_seconds() == pytest.approx((whole - 1) / RATE, abs=0.01)
    assert saved.codec.startswith("avc1.")


def test_a_full_disk_loses_what_waits_too_long_and_recording_goes_on(
    clips: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Recorded] = []
    monkeypatch.setattr(recording, "MOST_HELD", 40_000)

    async def todo(made: Room) -> None:
        consumer = Recording(tmp_path, 7, done.append)
        made.upstreams.of(7, "main").join(consumer)
        await asyncio.sleep(1.6)
        consumer.flush()
        (tmp_path / "7").rename(tmp_path / "gone")
        (tmp_path / "7").touch()  # no folder can be made there
        for _turn in range(12):
            await asyncio.sleep(0.2)
            with pytest.raises(OSError, match="7"):
                consumer.flush()
        (tmp_path / "7").unlink()
        (tmp_path / "gone").rename(tmp_path / "7")
        await asyncio.sleep(1.2)
        consumer.flush()
        consumer.end()
        consumer.flush()

    run(clips, todo)
    assert len(done) >= 2
    publish(tmp_path, done)
    assert all(numbers((tmp_path / one.path).read_bytes()) for one in done)
