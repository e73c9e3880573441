"""What a camera gives, found out by asking it once: for the test on entry and for its health."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from naoso.connectors.rtsp.address import NOBODY, Credentials
from naoso.connectors.rtsp.client import TIMEOUT_S, watch
from naoso.connectors.rtsp.errors import Fault, RtspError
from naoso.connectors.rtsp.frames import AccessUnit, Codec


@dataclass(frozen=True, slots=True)
class Probe:
    """`picture` is the first key picture with its parameter sets, Annex B: what a decoder needs.

    `latency_s` until the camera described itself, `picture_s` until that picture was there; `rate` counts
    pictures a second where more than one was waited for; `clock_offset` in seconds, see `Stream`.
    """

    codec: Codec
    picture: bytes
    latency_s: float
    picture_s: float
    clock_offset: float | None
    rate: float | None = None


async def probe(
    url: str, credentials: Credentials = NOBODY, *, timeout_s: float = TIMEOUT_S, count_s: float = 0.0
) -> Probe:  # fmt: skip
    """Waits for one key picture, and then `count_s` more to count. Raises RtspError, BadInput."""
    began = time.monotonic()
    units: list[AccessUnit] = []
    first = asyncio.Event()

    def give(unit: AccessUnit) -> None:
        units.append(unit)
        first.set()

    async with watch(url, credentials, timeout_s=timeout_s) as stream:
        latency = time.monotonic() - began
        await stream.play(give)
        ended = stream.hear_of_end()
        waiting = asyncio.ensure_future(first.wait())
        either: set[asyncio.Future[Any]] = {waiting, ended}
        await asyncio.wait(either, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not units:
            if ended.done():
                raise ended.result()
            raise RtspError(Fault.SILENT, f"connected, but no whole picture within {timeout_s:g} s")
        picture_s = time.monotonic() - began
        if count_s:
            await asyncio.sleep(count_s)
        sets = b"".join(b"\x00\x00\x00\x01" + one for one in stream.parameter_sets())
        return Probe(
            stream.track.codec, sets + units[0].annex_b(), latency, picture_s, stream.clock_offset,
            rate_of(units, stream.track.clock),
        )  # fmt: skip


def rate_of(units: list[AccessUnit], clock: int) -> float | None:
    """Pictures a second by the camera's own clock."""
    if len(units) < 2 or units[-1].ticks <= units[0].ticks:
        return None
    return (len(units) - 1) * clock / (units[-1].ticks - units[0].ticks)
