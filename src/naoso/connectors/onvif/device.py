"""What a device says of itself, as frozen types; whatever it sends, nothing but OnvifError is raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from naoso.connectors.onvif.errors import OnvifError, OnvifFault
from naoso.connectors.onvif.names import MEDIA, PTZ, tag
from naoso.connectors.onvif.soap import Element, number_of, text_of

MOST_PROFILES, MOST_PRESETS = 256, 300
NAME_LIMIT, TOKEN_LIMIT, URL_LIMIT = 80, 64, 400
SMALL_WIDTH = 320  # nothing narrower than this serves a wall or a check


@dataclass(frozen=True, slots=True)
class Device:
    """Who made it; `clock_offset`: seconds that its clock is ahead of ours, None where it does not say."""

    maker: str
    model: str
    firmware: str
    serial: str
    clock_offset: float | None


@dataclass(frozen=True, slots=True)
class Profile:
    """One picture that the device gives; `turns`: the profile is wired to a motor or a zoom.

    `source` names the lens or, of a recorder, the channel that it shows.
    """

    token: str
    name: str
    codec: str
    width: int
    height: int
    turns: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A view that the device remembers."""

    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where it looks: pan and tilt from -1 to 1, zoom from 0 to 1; None where it does not say."""

    pan: float | None
    tilt: float | None
    zoom: float | None


def device_of(answer: Element, clock_offset: float | None) -> Device:
    """GetDeviceInformationResponse."""
    maker, model, firmware, serial = (
        text_of(answer, f"tds:{name}", NAME_LIMIT)
        for name in ("Manufacturer", "Model", "FirmwareVersion", "SerialNumber")
    )
    return Device(maker, model, firmware, serial, clock_offset)


def clock_of(answer: Element) -> dt.datetime | None:
    """GetSystemDateAndTimeResponse in UTC; None for a device without a clock, or with an impossible one."""
    found = answer.find(f"{tag('tds:SystemDateAndTime')}/{tag('tt:UTCDateTime')}")
    numbers = [
        number_of(found, f"tt:{part}")
        for part in ("Date/tt:Year", "Date/tt:Month", "Date/tt:Day", "Time/tt:Hour", "Time/tt:Minute")
    ]
    with suppress(ValueError, OverflowError):
        second = min(number_of(found, "tt:Time/tt:Second"), 59)
        return dt.datetime(*numbers, second, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]
    return None


def services_of(answer: Element) -> dict[str, str]:
    """Addresses by namespace, of GetCapabilitiesResponse or GetServicesResponse."""
    found: dict[str, str] = {}
    for name, space in (("Media", MEDIA), ("PTZ", PTZ)):
        if url := text_of(answer, f"tds:Capabilities/tt:{name}/tt:XAddr", URL_LIMIT):
            found[space] = url
    for service in answer.findall(tag("tds:Service"))[:64]:
        if url := text_of(service, "tds:XAddr", URL_LIMIT):
            found[text_of(service, "tds:Namespace", 200)] = url
    return found


def profiles_of(answer: Element) -> tuple[Profile, ...]:
    """GetProfilesResponse; those without a picture are left out."""
    found = []
    for one in answer.findall(tag("trt:Profiles"))[:MOST_PROFILES]:
        encoder = one.find(tag("tt:VideoEncoderConfiguration"))
        token = one.get("token", "")[: TOKEN_LIMIT + 1]
        if encoder is not None and token.isprintable() and 0 < len(token) <= TOKEN_LIMIT:
            found.append(
                Profile(
                    token, text_of(one, "tt:Name", NAME_LIMIT), text_of(encoder, "tt:Encoding", 12),
                    number_of(encoder, "tt:Resolution/tt:Width"),
                    number_of(encoder, "tt:Resolution/tt:Height"),
                    one.find(tag("tt:PTZConfiguration")) is not None,
                    text_of(one, "tt:VideoSourceConfiguration/tt:SourceToken", TOKEN_LIMIT),
                )
            )  # fmt: skip
    return tuple(found)


def by_source(profiles: Sequence[Profile]) -> list[list[Profile]]:
    """The pictures of each lens or channel: a recorder gives those of many cameras."""
    found: dict[str, list[Profile]] = {}
    for one in profiles:
        found.setdefault(one.source, []).append(one)
    return list(found.values())


def chosen(profiles: Sequence[Profile]) -> tuple[Profile, Profile | None]:
    """The large picture and the smallest useful one, where there is one; raises OnvifError for none."""
    usable = [one for one in profiles if one.codec.upper() not in {"JPEG", "MPEG4"}]
    if not usable:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device gives no picture in H.264 or H.265")
    large = max(usable, key=lambda one: one.width * one.height)
    small = [one for one in usable if SMALL_WIDTH <= one.width < large.width]
    return large, min(small, key=lambda one: one.width * one.height, default=None)


def presets_of(answer: Element) -> tuple[Preset, ...]:
    """GetPresetsResponse; one without a name is called by its token."""
    found = []
    for one in answer.findall(tag("tptz:Preset"))[:MOST_PRESETS]:
        token = one.get("token", "")[: TOKEN_LIMIT + 1]
        if token.isprintable() and 0 < len(token) <= TOKEN_LIMIT:
            found.append(Preset(token, text_of(one, "tt:Name", NAME_LIMIT) or token))
    return tuple(found)


def position_of(answer: Element) -> Position:
    """GetStatusResponse."""
    place = f"{tag('tptz:PTZStatus')}/{tag('tt:Position')}"
    turned, zoomed = answer.find(f"{place}/{tag('tt:PanTilt')}"), answer.find(f"{place}/{tag('tt:Zoom')}")
    return Position(_share(turned, "x"), _share(turned, "y"), _share(zoomed, "x"))


def _share(found: Element | None, name: str) -> float | None:
    try:
        value = float(found.get(name, "")) if found is not None else None
    except ValueError:
        return None
    return value if value is not None and -1e6 < value < 1e6 else None


def at_device(url: str, device: str, schemes: Sequence[str] = ("http", "https")) -> str:
    """An address that the device told, led to the device itself: what it says of other hosts goes nowhere.

    Behind address translation devices tell their inner address; and name and password go to no other host.
    Raises OnvifError for what is no address.
    """
    try:
        told, own = urlsplit(url), urlsplit(device)
        port, host = told.port, own.hostname or ""
    except ValueError as error:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device tells an address that is none") from error
    if told.scheme not in schemes or any(c <= " " for c in url) or len(url) > URL_LIMIT:
        raise OnvifError(OnvifFault.UNSUPPORTED, "the device tells an address that is none")
    if told.scheme == own.scheme and told.hostname != own.hostname:
        netloc = own.netloc  # behind address translation the port is another one too
    else:
        place = f"[{host}]" if ":" in host else host
        netloc = f"{place}:{port}" if port else place
    return urlunsplit((told.scheme, netloc, told.path, told.query, ""))
