"""Ask one device: who it is, what pictures it gives, turn it. One HTTP client, always closed."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from naoso.connectors.onvif.device import (
    Device,
    Position,
    Preset,
    Profile,
    at_device,
    clock_of,
    device_of,
    position_of,
    presets_of,
    profiles_of,
    services_of,
)
from naoso.connectors.onvif.errors import OnvifError, OnvifFault
from naoso.connectors.onvif.names import DEVICE, MEDIA, PREFIXES, PTZ
from naoso.connectors.onvif.soap import (
    BODY_LIMIT,
    Element,
    Login,
    answer_of,
    element,
    envelope,
    security,
    text_of,
)

TIMEOUT_S = 5.0
MOVES_FOR_S = 3
REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Known:
    """What a device said before, so that it need not be asked before each move.

    `clock_offset` as `Device` has it; `services` are addresses by namespace.
    """

    clock_offset: float | None = None
    services: tuple[tuple[str, str], ...] = ()


class OnvifCamera:
    """One device at one address; a context, so that its connection is closed.

    Every method raises OnvifError and nothing else. The device's clock is asked first: a token of another
    hour is taken for a replay.
    """

    def __init__(
        self, url: str, who: Login, *, timeout_s: float = TIMEOUT_S, known: Known | None = None
    ) -> None:  # fmt: skip
        self.url, self._who = url, who
        auth = httpx.DigestAuth(who.username, who.password) if who.username else None
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=False, auth=auth)
        self._within_s = 2 * timeout_s
        self._offset = known.clock_offset if known else None
        self._clock_asked = known is not None
        self._services = dict(known.services) if known else {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @property
    def known(self) -> Known:
        """What was learned of it until now."""
        return Known(self._offset, tuple(self._services.items()))

    async def clock_offset(self) -> float | None:
        """Seconds that its clock is ahead of ours; asked once, without a name."""
        if not self._clock_asked:
            answer = await self._call(DEVICE, "GetSystemDateAndTime", signed=False)
            self._clock_asked = True
            clock = clock_of(answer)
            self._offset = (clock - dt.datetime.now(dt.UTC)).total_seconds() if clock else None
        return self._offset

    async def device(self) -> Device:
        """Maker, model, serial number, clock."""
        return device_of(await self._call(DEVICE, "GetDeviceInformation"), self._offset)

    async def profiles(self) -> tuple[Profile, ...]:
        """The pictures that it gives."""
        return profiles_of(await self._call(MEDIA, "GetProfiles"))

    async def stream(self, profile: str) -> str:
        """The rtsp:// address of a profile, at this device, without credentials."""
        setup = element(
            "trt:StreamSetup",
            element("tt:Stream", "RTP-Unicast"),
            element("tt:Transport", element("tt:Protocol", "RTSP")),
        )
        answer = await self._call(MEDIA, "GetStreamUri", setup, element("trt:ProfileToken", profile))
        told = text_of(answer, "trt:MediaUri/tt:Uri", 1000)
        return at_device(told, self.url, ("rtsp", "rtsps"))

    async def move(self, profile: str, pan: float, tilt: float, zoom: float) -> None:
        """Turns at these speeds (-1 … 1) until `stop`, and no longer than `MOVES_FOR_S`."""
        speeds = []
        if pan or tilt:
            speeds.append(element("tt:PanTilt", x=f"{pan:.2f}", y=f"{tilt:.2f}"))
        if zoom:
            speeds.append(element("tt:Zoom", x=f"{zoom:.2f}"))
        await self._call(
            PTZ, "ContinuousMove", element("tptz:ProfileToken", profile),
            element("tptz:Velocity", *speeds), element("tptz:Timeout", f"PT{MOVES_FOR_S}S"),
        )  # fmt: skip

    async def stop(self, profile: str) -> None:
        """Stands still."""
        still = (element("tptz:PanTilt", "true"), element("tptz:Zoom", "true"))
        await self._call(PTZ, "Stop", element("tptz:ProfileToken", profile), *still)

    async def presets(self, profile: str) -> tuple[Preset, ...]:
        """The views that it remembers."""
        return presets_of(await self._call(PTZ, "GetPresets", element("tptz:ProfileToken", profile)))

    async def go_to(self, profile: str, preset: str) -> None:
        """Turns to a view that it remembers."""
        token = element("tptz:PresetToken", preset)
        await self._call(PTZ, "GotoPreset", element("tptz:ProfileToken", profile), token)

    async def remember(self, profile: str, name: str) -> str:
        """Keeps where it looks now under a name; returns the preset's token."""
        words = element("tptz:PresetName", name)
        answer = await self._call(PTZ, "SetPreset", element("tptz:ProfileToken", profile), words)
        return text_of(answer, "tptz:PresetToken", 64)

    async def position(self, profile: str) -> Position:
        """Where it looks now."""
        return position_of(await self._call(PTZ, "GetStatus", element("tptz:ProfileToken", profile)))

    async def _call(self, service: str, action: str, *content: Element, signed: bool = True) -> Element:
        url = self.url if service == DEVICE else await self._address(service)
        headers = []
        if signed and self._who.username:
            offset = await self.clock_offset()
            headers.append(security(self._who, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=offset or 0)))
        prefix = next(name for name, space in PREFIXES.items() if space == service)
        raw = await self._post(
            url, f"{service}/{action}", envelope(element(f"{prefix}:{action}", *content), *headers)
        )
        return answer_of(raw, f"{prefix}:{action}Response")

    async def _address(self, service: str) -> str:
        """Where the device has its pictures or its motor: GetCapabilities, and GetServices of newer ones."""
        if not self._services:
            asked = element("tds:Category", "All"), element("tds:IncludeCapability", "false")
            with suppress(OnvifError):
                self._services |= services_of(await self._call(DEVICE, "GetCapabilities", asked[0]))
            if MEDIA not in self._services:
                self._services |= services_of(await self._call(DEVICE, "GetServices", asked[1]))
        if service not in self._services:
            raise OnvifError(OnvifFault.UNSUPPORTED, "the device does not know this function")
        return at_device(self._services[service], self.url)

    async def _post(self, url: str, action: str, body: bytes) -> bytes:
        kind = f'application/soap+xml; charset=utf-8; action="{action}"'
        try:
            async with (
                asyncio.timeout(self._within_s),
                self._client.stream("POST", url, content=body, headers={"Content-Type": kind}) as answer,
            ):
                raw = await _read(answer)
        except TimeoutError as error:
            raise OnvifError(OnvifFault.UNREACHABLE, "the device takes too long") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
            words = f"the device cannot be reached ({type(error).__name__})"
            raise OnvifError(OnvifFault.UNREACHABLE, words) from error
        if answer.status_code in REFUSED:
            raise OnvifError(OnvifFault.REFUSED, "the device refuses the user name or the password")
        if answer.status_code not in {200, 400, 500}:  # faults come with 400 and 500
            raise OnvifError(OnvifFault.UNSUPPORTED, f"there is no ONVIF device ({answer.status_code})")
        return raw


async def _read(answer: httpx.Response) -> bytes:
    """No more than a device has to say."""
    found = b""
    async for block in answer.aiter_bytes():
        found += block
        if len(found) > BODY_LIMIT:
            raise OnvifError(OnvifFault.UNSUPPORTED, "the device's answer is too long")
    return found
