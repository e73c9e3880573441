"""The test on entry: a camera is asked once, and says what it gives or why it gives nothing."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.connectors.rtsp import Credentials, Probe, RtspError, probe
from naoso.domains.cameras.pictures import Unreadable, jpeg, picture_of
from naoso.domains.cameras.reaching import FAULT_WORDS, judged

TIMEOUT_S = 6.0
COUNTED_S = 1.5
SHOWN_WIDTH, MOST_BYTES = 480, 60_000
NOT_DECODED = (
    gettext_lazy("The camera's picture cannot be decoded."),
    gettext_lazy("Its first picture came broken: set a shorter key frame interval, or try again."),
)


@dataclass(frozen=True, slots=True)
class Tested:
    """What one address of a camera gave; `fault` and `advice` where it gave nothing."""

    title: Any
    codec: str = ""
    width: int = 0
    height: int = 0
    rate: float | None = None
    latency_ms: int = 0
    picture_ms: int = 0
    clock_offset_s: float | None = None
    picture: str = ""
    fault: Any = ""
    advice: Any = ""
    detail: str = ""


def try_addresses(main_url: str, sub_url: str, who: Credentials) -> list[Tested]:
    """The large picture and, where there is one, the small one, at the same time."""
    wanted = [(_("Large picture"), main_url), *([(_("Small picture"), sub_url)] if sub_url else [])]
    return asyncio.run(_all(wanted, who))


async def _all(wanted: list[tuple[str, str]], who: Credentials) -> list[Tested]:
    return list(await asyncio.gather(*(tried(title, url, who) for title, url in wanted)))


async def tried(title: str, url: str, who: Credentials, *, width: int = SHOWN_WIDTH) -> Tested:
    """One address; its first picture is told at most that wide."""
    try:
        async with asyncio.timeout(3 * TIMEOUT_S):
            found = await probe(await judged(url), who, timeout_s=TIMEOUT_S, count_s=COUNTED_S)
    except RtspError as error:
        fault, advice = FAULT_WORDS[error.fault]
        return Tested(title, fault=fault, advice=advice, detail=str(error))
    except TimeoutError:
        return Tested(title, fault=_("The camera took too long."), advice=_("Try again in a moment."))
    return told(title, found, width)


def told(title: str, found: Probe, width: int = SHOWN_WIDTH) -> Tested:
    """With the first picture, small enough to stand in the page."""
    try:
        picture = picture_of(found.codec, found.picture)
    except Unreadable as error:
        return Tested(title, str(found.codec), fault=NOT_DECODED[0], advice=NOT_DECODED[1], detail=str(error))
    body = jpeg(picture, width, MOST_BYTES if width == SHOWN_WIDTH else MOST_BYTES // 4)
    return Tested(
        title, found.codec.value.upper().replace("H2", "H.2"), picture.width, picture.height, found.rate,
        round(found.latency_s * 1000), round(found.picture_s * 1000), found.clock_offset,
        "data:image/jpeg;base64," + base64.b64encode(body).decode(),
    )  # fmt: skip
