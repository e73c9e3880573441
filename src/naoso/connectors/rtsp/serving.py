"""Be many cameras on one port: RTSP with digest, pictures that were encoded before, faults on request.

Every camera sends picture `floor(clock · rate) mod n` of its clip, so that a viewer who can read a number
out of the picture knows how late it is.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import email.utils
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from struct import pack
from typing import cast
from urllib.parse import urlsplit

from naoso.connectors.rtsp import auth
from naoso.connectors.rtsp.address import Credentials
from naoso.connectors.rtsp.frames import NTP_EPOCH, Codec
from naoso.connectors.rtsp.messages import END, HEAD_LIMIT, headers_of
from naoso.connectors.rtsp.packets import PAYLOAD, Picture, packed

REALM = "naoso-simulator"
CLOCK = 90_000
REPORT_S = 5.0
REASONS = {
    200: "OK", 401: "Unauthorized", 404: "Not Found", 454: "Session Not Found", 501: "Not Implemented",
}  # fmt: skip
BEHIND = 4 * 1024 * 1024  # a viewer who does not read is not sent more

OFFLINE, HANGING, SILENT, REFUSING, OLD_CLOCK = "offline", "hanging", "silent", "refusing", "1970"
UNKNOWING, FORGETFUL = "unknowing", "forgetful"  # it knows no GET_PARAMETER, or no session any more


@dataclass(frozen=True)
class Clip:
    """Pictures at a steady rate; the first is a key picture. `parameters`: SPS and PPS (before them VPS)."""

    codec: Codec
    rate: float
    parameters: tuple[bytes, ...]
    pictures: tuple[Picture, ...]

    def at(self, clock: float) -> int:
        """The number of the picture of that moment, counted without end."""
        return int(clock * self.rate)


@dataclass
class Camera:
    """One path of the server: names of its clips. `fault` is one of the names above, or that of a clip.

    A clip called `<fault>:<sub>` is shown for both sizes while the camera has that fault.
    """

    main: str
    sub: str
    fault: str = ""


@dataclass
class Site:
    """All cameras behind one port. Without credentials, anybody may watch.

    A clip that is still being made is stood in for by another of its size: names share three letters.
    """

    clips: dict[str, Clip]
    cameras: dict[str, Camera] = field(default_factory=dict)
    who: Credentials = field(default_factory=Credentials)
    watching: int = 0
    viewers: set[Viewer] = field(default_factory=set)

    def find(self, url: str) -> tuple[Camera, bool] | None:
        """The camera of `rtsp://host/<code>` or `…/<code>/sub`, and whether the small picture is meant."""
        parts = [part for part in urlsplit(url).path.split("/") if part and part != "track"]
        small = len(parts) > 1 and parts[1] == "sub"
        camera = self.cameras.get(parts[0]) if parts else None
        return (camera, small) if camera else None

    def clip(self, camera: Camera, *, small: bool) -> Clip:
        """What it shows now: a fault's own clip where there is one."""
        name = camera.sub if small else camera.main
        shown = self.clips.get(f"{camera.fault}:{camera.sub}") or self.clips.get(name)
        return shown or next(clip for known, clip in tuple(self.clips.items()) if known[:3] == name[:3])


