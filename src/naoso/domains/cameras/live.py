"""Opening a live picture: who may, written down; then by whichever server this centre runs.

The embedded server is our own media process (fragmented MP4 over WebSocket). A larger centre runs MediaMTX
(WebRTC by WHEP) behind the same door: the page learns which from what it is answered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.mediamtx import MediaMtx, MediaServerError
from naoso.connectors.rtsp import RtspError
from naoso.connectors.rtsp.address import with_credentials
from naoso.core.people.models import Account
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import CameraSource, LookKind, May
from naoso.domains.cameras.reaching import endpoint, judged, size_of
from naoso.domains.cameras.rights import look, require_may
from naoso.domains.cameras.tickets import WATCHES_FOR, ticket
from naoso.kernel.errors import BadInput, NaosoError

RENEWAL = "naoso.cameras.renewal"
RENEWED_FOR = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a page needs to watch: `kind` is fmp4 (WebSocket) or whep (WebRTC)."""

    kind: str
    url: str
    ticket: str
    until: dt.datetime


class NoLive(NaosoError):
    """The server of live pictures does not answer; whoever asked may ask again."""

    code = "no-live"
    status = 503


class LiveServer(Protocol):
    """Whoever hands live pictures to pages."""

    def open(self, source: CameraSource, size: str, account_id: int, until: dt.datetime, host: str) -> Opened:
        """One camera for one page; `host` is how the page called this centre."""


class Embedded:
    """Our own media process."""

    def open(self, source: CameraSource, size: str, account_id: int, until: dt.datetime, host: str) -> Opened:
        """A ticket for it."""
        url = settings.CAMERA_MEDIA_URL or f"ws://{host}:{settings.CAMERA_MEDIA_PORT}/"
        return Opened("fmp4", url, ticket(source.pk, size_of(source, size), account_id, until), until)


class OfMediaMtx:
    """MediaMTX asks the camera itself; it asks us whether a ticket is good (`pages.live.admit`)."""

    def __init__(self) -> None:
        self._api = MediaMtx(settings.MEDIAMTX_API, settings.MEDIAMTX_USER, settings.MEDIAMTX_PASSWORD)

    def open(self, source: CameraSource, size: str, account_id: int, until: dt.datetime, host: str) -> Opened:  # noqa: ARG002
        """The path exists from now on."""
        where = endpoint(source, size)
        name = path_name(source.pk, where.size)
        try:
            url = async_to_sync(judged)(where.url)
            self._api.offer(name, with_credentials(url, where.credentials))
        except (MediaServerError, RtspError) as error:
            raise NoLive(_("Live pictures cannot be had just now.")) from error
        url = f"{settings.CAMERA_MEDIA_URL.rstrip('/')}/{name}/whep"
        return Opened("whep", url, ticket(source.pk, where.size, account_id, until), until)

    def withdraw_unwatched(self) -> int:
        """Our paths that nobody watches, or of sources out of use, go, and their passwords with them."""
        used = set(CameraSource.objects.in_use().values_list("pk", flat=True))
        ours = [(one, source_of(one.name)) for one in self._api.paths()]
        gone = [one.name for one, pk in ours if pk is not None and (not one.readers or pk not in used)]
        for name in gone:
            self._api.withdraw(name)
        return len(gone)


def tidy_server() -> int:
    """What a media server of its own should no longer offer; how many paths."""
    found = server()
    return found.withdraw_unwatched() if isinstance(found, OfMediaMtx) else 0


def path_name(source_id: int, size: str) -> str:
    """As MediaMTX calls it."""
    return f"naoso-{source_id}-{size}"


def source_of(name: str) -> int | None:
    """Inverse of `path_name`; None for a path that is not ours."""
    _ours, _dash, rest = name.partition("naoso-")
    number = rest.partition("-")[0]
    return int(number) if number.isdecimal() else None


@cache
def server() -> LiveServer:
    """By the settings."""
    return OfMediaMtx() if settings.MEDIAMTX_API else Embedded()


def open_live(
    *, actor: Account, source: CameraSource, size: str, reason: str, host: str,
    kind: LookKind = LookKind.LIVE, incident: Incident | None = None,
) -> tuple[Opened, str]:  # fmt: skip
    """A look is written down; returns what to connect to, and a renewal for the next ten minutes.

    Raises NotAllowed; BadInput for a missing reason.
    """
    look(actor=actor, source=source, kind=kind, reason=reason, incident=incident)
    until = timezone.now() + WATCHES_FOR
    opened = server().open(source, size, actor.pk, until, host)
    return opened, signing.dumps([source.pk, size, actor.pk], salt=RENEWAL)


def renew_live(*, actor: Account, source: CameraSource, renewal: str, host: str) -> Opened:
    """The same look goes on: rights are asked again. Raises NotAllowed, and BadInput for a false renewal."""
    try:
        pk, size, account = signing.loads(renewal, salt=RENEWAL, max_age=RENEWED_FOR)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise BadInput.of("renewal", "", "signed", _("Open the picture again.")) from error
    if (pk, account) != (source.pk, actor.pk):
        raise BadInput.of("renewal", "", "own", _("Open the picture again."))
    require_may(actor, source, May.LIVE)
    return server().open(source, size, actor.pk, timezone.now() + WATCHES_FOR, host)
