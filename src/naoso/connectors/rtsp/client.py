"""One camera watched over one connection: DESCRIBE, SETUP (interleaved), PLAY, and pictures as they come."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from naoso.connectors.rtsp import messages, sdp
from naoso.connectors.rtsp.address import NOBODY, Credentials, joined, parse_address
from naoso.connectors.rtsp.auth import Challenge, challenge_of
from naoso.connectors.rtsp.errors import Fault, RtspError
from naoso.connectors.rtsp.frames import AccessUnit, Assembler, Track, sender_time

TIMEOUT_S = 5.0
KEPT_ALIVE_S = 25.0
SESSION_LOST = 454
BEAT_S = 2.0


class Connection(asyncio.Protocol):
    """Bytes of the socket: answers to what was asked, and packets of the picture between them."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answers: asyncio.Queue[messages.Response] = asyncio.Queue()
        self.closed: asyncio.Future[RtspError] = asyncio.get_running_loop().create_future()
        self.assembler: Assembler | None = None
        self.clock: float | None = None
        self.heard_at = time.monotonic()
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits is told."""
        self._end(RtspError(Fault.UNREACHABLE, f"the connection broke: {exc or 'closed by the camera'}"))

    def data_received(self, data: bytes) -> None:
        """As much as there is of whole packets and answers."""
        if self._rest:
            data = self._rest + data
        self.heard_at = time.monotonic()
        try:
            at = self._take(data)
        except RtspError as error:
            self._end(error)
            if self.transport:
                self.transport.abort()
            return
        self._rest = data[at:]

    def _take(self, data: bytes) -> int:
        at, end = 0, len(data)
        while end - at >= 4:
            if data[at] != 0x24:
                found = messages.take_response(data[at:])
                if found is None:
                    break
                self.answers.put_nowait(found[0])
                at += found[1]
                continue
            stop = at + 4 + (data[at + 2] << 8 | data[at + 3])
            if stop > end:
                break
            channel = data[at + 1]
            if channel == 0 and self.assembler is not None:
                self.assembler.packet(data, at + 4, stop)
            elif channel == 1:
                sent = sender_time(data, at + 4, stop)
                self.clock = sent - time.time() if sent is not None else self.clock
            at = stop
        return at

    def _end(self, error: RtspError) -> None:
        if not self.closed.done():
            self.closed.set_result(error)


class Stream:
    """A camera that was asked and answers; `track` is what it gives.

    `clock_offset`: seconds by which the camera's clock is ahead, from its RTCP reports or, until one
    comes, from the Date of its answers; None where it tells neither.
    """

    def __init__(self, connection: Connection, url: str, credentials: Credentials, timeout_s: float) -> None:
        self._connection, self._url, self._credentials = connection, url, credentials
        self._timeout_s = timeout_s
        self._challenge: Challenge | None = None
        self._sequence = 0
        self._session = ""
        self._dated: float | None = None
        self._alive_every = KEPT_ALIVE_S
        self.track: Track

    @property
    def clock_offset(self) -> float | None:
        """Seconds; see the class."""
        return self._connection.clock if self._connection.clock is not None else self._dated

    def parameter_sets(self) -> tuple[bytes, ...]:
        """SPS and PPS (before them VPS) as last heard."""
        return self._connection.assembler.parameter_sets() if self._connection.assembler else ()

    async def ask(self, method: str, url: str, headers: dict[str, str] | None = None) -> messages.Response:
        """One request and its answer; a challenge is answered once. Raises RtspError."""
        answer = await self._exchange(method, url, headers or {})
        if answer.status == 401 and self._credentials:
            self._challenge = challenge_of(answer.headers.get("www-authenticate", []))
            if self._challenge is not None:
                answer = await self._exchange(method, url, headers or {})
        if answer.status in {401, 403}:
            raise RtspError(Fault.REFUSED, "the camera refuses the user name or the password")
        if answer.status == 404:
            raise RtspError(Fault.UNSUPPORTED, "the camera knows no picture at this path (404)")
        if answer.status >= 300:
            raise RtspError(Fault.UNSUPPORTED, f"the camera answered {answer.status} to {method}")
        return answer

    async def _exchange(self, method: str, url: str, headers: dict[str, str]) -> messages.Response:
        self._sequence += 1
        sent = dict(headers)
        if self._session:
            sent["Session"] = self._session
        if self._challenge is not None:
            sent["Authorization"] = self._challenge.answer(self._credentials, method, url)
        assert self._connection.transport is not None
        self._connection.transport.write(messages.request(method, url, self._sequence, sent))
        while True:
            answer = await self._next_answer(method)
            number = answer.first("cseq")
            if not number or number == str(self._sequence):
                return answer

    async def _next_answer(self, method: str) -> messages.Response:
        waiting = asyncio.ensure_future(self._connection.answers.get())
        either: set[asyncio.Future[Any]] = {waiting, self._connection.closed}
        try:
            done, _rest = await asyncio.wait(
                either, timeout=self._timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
            if waiting in done:
                return waiting.result()
        finally:
            waiting.cancel()
        if done:
            raise self._connection.closed.result()
        raise RtspError(Fault.SILENT, f"no answer to {method} within {self._timeout_s:g} s")

    async def describe(self) -> None:
        """What the camera gives."""
        answer = await self.ask("DESCRIBE", self._url, {"Accept": "application/sdp"})
        self._dated = _offset(answer.first("date"))
        self._url = answer.first("content-base") or answer.first("content-location") or self._url
        self.track = sdp.video_track(answer.body.decode("utf-8", "replace"))

    async def play(self, give: Callable[[AccessUnit], None]) -> None:
        """From now on pictures are given as they are complete, in the event loop's thread."""
        self._connection.assembler = Assembler(self.track, give)
        transport = "RTP/AVP/TCP;unicast;interleaved=0-1"
        answer = await self.ask("SETUP", joined(self._url, self.track.control), {"Transport": transport})
        self._session, _mark, rest = answer.first("session").partition(";")
        timeout = rest.partition("timeout=")[2].strip()
        if timeout.isdigit() and int(timeout) > 1:
            self._alive_every = min(KEPT_ALIVE_S, int(timeout) / 2)
        await self.ask("PLAY", self._url, {"Range": "npt=0.000-"})

    async def run(self, silence_s: float = 10.0) -> None:
        """Keeps the session alive until it breaks: always ends with RtspError."""
        alive_at = time.monotonic() + self._alive_every
        while True:
            done, _rest = await asyncio.wait({self._connection.closed}, timeout=min(BEAT_S, silence_s))
            if done:
                raise self._connection.closed.result()
            now = time.monotonic()
            if now - self._connection.heard_at > silence_s:
                raise RtspError(Fault.SILENT, f"nothing came for {silence_s:g} s")
            if now >= alive_at:
                alive_at = now + self._alive_every
                await self._keep_alive()

    async def _keep_alive(self) -> None:
        """Any answer keeps a session, also that it knows no such request; only a lost session is a fault."""
        with contextlib.suppress(RtspError):
            answer = await self._exchange("GET_PARAMETER", self._url, {})
            if answer.status == SESSION_LOST:
                assert self._connection.transport is not None
                self._connection.transport.abort()

    async def teardown(self) -> None:
        """As far as the camera still listens."""
        with contextlib.suppress(RtspError, TimeoutError):
            await asyncio.wait_for(self._exchange("TEARDOWN", self._url, {}), 0.5)

    def hear_of_end(self) -> asyncio.Future[RtspError]:
        """Done when the connection is gone."""
        return self._connection.closed


def _offset(date: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None


@asynccontextmanager
async def watch(
    url: str, credentials: Credentials = NOBODY, *, timeout_s: float = TIMEOUT_S, described: bool = True
) -> AsyncIterator[Stream]:  # fmt: skip
    """An open camera, described unless told otherwise; `play` starts the picture.

    Raises RtspError, and BadInput for the address.
    """
    address = parse_address(url)
    loop = asyncio.get_running_loop()
    tls = ssl.create_default_context() if address.tls else None
    try:
        transport, connection = await asyncio.wait_for(
            loop.create_connection(Connection, address.host, address.port, ssl=tls), timeout_s
        )
    except TimeoutError as error:
        raise RtspError(Fault.UNREACHABLE, f"no connection within {timeout_s:g} s") from error
    except OSError as error:
        raise RtspError(Fault.UNREACHABLE, f"no connection: {error.strerror or error}") from error
    stream = Stream(connection, url, credentials, timeout_s)
    try:
        if described:
            await stream.describe()
        yield stream
        await stream.teardown()
    finally:
        transport.abort()
