"""One camera's pictures, decoded where they are wanted: the newest only, never a queue of old ones."""

from __future__ import annotations

import asyncio
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
MOST_UNITS = 120
DAMAGED = "damaged"
DECODERS = {Codec.H264: "h264", Codec.H265: "hevc"}
Where = Callable[[], Awaitable[Endpoint]]
Units = asyncio.Queue[AccessUnit | None]
"""None stands where pictures were left out."""


class Eye:
    """Watches one camera; `latest` hands out each picture at most once."""

    def __init__(self, name: str, where: Where, a_second: float) -> None:
        self.name, self.a_second = name, a_second
        self._where = where
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._next_at = 0.0
        self._fault = ""

    def latest(self) -> Frame | None:
        """The newest picture that nobody took yet."""
        with self._lock:
            frame, self._frame = self._frame, None
        return frame

    async def run(self) -> None:
        """Until it is cancelled; asks again after a while, whatever went wrong."""
        while True:
            try:
                await self._watch()
            except RtspError as error:
                self._ill(error.fault, error)
            except Exception as error:  # noqa: BLE001 - the database, a name that is not found: it is asked again
                self._ill(type(error).__name__, error)
            await asyncio.sleep(PAUSE_S)

    def _ill(self, fault: str, error: Exception) -> None:
        if self._fault != fault:
            log.warning("plates: camera %s: no picture: %s", self.name, error)
        self._fault = fault

    def _well(self) -> None:
        if self._fault:
            log.info("plates: camera %s: its pictures come again", self.name)
        self._fault = ""

    async def _watch(self) -> None:
        where = await self._where()
        units: Units = asyncio.Queue(MOST_UNITS + 1)
        async with watch(where.url, where.credentials) as stream:
            await stream.play(lambda unit: _put(units, unit))
            both = [asyncio.ensure_future(one) for one in (stream.run(), self._decode_all(stream, units))]
            try:
                done, _rest = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    one.result()
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)

    async def _decode_all(self, stream: Stream, units: Units) -> None:
        """Begins anew at the next key picture where one cannot be decoded or was left out."""
        decoder: av.VideoCodecContext | None = None
        while True:
            unit = await units.get()
            if unit is None:
                decoder = None
                continue
            data = unit.annex_b()
            if unit.key:
                if decoder is not None and self._fault == DAMAGED:
                    self._well()
                decoder = decoder or _decoder(stream.track.codec)
                data = b"".join(b"\x00\x00\x00\x01" + one for one in stream.parameter_sets()) + data
            if decoder is None:
                continue
            try:
                await asyncio.to_thread(self._decode, decoder, data)
            except (av.FFmpegError, ValueError) as error:
                self._ill(DAMAGED, error)
                decoder = None

    def _decode(self, decoder: av.VideoCodecContext, data: bytes) -> None:
        for frame in decoder.decode(av.Packet(data)):
            if self._fault != DAMAGED:
                self._well()
            now = time.time()
            if now < self._next_at:
                continue
            self._next_at = max(self._next_at + 1 / self.a_second, now)
            pixels = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
            with self._lock:
                self._frame = Frame(pixels, now)


def _put(units: Units, unit: AccessUnit) -> None:
    """A reader that is far behind begins anew at the next key picture."""
    if units.qsize() >= MOST_UNITS:
        while not units.empty():
            units.get_nowait()
        units.put_nowait(None)
    units.put_nowait(unit)


def _decoder(codec: Codec) -> av.VideoCodecContext:
    context = av.CodecContext.create(DECODERS[codec], "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    return context
