"""Be many ONVIF cameras on one port: their SOAP over HTTP, their answers to WS-Discovery over UDP.

Each has an own path, `/onvif/<code>/device_service`; what it says of its pictures is an RTSP server's.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote

from naoso.connectors.onvif.errors import OnvifError
from naoso.connectors.onvif.names import DEVICE, MEDIA, PTZ, SCOPE, tag
from naoso.connectors.onvif.soap import (
    BODY_LIMIT,
    Element,
    Login,
    accepts,
    element,
    envelope,
    parsed,
    text_of,
)

MAIN, SUB = "main", "sub"
SIZES = {MAIN: ("1920", "1080"), SUB: ("640", "360")}
SPEED = 0.6  # of the whole way in a second, at full speed
HEAD_LIMIT = 16 * 1024


@dataclass
class SimulatedCamera:
    """One device: where it looks (pan and tilt from -1 to 1, zoom from 0 to 1), and how fast it turns now."""

    name: str
    rtsp: str
    maker: str = "Sao Mai Vision"
    model: str = "SM-PTZ 20"
    turns: bool = True
    place: tuple[float, float, float] = (0.0, 0.0, 0.0)
    speed: tuple[float, float, float] = (0.0, 0.0, 0.0)
    presets: dict[str, tuple[str, tuple[float, float, float]]] = field(default_factory=dict)
    since: float = 0.0
    until: float = 0.0

    def settle(self, now: float) -> tuple[float, float, float]:
        """Where it looks at this moment of the monotonic clock."""
        went = max(0.0, min(now, self.until) - self.since)
        pan, tilt, zoom = (at + v * SPEED * went for at, v in zip(self.place, self.speed, strict=True))
        self.place = (max(-1.0, min(1.0, pan)), max(-1.0, min(1.0, tilt)), max(0.0, min(1.0, zoom)))
        self.since = now
        return self.place


@dataclass
class Gate:
    """All devices behind one port; `moved` hears of a device that was turned, `calls` of every action."""

    cameras: dict[str, SimulatedCamera]
    who: Login = field(default_factory=Login)
    moved: Callable[[str, SimulatedCamera], None] = lambda _code, _camera: None
    clock_offset_s: float = 0.0
    calls: list[str] = field(default_factory=list)
    open: set[asyncio.StreamWriter] = field(default_factory=set)


class Denied(Exception):
    """A SOAP fault with this subcode."""


def answered(gate: Gate, host: str, code: str, raw: bytes) -> tuple[int, bytes]:
    """The HTTP status and the envelope to a request."""
    camera = gate.cameras.get(code)
    if camera is None:
        return 404, b""
    try:
        root = parsed(raw)
        action, asked = _admitted(gate, camera, root)
        gate.calls.append(action)
        return 200, envelope(ACTIONS[action](Asked(gate, camera, code, f"http://{host}/onvif/{code}", asked)))
    except (Denied, OnvifError, ValueError) as error:
        words = str(error) if isinstance(error, Denied) else "ter:WellFormed"
        subcode = element("s:Subcode", element("s:Value", words))
        fault = element(
            "s:Fault", element("s:Code", element("s:Value", "s:Sender"), subcode),
            element("s:Reason", element("s:Text", words)),
        )  # fmt: skip
        return 400, envelope(fault)


def _admitted(gate: Gate, camera: SimulatedCamera, root: Element) -> tuple[str, Element]:
    """What is asked for; raises Denied where the device would not do it."""
    body = root.find(tag("s:Body"))
    if body is None or len(body) == 0:
        raise Denied("ter:WellFormed")
    action = str(body[0].tag).rpartition("}")[2]
    if action != "GetSystemDateAndTime" and not accepts(root, gate.who):
        raise Denied("ter:NotAuthorized")
    if action not in ACTIONS or (str(body[0].tag).startswith(f"{{{PTZ}}}") and not camera.turns):
        raise Denied("ter:ActionNotSupported")
    return action, body[0]


@dataclass(frozen=True)
class Asked:
    """One request to one device, and the address that it knows itself by."""

    gate: Gate
    camera: SimulatedCamera
    code: str
    base: str
    body: Element


def system_time(asked: Asked) -> Element:
    """GetSystemDateAndTime."""
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=asked.gate.clock_offset_s)
    clock = element(
        "tt:UTCDateTime",
        _numbers("tt:Time", Hour=now.hour, Minute=now.minute, Second=now.second),
        _numbers("tt:Date", Year=now.year, Month=now.month, Day=now.day),
    )
    facts = element("tt:DateTimeType", "NTP"), element("tt:DaylightSavings", "false")
    return element("tds:GetSystemDateAndTimeResponse", element("tds:SystemDateAndTime", *facts, clock))


def _numbers(name: str, **numbers: int) -> Element:
    return element(name, *(element(f"tt:{part}", str(number)) for part, number in numbers.items()))


def information(asked: Asked) -> Element:
    """GetDeviceInformation."""
    facts = {
        "Manufacturer": asked.camera.maker, "Model": asked.camera.model, "FirmwareVersion": "1.0",
        "SerialNumber": f"SIM-{asked.code}", "HardwareId": "simulated",
    }  # fmt: skip
    return element(
        "tds:GetDeviceInformationResponse", *(element(f"tds:{name}", words) for name, words in facts.items())
    )


def capabilities(asked: Asked) -> Element:
    """GetCapabilities."""
    places = [("Media", "media_service"), *([("PTZ", "ptz_service")] if asked.camera.turns else [])]
    rows = [element(f"tt:{name}", element("tt:XAddr", f"{asked.base}/{place}")) for name, place in places]
    return element("tds:GetCapabilitiesResponse", element("tds:Capabilities", *rows))


def services(asked: Asked) -> Element:
    """GetServices."""
    places = {DEVICE: "device_service", MEDIA: "media_service"}
    places |= {PTZ: "ptz_service"} if asked.camera.turns else {}
    rows = [
        element(
            "tds:Service", element("tds:Namespace", space), element("tds:XAddr", f"{asked.base}/{place}"),
            element("tds:Version", element("tt:Major", "2"), element("tt:Minor", "60")),
        )
        for space, place in places.items()
    ]  # fmt: skip
    return element("tds:GetServicesResponse", *rows)


def profiles(asked: Asked) -> Element:
    """GetProfiles: a large and a small picture."""
    return element("trt:GetProfilesResponse", *(_profile(asked, token) for token in SIZES))


def _profile(asked: Asked, token: str) -> Element:
    width, height = SIZES[token]
    size = element("tt:Resolution", element("tt:Width", width), element("tt:Height", height))
    encoder = element(
        "tt:VideoEncoderConfiguration", element("tt:Name", token), element("tt:UseCount", "1"),
        element("tt:Encoding", "H264"), size, element("tt:Quality", "4"), token=f"e-{token}",
    )  # fmt: skip
    lens = element(
        "tt:VideoSourceConfiguration", element("tt:Name", "lens"), element("tt:UseCount", "2"),
        element("tt:SourceToken", "lens"),
        element("tt:Bounds", x="0", y="0", width="1920", height="1080"), token="lens",  # noqa: S106 - a name of ONVIF
    )  # fmt: skip
    parts = [element("tt:Name", token), lens, encoder]
    if asked.camera.turns:
        names = element("tt:Name", "ptz"), element("tt:UseCount", "2"), element("tt:NodeToken", "node")
        parts.append(element("tt:PTZConfiguration", *names, token="ptz"))  # noqa: S106 - a name of ONVIF
    return element("trt:Profiles", *parts, token=token, fixed="true")


def stream(asked: Asked) -> Element:
    """GetStreamUri."""
    small = text_of(asked.body, "trt:ProfileToken") == SUB
    return _media("GetStreamUri", f"{asked.camera.rtsp}/sub" if small else asked.camera.rtsp)


def _media(action: str, url: str) -> Element:
    facts = {"InvalidAfterConnect": "false", "InvalidAfterReboot": "false", "Timeout": "PT0S"}
    uri = element("trt:MediaUri", element("tt:Uri", url), *(element(f"tt:{n}", v) for n, v in facts.items()))
    return element(f"trt:{action}Response", uri)


def move(asked: Asked) -> Element:
    """ContinuousMove, for as long as its timeout says."""
    camera, now = asked.camera, time.monotonic()
    turned = asked.body.find(f"{tag('tptz:Velocity')}/{tag('tt:PanTilt')}")
    zoomed = asked.body.find(f"{tag('tptz:Velocity')}/{tag('tt:Zoom')}")
    camera.settle(now)
    pan, tilt = (float(turned.get(n, "0")) for n in "xy") if turned is not None else (0.0, 0.0)
    camera.speed = (pan, tilt, float(zoomed.get("x", "0")) if zoomed is not None else 0.0)
    asked.gate.moved(asked.code, camera)
    camera.until = now + float(text_of(asked.body, "tptz:Timeout").strip("PTS") or 10)
    return element("tptz:ContinuousMoveResponse")


def stop(asked: Asked) -> Element:
    """Stop."""
    asked.camera.settle(time.monotonic())
    asked.camera.speed = (0.0, 0.0, 0.0)
    asked.gate.moved(asked.code, asked.camera)
    return element("tptz:StopResponse")


def presets(asked: Asked) -> Element:
    """GetPresets."""
    rows = [
        element("tptz:Preset", element("tt:Name", name), token=token)
        for token, (name, _place) in asked.camera.presets.items()
    ]
    return element("tptz:GetPresetsResponse", *rows)


def go_to(asked: Asked) -> Element:
    """GotoPreset: at once."""
    known = asked.camera.presets.get(text_of(asked.body, "tptz:PresetToken"))
    if known is None:
        raise Denied("ter:NoToken")
    asked.camera.speed, asked.camera.place = (0.0, 0.0, 0.0), known[1]
    asked.gate.moved(asked.code, asked.camera)
    return element("tptz:GotoPresetResponse")


def remember(asked: Asked) -> Element:
    """SetPreset."""
    token = text_of(asked.body, "tptz:PresetToken") or str(len(asked.camera.presets) + 1)
    name = text_of(asked.body, "tptz:PresetName") or token
    asked.camera.presets[token] = (name, asked.camera.settle(time.monotonic()))
    return element("tptz:SetPresetResponse", element("tptz:PresetToken", token))


def status(asked: Asked) -> Element:
    """GetStatus."""
    pan, tilt, zoom = (f"{value:.3f}" for value in asked.camera.settle(time.monotonic()))
    place = element("tt:Position", element("tt:PanTilt", x=pan, y=tilt), element("tt:Zoom", x=zoom))
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return element("tptz:GetStatusResponse", element("tptz:PTZStatus", place, element("tt:UtcTime", now)))


ACTIONS: dict[str, Callable[[Asked], Element]] = {
    "GetSystemDateAndTime": system_time, "GetDeviceInformation": information,
    "GetCapabilities": capabilities, "GetServices": services, "GetProfiles": profiles,
    "GetStreamUri": stream, "ContinuousMove": move, "Stop": stop,
    "GetPresets": presets, "GotoPreset": go_to, "SetPreset": remember, "GetStatus": status,
}  # fmt: skip


def matches(gate: Gate, host: str, raw: bytes) -> bytes:
    """The answer to a probe of WS-Discovery; nothing for anything else."""
    try:
        root = parsed(raw)
    except OnvifError:
        return b""
    if root.find(f".//{tag('d:Probe')}") is None:
        return b""
    rows = [
        element(
            "d:ProbeMatch",
            element("a:EndpointReference", element("a:Address", uuid.uuid5(uuid.NAMESPACE_URL, code).urn)),
            element("d:Types", "dn:NetworkVideoTransmitter"),
            element("d:Scopes", f"{SCOPE}name/{quote(camera.name)} {SCOPE}hardware/{quote(camera.model)}"),
            element("d:XAddrs", f"http://{host}/onvif/{code}/device_service"),
            element("d:MetadataVersion", "1"),
        )
        for code, camera in gate.cameras.items()
    ]  # fmt: skip
    related = element("a:RelatesTo", text_of(root, "s:Header/a:MessageID"))
    action = element("a:Action", "http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches")
    return envelope(element("d:ProbeMatches", *rows), related, action)


class _Beacon(asyncio.DatagramProtocol):
    def __init__(self, gate: Gate, host: str) -> None:
        self._gate, self._host = gate, host
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # uvloop's is no subclass

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and (answer := matches(self._gate, self._host, data)):
            self._transport.sendto(answer, addr)


async def _serve(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    gate.open.add(writer)
    with contextlib.suppress(
        asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError, LookupError
    ):
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode("latin-1").split("\r\n")
            headers = {n.lower(): v.strip() for n, _c, v in (line.partition(":") for line in lines[1:])}
            length = min(int(headers.get("content-length", "0")), BODY_LIMIT)
            body = await reader.readexactly(length)
            parts = lines[0].split(" ")[1].split("/")  # /onvif/<code>/device_service
            code = parts[2] if len(parts) > 3 else next(iter(gate.cameras), "")
            status_code, raw = answered(gate, headers.get("host", ""), code, body)
            start = f"HTTP/1.1 {status_code} -\r\nContent-Type: application/soap+xml; charset=utf-8\r\n"
            writer.write(f"{start}Content-Length: {len(raw)}\r\n\r\n".encode() + raw)
            await writer.drain()
    gate.open.discard(writer)
    writer.close()


@contextlib.asynccontextmanager
async def serving(gate: Gate, host: str, port: int) -> AsyncIterator[int]:
    """HTTP and UDP on one port while the block runs; gives it (0 chooses one)."""
    server = await asyncio.start_server(lambda r, w: _serve(gate, r, w), host, port, limit=HEAD_LIMIT)
    at: int = server.sockets[0].getsockname()[1]
    transport, _beacon = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Beacon(gate, f"{host}:{at}"), local_addr=(host, at)
    )
    try:
        yield at
    finally:
        transport.close()
        server.close()
        for writer in tuple(gate.open):
            writer.close()
        await asyncio.sleep(0)  # they end in the next turn of the loop
