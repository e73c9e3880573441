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

AT_ONCE, MOST_AGAIN = 64, 32
TIMEOUT_S, PICTURE_S, WHOLE_S = 5.0, 8.0, 25.0
BEAT_S, LATE_S = 0.2, 2.0
LATE = frozenset({Fault.SILENT, Fault.UNREACHABLE})
THUMBNAIL = (320, 10_000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A camera to ask, with what is known of its pictures; one that `worked` is asked twice if need be."""

    source_id: int
    url: str
    username: str
    sealed_password: str
    baseline: Baseline
    before: Shot | None
    worked: bool = False


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
    gate, heart = asyncio.Semaphore(AT_ONCE), Heart()

    async def one(camera: Wanted) -> Answer:
        async with gate:
            return await ask(camera)

    asked = list(wanted)
    async with heart:
        found = list(await asyncio.gather(*(one(camera) for camera in asked)))
        doubted = [n for n, answer in enumerate(found) if asked[n].worked and answer.fault in LATE]
        if len(doubted) <= MOST_AGAIN:
            for n, answer in zip(
                doubted, await asyncio.gather(*(one(asked[n]) for n in doubted)), strict=True
            ):
                found[n] = answer
    # while this process itself had no time, a camera that was late may have been in time
    return [answer for answer in found if not (heart.was_late and answer.fault in LATE)]


class Heart:
    """Notices whether this process gets its time: a loaded machine must not call its cameras silent."""

    def __init__(self) -> None:
        self.worst_s = 0.0
        self._beating: asyncio.Task[None] | None = None

    @property
    def was_late(self) -> bool:
        """For long enough to miss a picture."""
        return self.worst_s > LATE_S

    async def __aenter__(self) -> None:
        self._beating = asyncio.create_task(self._beat())

    async def __aexit__(self, *_why: object) -> None:
        assert self._beating is not None
        self._beating.cancel()

    async def _beat(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT_S)
            self.worst_s = max(self.worst_s, time.monotonic() - before - BEAT_S)


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
    while True:
        try:
            unit = await asyncio.wait_for(units.get(), PICTURE_S)
        except TimeoutError as error:
            words = f"connected, but no whole picture within {PICTURE_S:g} s"
            raise RtspError(Fault.SILENT, words) from error
        if unit is None:
            raise stream.hear_of_end().result()
        yield unit


def decodable(stream: Stream, unit: AccessUnit) -> bytes:
    """The picture with its parameter sets, as a decoder takes it."""
    return b"".join(b"\x00\x00\x00\x01" + one for one in stream.parameter_sets()) + unit.annex_b()
