"""Asks cameras for one key picture each, so many at a time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass

from naoso.connectors.rtsp import AccessUnit, Fault, RtspError, Stream, watch
from naoso.domains.cameras import pictures, reaching
from naoso.domains.cameras.rules import picture as rules
from naoso.domains.cameras.rules.picture import Baseline, Shot
from naoso.kernel.errors import BadInput

AT_ONCE = 64
TIMEOUT_S, AGAIN_S, WHOLE_S = 5.0, 6.0, 25.0
THUMBNAIL = (320, 10_000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A camera to ask, with what is known of its pictures."""

    source_id: int
    url: str
    username: str
    sealed_password: str
    baseline: Baseline
    before: Shot | None


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What one gave, or `fault`. `still`: two pictures in a row were like the one of the round before."""

    source_id: int
    fault: Fault | None = None
    latency_ms: int | None = None
    clock_offset_s: float | None = None
    codec: str = ""
    size: tuple[int, int] | None = None
    shot: Shot | None = None
    still: bool = False
    thumbnail: bytes = b""


async def ask_all(wanted: Iterable[Wanted]) -> list[Answer]:
    """Every camera answers, or has its fault; none holds the others up."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(camera: Wanted) -> Answer:
        async with gate:
            return await ask(camera)

    return list(await asyncio.gather(*(one(camera) for camera in wanted)))


async def ask(camera: Wanted) -> Answer:
    """One of them."""
    try:
        async with asyncio.timeout(WHOLE_S):
            return await _ask(camera)
    except RtspError as error:
        return Answer(camera.source_id, error.fault)
    except TimeoutError:
        return Answer(camera.source_id, Fault.SILENT)
    except BadInput:
        return Answer(camera.source_id, Fault.UNREACHABLE)
    except pictures.Unreadable:
        return Answer(camera.source_id, Fault.UNSUPPORTED)


async def _ask(camera: Wanted) -> Answer:
    who = reaching.opened(camera.username, camera.sealed_password)
    url = await reaching.judged(camera.url)
    started = time.monotonic()
    async with watch(url, who, timeout_s=TIMEOUT_S) as stream:
        latency = time.monotonic() - started
        async with contextlib.aclosing(keys_of(stream)) as keys:
            unit = await anext(keys)
            frame = pictures.picture_of(stream.track.codec, decodable(stream, unit))
            shot = pictures.shot_of(frame)
            still = rules.seems_still(shot, camera.before, camera.baseline)
            if still:
                again = pictures.picture_of(stream.track.codec, decodable(stream, await anext(keys)))
                still = rules.seems_still(pictures.shot_of(again), camera.before, camera.baseline)
        return Answer(
            camera.source_id, None, round(latency * 1000), stream.clock_offset, stream.track.codec.value,
            (frame.width, frame.height), shot, still, pictures.jpeg(frame, *THUMBNAIL),
        )  # fmt: skip


async def keys_of(stream: Stream) -> AsyncGenerator[AccessUnit]:
    """Key pictures as they come; raises RtspError where none comes in time, or the camera goes."""
    units: asyncio.Queue[AccessUnit | None] = asyncio.Queue()
    stream.hear_of_end().add_done_callback(lambda _gone: units.put_nowait(None))
    await stream.play(lambda unit: units.put_nowait(unit) if unit.key else None)
    wait = TIMEOUT_S
    while True:
        try:
            unit = await asyncio.wait_for(units.get(), wait)
        except TimeoutError as error:
            raise RtspError(Fault.SILENT, f"connected, but no whole picture within {wait:g} s") from error
        if unit is None:
            raise stream.hear_of_end().result()
        yield unit
        wait = AGAIN_S


def decodable(stream: Stream, unit: AccessUnit) -> bytes:
    """The picture with its parameter sets, as a decoder takes it."""
    return b"".join(b"\x00\x00\x00\x01" + one for one in stream.parameter_sets()) + unit.annex_b()
