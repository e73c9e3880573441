"""Simulated cameras and the media process's parts, over real sockets, in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import av
from websockets.asyncio.server import serve

from naoso.cli.simulated_cameras.clips import Form
from naoso.cli.simulated_cameras.scenes import read_number
from naoso.connectors.rtsp import Credentials
from naoso.connectors.rtsp.serving import Camera, Site, serving
from naoso.domains.cameras.media.upstream import Upstreams
from naoso.domains.cameras.media.viewers import Door
from naoso.domains.cameras.reaching import Endpoint

RATE = 10
FORM = Form(320, 180, RATE, 200_000, group_s=1.0, seconds=2.0)
LARGER = Form(480, 270, RATE, 200_000, group_s=1.0, seconds=2.0)
WHO = Credentials("demo", "geheim")


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


def numbers(data: bytes) -> list[int]:
    with av.open(BytesIO(data)) as file:
        found = [read_number(frame.to_ndarray(format="rgb24")) for frame in file.decode(video=0)]
    assert None not in found
    return [number for number in found if number is not None]