class Viewer(asyncio.Protocol):
    """One connection."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.nonce = secrets.token_hex(16)
        self.session = secrets.token_hex(8)
        self.transport: asyncio.Transport | None = None
        self.playing: asyncio.Task[None] | None = None
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self.site.viewers.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Nobody watches any more."""
        self.site.viewers.discard(self)
        if self.playing is not None:
            self.playing.cancel()

    def data_received(self, data: bytes) -> None:
        """Requests, one after another; interleaved reports of the viewer are passed over."""
        self._rest += data
        while self._rest:
            if self._rest[0] == 0x24:
                if len(self._rest) < 4 or len(self._rest) < 4 + (
                    length := int.from_bytes(self._rest[2:4], "big")
                ):
                    return
                self._rest = self._rest[4 + length :]
                continue
            head, end, self._rest = self._rest.partition(END)
            if not end:
                self._rest = head if len(head) <= HEAD_LIMIT else b""
                return
            self._request(head.decode("latin-1").split("\r\n"))

    def _request(self, lines: list[str]) -> None:
        parts = lines[0].split(" ")
        if len(parts) != 3 or self.transport is None:
            return
        method, url, _version = parts
        headers = {name: values[0] for name, values in headers_of(lines[1:]).items()}
        found = self.site.find(url)
        camera = found[0] if found else None
        if camera is not None and method != "SET_PARAMETER":
            if camera.fault == OFFLINE:
                self.transport.abort()
                return
            if camera.fault == HANGING:
                return
        given = headers.get("authorization", "")
        open_to_all = method == "OPTIONS" or not self.site.who
        refusing = camera is not None and camera.fault == REFUSING and method != "SET_PARAMETER"
        if refusing or not (open_to_all or self._knows(given, method)):
            self._answer(headers, 401, {"WWW-Authenticate": f'Digest realm="{REALM}", nonce="{self.nonce}"'})
        elif found is None:
            self._answer(headers, 404)
        else:
            self._serve(method, url, headers, *found)

    def _knows(self, header: str, method: str) -> bool:
        return auth.accepts(header, self.site.who, method, self.nonce, REALM)

    def _serve(self, method: str, url: str, headers: dict[str, str], camera: Camera, small: bool) -> None:
        clock = {"Date": email.utils.formatdate(0 if camera.fault == OLD_CLOCK else None, usegmt=True)}
        if method == "DESCRIBE":
            sdp = session_description(self.site.clip(camera, small=small)).encode()
            self._answer(
                headers, 200, clock | {"Content-Base": f"{url}/", "Content-Type": "application/sdp"}, sdp
            )
        elif method == "SETUP":
            transport = "RTP/AVP/TCP;unicast;interleaved=0-1"
            self._answer(headers, 200, {"Transport": transport, "Session": f"{self.session};timeout=60"})
        elif method == "PLAY":
            self._answer(headers, 200, {"Session": self.session})
            self.playing = asyncio.get_running_loop().create_task(self._play(camera, small))
        elif method == "GET_PARAMETER" and camera.fault in {UNKNOWING, FORGETFUL}:
            self._answer(headers, 501 if camera.fault == UNKNOWING else 454)
        elif method == "SET_PARAMETER":
            camera.fault = headers.get("x-fault", "")
            self._answer(headers, 200)
        else:
            self._answer(headers, 200, clock | {"Public": "DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"})

    def _answer(
        self, asked: dict[str, str], status: int, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> None:
        reason = REASONS[status]
        lines = [f"RTSP/1.0 {status} {reason}", f"CSeq: {asked.get('cseq', '')}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        assert self.transport is not None
        self.transport.write("\r\n".join(lines).encode() + END + body)

    async def _play(self, camera: Camera, small: bool) -> None:
        self.site.watching += 1
        with contextlib.suppress(asyncio.CancelledError):
            await self._send(camera, small)
        self.site.watching -= 1

    async def _send(self, camera: Camera, small: bool) -> None:
        assert self.transport is not None
        ssrc, sequence, reported = secrets.randbits(32), 0, 0.0
        clip = self.site.clip(camera, small=small)
        number, whole = clip.at(time.time()), True
        while not self.transport.is_closing():
            if camera.fault == OFFLINE:
                self.transport.abort()
                return
            shows = self.site.clip(camera, small=small)
            whole = whole and shows is clip
            clip, now = shows, time.time()
            # a picture that was late is left out only where the loop fell far behind
            number = max(number + 1, clip.at(now) - int(clip.rate))
            await asyncio.sleep(max(0.0, number / clip.rate - now))
            if camera.fault in {SILENT, HANGING}:
                continue
            shown = clip.pictures[number % len(clip.pictures)]
            whole = whole or shown.key
            if not whole:
                continue  # another clip begins with a key picture: nobody could decode the rest
            stamp = int(number * CLOCK / clip.rate)
            if now - reported > REPORT_S:
                reported = now
                self.transport.write(report(ssrc, stamp, 0.0 if camera.fault == OLD_CLOCK else now))
            if self.transport.get_write_buffer_size() < BEHIND:
                self.transport.write(packed(shown, sequence, stamp, ssrc))
                sequence = (sequence + len(shown.payloads)) & 0xFFFF


def report(ssrc: int, stamp: int, clock: float) -> bytes:
    """A sender report (RFC 3550, 6.4.1) on channel 1."""
    ntp = clock + NTP_EPOCH
    body = pack(
        ">BBHIIIIII", 0x80, 200, 6, ssrc, int(ntp), int(ntp % 1 * (1 << 32)), stamp & 0xFFFFFFFF, 0, 0
    )
    return pack(">BBH", 0x24, 1, len(body)) + body


def session_description(clip: Clip) -> str:
    """The SDP of a clip."""
    sets = [base64.b64encode(one).decode() for one in clip.parameters]
    if clip.codec is Codec.H264:
        name, fmtp = "H264", f"packetization-mode=1;sprop-parameter-sets={','.join(sets)}"
    else:
        vps, sps, pps = sets
        name, fmtp = "H265", f"sprop-vps={vps};sprop-sps={sps};sprop-pps={pps}"
    return "\r\n".join((
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=naoso", "t=0 0", f"m=video 0 RTP/AVP {PAYLOAD}",
        f"a=rtpmap:{PAYLOAD} {name}/{CLOCK}", f"a=fmtp:{PAYLOAD} {fmtp}", "a=control:track", "",
    ))  # fmt: skip


@contextlib.asynccontextmanager
async def serving(site: Site, host: str, port: int) -> AsyncIterator[int]:
    """The server while the block runs; gives its port (0 chooses one)."""
    server = await asyncio.get_running_loop().create_server(lambda: Viewer(site), host, port, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for viewer in tuple(site.viewers):
            if viewer.transport is not None:
                viewer.transport.abort()
        for _turn in range(5):  # they hear of it in the loop's next turns
            await asyncio.sleep(0.01)
