"""The way to a camera: its address with the host resolved and judged, its credentials opened.

Nothing of it is ever shown or logged.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from naoso.connectors.rtsp import Credentials, Fault, RtspError
from naoso.core.registry.sealing import seal, unseal
from naoso.domains.cameras.models import CameraSource
from naoso.domains.cameras.rules.address import fault_of_host

PURPOSE = "cameras.password"
LARGE, SMALL = "main", "sub"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One picture of one camera."""

    source_id: int
    size: str
    url: str
    credentials: Credentials


# what is wrong, and the way out
FAULT_WORDS = {
    Fault.UNREACHABLE: (
        _("The camera cannot be reached."),
        _("Is it powered, is the address right, does the network let this centre through (TCP port 554)?"),
    ),
    Fault.REFUSED: (
        _("The camera refuses the user name or the password."),
        _("Enter them anew; on many cameras the RTSP user is set apart from the one of the web page."),
    ),
    Fault.SILENT: (
        _("The camera answers, but sends no picture."),
        _("Is the stream switched on, are too many viewers connected, does a restart help?"),
    ),
    Fault.UNSUPPORTED: (
        _("The camera's picture cannot be read."),
        _("Set its stream to H.264 or H.265, and check the path of the address."),
    ),
}


def sealed(password: str) -> str:
    """As it lies in the database."""
    return seal(password, PURPOSE) if password else ""


def credentials_of(source: CameraSource) -> Credentials:
    """Opened for one connection; raises RtspError where the centre's key was changed since."""
    return opened(source.username, source.sealed_password)


def opened(username: str, sealed_password: str) -> Credentials:
    """As `credentials_of`, of a row that was read without a model."""
    if not sealed_password:
        return Credentials(username, "")
    try:
        return Credentials(username, unseal(sealed_password, PURPOSE))
    except InvalidToken as error:
        words = "the centre's key was changed: the password must be entered again"
        raise RtspError(Fault.REFUSED, words) from error


def size_of(source: CameraSource, size: str) -> str:
    """What is really shown: a camera without a small picture has one connection for both."""
    return SMALL if size == SMALL and source.sub_url else LARGE


def endpoint(source: CameraSource, size: str) -> Endpoint:
    """The small picture where there is one and it is asked for, else the large one; not judged yet."""
    shown = size_of(source, size)
    url = source.sub_url if shown == SMALL else source.main_url
    return Endpoint(source.pk, shown, url, credentials_of(source))


async def way_to(size: str, **source: int) -> Endpoint:
    """Of a source in use, named by `pk` or `camera_id`; raises RtspError where none may be asked."""
    row = await CameraSource.objects.in_use().filter(**source).afirst()
    if row is None:
        raise RtspError(Fault.UNREACHABLE, "the camera is not in use")
    found = endpoint(row, size)
    return replace(found, url=await judged(found.url))


async def judged(url: str) -> str:
    """The address to connect to: a name is replaced by the address that was judged, so that it cannot turn.

    With TLS the name stays: its certificate is checked. Raises RtspError where the name is unknown or leads
    to this machine, a link-local or a metadata address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    found = await _resolved(host)
    for address in found:
        if fault_of_host(ip_address(address), settings.CAMERA_NETWORKS):
            raise RtspError(Fault.UNREACHABLE, f"{host} leads to an address where no camera may be")
    if parts.scheme in {"rtsps", "https"} or found == [host]:
        return url
    place = f"[{found[0]}]" if ":" in found[0] else found[0]
    netloc = f"{place}:{parts.port}" if parts.port else place
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


async def _resolved(host: str) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RtspError(Fault.UNREACHABLE, f"the name {host} is not known") from error
    return [str(answer[4][0]).partition("%")[0] for answer in answers]
