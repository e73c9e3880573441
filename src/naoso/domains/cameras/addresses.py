"""Where a source's picture is asked for, and with which credentials: never shown, never logged."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import InvalidToken

from naoso.connectors.rtsp import Credentials, Fault, RtspError
from naoso.core.registry.sealing import seal, unseal
from naoso.domains.cameras.models import CameraSource

PURPOSE = "cameras.password"
LARGE, SMALL = "main", "sub"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One picture of one camera."""

    source_id: int
    size: str
    url: str
    credentials: Credentials


def seal_password(password: str) -> str:
    """As it lies in the database; empty stays empty."""
    return seal(password, PURPOSE) if password else ""


def credentials_of(source: CameraSource) -> Credentials:
    """Raises RtspError where the centre's key was changed since the password was entered."""
    try:
        password = unseal(source.sealed_password, PURPOSE) if source.sealed_password else ""
    except InvalidToken as error:
        raise RtspError(
            Fault.REFUSED, "the password must be entered again: the centre's key changed"
        ) from error
    return Credentials(source.username, password)


def endpoint(source: CameraSource, size: str) -> Endpoint:
    """The small picture where there is one and it is asked for, else the large one."""
    url = source.sub_url if size == SMALL and source.sub_url else source.main_url
    return Endpoint(source.pk, size if url == source.sub_url else LARGE, url, credentials_of(source))
