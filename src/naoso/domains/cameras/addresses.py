"""Where a source's picture is asked for, and with which credentials: never shown, never logged."""

from __future__ import annotations

from dataclasses import dataclass

from naoso.connectors.rtsp import Credentials
from naoso.domains.cameras.models import CameraSource
from naoso.domains.cameras.reaching import credentials_of

LARGE, SMALL = "main", "sub"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One picture of one camera."""

    source_id: int
    size: str
    url: str
    credentials: Credentials


def endpoint(source: CameraSource, size: str) -> Endpoint:
    """The small picture where there is one and it is asked for, else the large one."""
    url = source.sub_url if size == SMALL and source.sub_url else source.main_url
    return Endpoint(source.pk, size if url == source.sub_url else LARGE, url, credentials_of(source))
