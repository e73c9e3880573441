"""One camera's pictures, decoded where they are wanted: the newest only, never a queue of old ones."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable

import av
import numpy as np

from naoso.connectors.plates import Frame
from naoso.connectors.rtsp import AccessUnit, RtspError, Stream, watch
from naoso.connectors.rtsp.frames import Codec
from naoso.domains.cameras.reaching import Endpoint

log = logging.getLogger(__name__)

PAUSE_S = 5.0
DECODERS = {Codec.H264: "h264", Codec.H265: "hevc"}
Where = Callable[[], Awaitable[Endpoint]]


class Eye:
    """Watches one camera; `latest` hands out each picture at most once."""

    def __init__(self, name: str, where: Where, a_second: float) -> None:
        self.name, self.a_second = name, a_second
        self._where = where
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._decoder: av.VideoCodecContext | None = None
        self._next_at = 0.0
        self._fault = ""

    def latest(self) -> Frame | None:
        """The newest picture that nobody took yet."""
        with self._lock:
            frame, self._frame = self._frame, None
        return frame

    async def run(self) -> None:
        """Until it is cancelled; asks again after a while where the camera is gone."""
        while True:
            try:
                await self._watch()
            except RtspError as error:
                if self._fault != error.fault:
                    log.warning("plates: camera %s: %s", self.name, error)
                self._fault = error.fault
            except (av.FFmpegError, ValueError) as error:
                log.warning("plates: camera %s: its picture cannot be decoded: %s", self.name, error)
            await asyncio.sleep(PAUSE_S)

    async def _watch(self) -> None:
        where = await self._where()
        units: asyncio.Queue[AccessUnit] = asyncio.Queue(120)
        async with watch(where.url, where.credentials) as stream:
            await stream.play(lambda unit: _put(units, unit))
            decoding = asyncio.create_task(self._decode_all(stream, units))
            try:
                await stream.run()
            finally:
                decoding.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await decoding

    async def _decode_all(self, stream: Stream, units: asyncio.Queue[AccessUnit]) -> None:
        self._decoder = None
        while True:
            unit = await units.get()
            if unit.key:
                self._decoder = self._decoder or _decoder(stream.track.codec)
                sets = b"".join(b"\x00\x00\x00\x01" + one for one in stream.parameter_sets())
                await asyncio.to_thread(self._decode, sets + unit.annex_b())
            elif self._decoder is not None:
                await asyncio.to_thread(self._decode, unit.annex_b())

    def _decode(self, data: bytes) -> None:
        assert self._decoder is not None
        for frame in self._decoder.decode(av.Packet(data)):
            self._fault = ""
            now = time.time()
            if now < self._next_at:
                continue
            self._next_at = max(self._next_at + 1 / self.a_second, now)
            pixels = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
            with self._lock:
                self._frame = Frame(pixels, now)


def _put(units: asyncio.Queue[AccessUnit], unit: AccessUnit) -> None:
    """A reader that is far behind begins anew at the next key picture."""
    if units.full():
        while not units.empty():
            units.get_nowait()
    units.put_nowait(unit)


def _decoder(codec: Codec) -> av.VideoCodecContext:
    context = av.CodecContext.create(DECODERS[codec], "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    return context
