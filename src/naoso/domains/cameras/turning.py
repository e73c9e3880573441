"""The way to a camera that turns: its ONVIF address judged, its credentials opened, its refusals in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from naoso.connectors.onvif import Known, Login, OnvifCamera, OnvifError, OnvifFault, chosen
from naoso.connectors.rtsp import RtspError
from naoso.domains.cameras.models import CameraSource
from naoso.domains.cameras.reaching import credentials_of, judged
from naoso.kernel.errors import NaosoError

TIMEOUT_S = 3.0
KNOWN_FOR_S = 300
WORDS = {
    OnvifFault.UNREACHABLE: _("The camera does not answer to turning. Is its ONVIF address right?"),
    OnvifFault.REFUSED: _(
        "The camera refuses the user name or the password for turning: many keep ONVIF users apart."
    ),
    OnvifFault.UNSUPPORTED: _("The camera cannot do this."),
}  # fmt: skip
T = TypeVar("T")


class CameraFault(NaosoError):
    """A camera did not do what was asked, in words for whoever asked."""

    code = "camera-fault"
    status = 502

    def __init__(self, words: Any) -> None:
        super().__init__(str(words))


def ask_camera(source: CameraSource, do: Callable[[OnvifCamera], Awaitable[T]]) -> T:
    """One conversation with one camera; raises CameraFault."""
    key = f"cameras:onvif:{source.pk}:{source.version}"
    known: Known | None = cache.get(key)
    try:
        result, learned = asyncio.run(_asked(source, do, known))
    except OnvifError as error:
        cache.delete(key)
        raise CameraFault(WORDS[error.fault]) from error
    except RtspError as error:
        fault = OnvifFault.REFUSED if error.fault == "refused" else OnvifFault.UNREACHABLE
        raise CameraFault(WORDS[fault]) from error
    if learned != known:
        cache.set(key, learned, KNOWN_FOR_S)
    return result


async def _asked(
    source: CameraSource, do: Callable[[OnvifCamera], Awaitable[T]], known: Known | None
) -> tuple[T, Known]:
    who = credentials_of(source)
    login = Login(who.username, who.password)
    url = await judged(source.onvif_url)
    async with OnvifCamera(url, login, timeout_s=TIMEOUT_S, known=known) as camera:
        return await do(camera), camera.known


def profile_of(source: CameraSource) -> str:
    """The profile that is turned; a source that was typed by hand is asked for its largest once."""
    key = f"cameras:profile:{source.pk}:{source.version}"
    known: str = source.onvif_profile or cache.get(key, "")
    if known:
        return known

    async def ask(camera: OnvifCamera) -> str:
        large, _small = chosen([one for one in await camera.profiles() if one.turns])
        return large.token

    found = ask_camera(source, ask)
    cache.set(key, found, KNOWN_FOR_S)
    return found
