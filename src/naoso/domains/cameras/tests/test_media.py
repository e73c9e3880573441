"""Pages that watch: RTSP in, fragmented MP4 over WebSocket out, over real sockets."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from naoso.domains.cameras import tickets
from naoso.domains.cameras.media.viewers import OVER, REFUSED
from naoso.domains.cameras.tests.media_room import RATE, Room, numbers, run

pytestmark = pytest.mark.usefixtures("loopback")


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
