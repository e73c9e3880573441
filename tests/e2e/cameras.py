"""The demonstration's cameras for these tests: small pictures, faults when a test wants them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from naoso.cli import engines
from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.connectors.rtsp import Credentials
from naoso.connectors.rtsp.serving import Camera, Site, serving

from .centre import LiveCentre

MAIN = Form(640, 360, 15, 400_000, seconds=4.0)
SUB = Form(320, 180, 10, 150_000, seconds=4.0)


@contextmanager
def simulated(centre: LiveCentre, codes: list[str]) -> Iterator[Site]:
    """These cameras answer while the block runs; the others do not."""
    password = centre.python(
        "from naoso.core.registry.secrets import demo_secret; print(demo_secret('cameras'))"
    )
    cameras = {code: Camera("main-0", "sub-0") for code in codes}
    site = Site({"main-0": drawn(MAIN, 3), "sub-0": drawn(SUB, 3)}, cameras, Credentials("demo", password))
    loop = asyncio.new_event_loop()
    up, over = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with serving(site, engines.LOOPBACK, int(centre.env["NAOSO_CAMERA_SIMULATOR_PORT"])):
            up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(10)
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
