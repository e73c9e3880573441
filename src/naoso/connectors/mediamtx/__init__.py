"""MediaMTX's HTTP API (v3): which paths it offers, each with the camera that it asks on demand.

The address and the credentials of a camera travel in the body of a request to the API, which belongs on
the loopback or a private network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

TIMEOUT_S = 3.0
PAGE = 500
EXISTS = 400  # its answer to adding a path that is there already


class MediaServerError(Exception):
    """MediaMTX does not answer, or refuses; the text holds no address of a camera."""


@dataclass(frozen=True, slots=True)
class Path:
    """One path of the server: `ready` while pictures come, `readers` watch it."""

    name: str
    ready: bool
    readers: int


class MediaMtx:
    """A client; every call is one request, repeated by whoever calls."""

    def __init__(self, api: str, user: str = "", password: str = "") -> None:
        auth = (user, password) if user else None
        self._client = httpx.Client(base_url=api.rstrip("/"), auth=auth, timeout=TIMEOUT_S, trust_env=False)

    def offer(self, name: str, source: str) -> None:
        """The path exists and asks this camera from now on while somebody watches."""
        body = {"source": source, "sourceOnDemand": True, "rtspTransport": "tcp"}
        if self._call("POST", f"/v3/config/paths/add/{quote(name, '')}", body, passes=EXISTS) == EXISTS:
            self._call("PATCH", f"/v3/config/paths/patch/{quote(name, '')}", body)

    def withdraw(self, name: str) -> None:
        """The path is gone; that it was gone before is no error."""
        self._call("DELETE", f"/v3/config/paths/delete/{quote(name, '')}", passes=404)

    def paths(self) -> Iterator[Path]:
        """All that are known now."""
        page = 0
        while True:
            found = self._read(f"/v3/paths/list?itemsPerPage={PAGE}&page={page}")
            for item in found.get("items", []):
                yield Path(str(item["name"]), bool(item.get("ready")), len(item.get("readers") or []))
            page += 1
            if page >= int(found.get("pageCount", 1)):
                return

    def _call(self, method: str, path: str, body: object = None, passes: int = 0) -> int:
        try:
            answer = self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise MediaServerError(f"the media server does not answer: {type(error).__name__}") from error
        if answer.status_code >= 300 and answer.status_code != passes:
            raise MediaServerError(f"the media server answered {answer.status_code}")
        return answer.status_code

    def _read(self, path: str) -> dict[str, Any]:
        try:
            answer = self._client.get(path)
            answer.raise_for_status()
            return dict(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            raise MediaServerError(f"the media server does not answer: {type(error).__name__}") from error
