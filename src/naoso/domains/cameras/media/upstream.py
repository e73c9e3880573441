"""One connection to one camera, shared by everyone who watches or records it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from django import db

from naoso.connectors.fmp4 import Picture, Sample, describe
from naoso.connectors.fmp4.parameters import NoParameters
from naoso.connectors.rtsp import AccessUnit, Fault, RtspError, Stream, watch
from naoso.connectors.rtsp.frames import Codec
from naoso.domains.cameras.reaching import Endpoint

log = logging.getLogger(__name__)

LINGERS_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
REFUSED_PAUSE_S = 300.0  # many cameras lock out who tries a wrong password often
KEPT_BYTES = 24 * 1024 * 1024
STEADY_S = 20.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture as consumers get it; `ticks` on the upstream's own clock, `at` in Unix seconds."""

    sample: Sample
    ticks: int
    at: float


@dataclass(frozen=True, slots=True)
class Format:
    """What the camera sends from now on."""

    picture: Picture
    clock: int


class Consumer(Protocol):
    """Who takes pictures: called in the event loop, must not wait."""

    def begin(self, form: Format) -> None:
        """The first pictures come, or come in another form: a key picture follows."""

    def take(self, piece: Piece) -> None:
        """One picture."""

    def lost(self, fault: RtspError) -> None:
        """The camera is gone; it is asked again by itself."""


@dataclass(eq=False)
class Upstream:
    """Runs while somebody consumes, and a little longer: a page that is opened again starts at once."""

    name: str
    find: Callable[[], Awaitable[Endpoint]]
    consumers: set[Consumer] = field(default_factory=set)
    form: Format | None = None
    kept: list[Piece] = field(default_factory=list)
    fault: RtspError | None = None
    _kept_bytes: int = 0
    _last: int | None = None
    _step: int = 0
    _sets: tuple[bytes, ...] = ()
    _task: asyncio.Task[None] | None = None
    _leaving: asyncio.TimerHandle | None = None

    def join(self, consumer: Consumer) -> None:
        """It is told the form and all since the last key picture first."""
        self.consumers.add(consumer)
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        elif self.form is not None:
            consumer.begin(self.form)  # it waits for a key picture where none is kept
            for piece in self.kept:
                consumer.take(piece)
        elif self.fault is not None:
            consumer.lost(self.fault)

    def leave(self, consumer: Consumer) -> None:
        """The last one who leaves ends it, after a while."""
        self.consumers.discard(consumer)
        if not self.consumers and self._task is not None and self._leaving is None:
            self._leaving = asyncio.get_running_loop().call_later(LINGERS_S, self.end)

    def end(self) -> None:
        """Lets go of the camera."""
        self._leaving = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._forget()

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            try:
                await self._watch()
            except RtspError as error:
                if self.fault is None or self.fault.fault is not error.fault:
                    log.warning("camera %s: %s", self.name, error)
                self._fail(error)
            except db.Error as error:
                self._fail(
                    RtspError(Fault.UNREACHABLE, f"its address cannot be read: {type(error).__name__}")
                )
            except Exception:
                log.exception("camera %s", self.name)
                self._fail(RtspError(Fault.UNSUPPORTED, "the camera's answer could not be understood"))
            steady = time.monotonic() - began > STEADY_S
            pause = FIRST_PAUSE_S if steady else min(pause * 2, LONGEST_PAUSE_S)
            if self.fault is not None and self.fault.fault is Fault.REFUSED:
                pause = REFUSED_PAUSE_S
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - cameras do not dial in step

    async def _watch(self) -> None:
        where = await self.find()
        async with watch(where.url, where.credentials) as stream:
            await stream.play(lambda unit: self._take(stream, unit))
            await stream.run()

    def _fail(self, error: RtspError) -> None:
        self.fault = error
        self._forget()
        for consumer in tuple(self.consumers):
            consumer.lost(error)

    def _forget(self) -> None:
        self.form, self._sets, self._last, self._step = None, (), None, 0
        self.kept.clear()
        self._kept_bytes = 0

    def _take(self, stream: Stream, unit: AccessUnit) -> None:
        if unit.key:
            sets = stream.parameter_sets()
            if sets != self._sets:
                self._begin(stream, sets)
            self.kept.clear()
            self._kept_bytes = 0
        if self.form is None:
            return
        if self._last is not None and 0 < unit.ticks - self._last < 10 * self.form.clock:
            self._step = unit.ticks - self._last
        self._last = unit.ticks
        piece = Piece(
            Sample(unit.nals, self._step or self.form.clock // 15, unit.key), unit.ticks, time.time()
        )
        self._keep(piece)
        for consumer in tuple(self.consumers):
            consumer.take(piece)

    def _begin(self, stream: Stream, sets: tuple[bytes, ...]) -> None:
        """Another size or profile: whoever watches starts anew."""
        try:
            picture = describe(sets, hevc=stream.track.codec is Codec.H265)
        except NoParameters as error:
            raise RtspError(Fault.UNSUPPORTED, str(error)) from error
        if self.fault is not None:
            log.info("camera %s: pictures come again", self.name)
        self._sets, self.fault = sets, None
        self.form = Format(picture, stream.track.clock)
        for consumer in tuple(self.consumers):
            consumer.begin(self.form)

    def _keep(self, piece: Piece) -> None:
        self._kept_bytes += sum(map(len, piece.sample.nals))
        if self._kept_bytes <= KEPT_BYTES:
            self.kept.append(piece)
        else:  # no key picture for very long: newcomers wait for the next
            self.kept.clear()


class Upstreams:
    """All connections of this process, by source and size of the picture."""

    def __init__(self, find: Callable[[int, str], Awaitable[Endpoint]]) -> None:
        self._find = find
        self._held: dict[tuple[int, str], Upstream] = {}

    def of(self, source_id: int, size: str) -> Upstream:
        """The one connection."""
        key = source_id, size
        if key not in self._held:
            self._held[key] = Upstream(f"{source_id}/{size}", lambda: self._find(source_id, size))
        return self._held[key]

    def drop(self, source_id: int) -> None:
        """Its address changed or it was taken out of use: who consumes it connects anew."""
        for (held, _size), upstream in list(self._held.items()):
            if held == source_id:
                consumers = tuple(upstream.consumers)
                upstream.end()
                for consumer in consumers:
                    upstream.join(consumer)

    async def end(self) -> None:
        """All of them."""
        for upstream in self._held.values():
            upstream.end()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
