"""Searches a network for cameras: who answers is asked what it is, and its pictures are tried on entry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from ipaddress import IPv4Network

from django.conf import settings
from django.utils import timezone, translation

from naoso.connectors.onvif import (
    Answer,
    Device,
    Login,
    OnvifCamera,
    OnvifError,
    OnvifFault,
    Profile,
    by_source,
    chosen,
    discover,
)
from naoso.connectors.rtsp import Credentials
from naoso.domains.cameras.models import Search
from naoso.domains.cameras.reaching import FAULT_WORDS, opened
from naoso.domains.cameras.testing import tried

AT_ONCE, MOST_DEVICES, MOST_CHANNELS = 8, 256, 64
TIMEOUT_S = 4.0
PICTURE_WIDTH = 240


@dataclass(frozen=True, slots=True)
class Found:
    """One camera, or channel of a recorder; `fault` and `advice` in words where it did not do all.

    `profile` and the addresses are empty where the device did not let us in.
    """

    key: str
    url: str
    address: str
    name: str
    maker: str = ""
    model: str = ""
    serial: str = ""
    profile: str = ""
    main_url: str = ""
    sub_url: str = ""
    size: str = ""
    small_size: str = ""
    can_turn: bool = False
    picture: str = ""
    fault: str = ""
    advice: str = ""

    @property
    def connectable(self) -> bool:
        """Where its pictures are is known."""
        return bool(self.main_url)


def search(pk: int) -> None:
    """Carries out a search; what was found so far is shown while it goes on."""
    row = Search.objects.select_related("account").filter(pk=pk, ended_at=None).first()
    if row is None:
        return
    who = opened(row.username, row.sealed_password)
    network = IPv4Network(row.network)
    with translation.override(row.account.language):
        try:
            answers = heard(network)[:MOST_DEVICES]
            row.heard = len(answers)
            row.save(update_fields=["heard"])
            for part in parts_of(answers):
                row.found = [*row.found, *(asdict(one) for one in asyncio.run(_asked(part, who)))]
                row.save(update_fields=["found"])
        finally:
            row.ended_at = timezone.now()
            row.save(update_fields=["ended_at"])


def heard(network: IPv4Network) -> tuple[Answer, ...]:
    """Who answers there. On the loopback it is the demonstration's simulator, at its own port."""
    if network.is_loopback:
        return asyncio.run(discover(network, port=settings.CAMERA_ONVIF_PORT, multicast=False))
    return asyncio.run(discover(network))


def parts_of(answers: Sequence[Answer]) -> Iterator[Sequence[Answer]]:
    """So many as are asked at once."""
    for start in range(0, len(answers), AT_ONCE):
        yield answers[start : start + AT_ONCE]


def found_in(search: Search) -> list[Found]:
    """As they were written."""
    return [Found(**one) for one in search.found]


async def _asked(answers: Sequence[Answer], who: Credentials) -> list[Found]:
    each = await asyncio.gather(*(_one(answer, who) for answer in answers))
    return [one for some in each for one in some]


async def _one(answer: Answer, who: Credentials) -> list[Found]:
    """The device, or each channel of it."""
    try:
        async with OnvifCamera(answer.url, Login(who.username, who.password), timeout_s=TIMEOUT_S) as camera:
            device = await camera.device()
            channels = by_source(await camera.profiles())[:MOST_CHANNELS]
            if not channels:
                chosen([])
            found = [await _channel(camera, answer, device, channel) for channel in channels]
    except OnvifError as error:
        fault, advice = _words(error.fault)
        return [Found(answer.url, answer.url, answer.sender, answer.name, model=answer.hardware, fault=fault,
                      advice=advice)]  # fmt: skip
    return list(await asyncio.gather(*(_tried(one, who) for one in found)))


async def _channel(camera: OnvifCamera, answer: Answer, device: Device, profiles: list[Profile]) -> Found:
    large, small = chosen(profiles)
    return Found(
        key=f"{answer.url}#{large.token}", url=answer.url, address=answer.sender, name=answer.name,
        maker=device.maker, model=device.model or answer.hardware, serial=device.serial, profile=large.token,
        main_url=await camera.stream(large.token), sub_url=await camera.stream(small.token) if small else "",
        size=f"{large.width} × {large.height}", small_size=f"{small.width} × {small.height}" if small else "",
        can_turn=large.turns,
    )  # fmt: skip


async def _tried(found: Found, who: Credentials) -> Found:
    """With its first picture, or with what is wrong with it: the small one, which is checked later too."""
    told = await tried("", found.sub_url or found.main_url, who, width=PICTURE_WIDTH)
    facts = asdict(found) | {"picture": told.picture, "fault": str(told.fault), "advice": str(told.advice)}
    return Found(**facts)


def _words(fault: OnvifFault) -> tuple[str, str]:
    words = {str(known): said for known, said in FAULT_WORDS.items()}
    problem, advice = words[fault.value]
    return str(problem), str(advice)
