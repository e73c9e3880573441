"""A small client of GeoReport v2: asks for JSON, and reads XML where a server gives nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from naoso.connectors.open311 import reading
from naoso.connectors.open311.types import (
    Fault,
    Outgoing,
    Receipt,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Update,
)

LATER = {408, 425, 429}
T = TypeVar("T")
Read = Callable[[reading.Row], T]


class Open311Error(Exception):
    """The other side refused, or did not answer. `final`: the same again would be refused again."""

    def __init__(self, text: str, *, final: bool, status: int = 0, faults: Iterable[Fault] = ()) -> None:
        super().__init__(text)
        self.final, self.status, self.faults = final, status, tuple(faults)


class Client:
    """`root` is the address that ends in `/v2` or the like; the caller owns `http` and its safety."""

    def __init__(self, http: httpx.Client, root: str, *, jurisdiction: str = "", api_key: str = "") -> None:
        self._http = http
        self._root = root.rstrip("/")
        self._jurisdiction = {"jurisdiction_id": jurisdiction} if jurisdiction else {}
        self._key = {"api_key": api_key} if api_key else {}

    def services(self) -> list[Service]:
        """What can be reported there."""
        return self._read(self._call("GET", "services"), reading.service)

    def definition(self, service_code: str) -> ServiceDefinition:
        """The attributes of one service."""
        return self._one(self._call("GET", f"services/{quoted(service_code)}"), reading.definition)

    def post_request(self, outgoing: Outgoing) -> Receipt:
        """Send one; where the server knows idempotency keys, `draft` makes a second sending harmless."""
        files = {"media": ("photo.jpg", outgoing.media, "image/jpeg")} if outgoing.media else None
        headers = {"Idempotency-Key": outgoing.draft} if outgoing.draft else {}
        body: dict[str, str] = dict(outgoing.fields()) | self._key
        return self._one(
            self._call("POST", "requests", data=body, files=files, headers=headers), reading.receipt
        )

    def token(self, token: str) -> Receipt:
        """The id that belongs to a token, empty while there is none."""
        return self._one(self._call("GET", f"tokens/{quoted(token)}"), reading.receipt)

    def request(self, service_request_id: str) -> ServiceRequest:
        """One request."""
        return self._one(self._call("GET", f"requests/{quoted(service_request_id)}"), reading.request)

    def requests(self, **filters: str) -> list[ServiceRequest]:
        """Requests by the standard's filters."""
        return self._read(self._call("GET", "requests", params=filters), reading.request)

    def updates(self, since: datetime) -> list[Update]:
        """Words on requests since then, by the extension; not every server has it."""
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = self._call("GET", "servicerequestupdates", params={"start_date": start} | self._key)
        return self._read(answer, reading.update)

    def post_update(
        self, *, service_request_id: str, status: str, description: str, at: datetime, update_id: str
    ) -> None:
        """Tell of a step."""
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {
            "service_request_id": service_request_id, "status": status, "description": description,
            "updated_datetime": moment, "update_id": update_id,
        }  # fmt: skip
        self._call("POST", "servicerequestupdates", data=body | self._key)

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        url = f"{self._root}/{path}.json"
        query = {**(params or {}), **self._jurisdiction}
        form = {**data, **self._jurisdiction} if data is not None else None
        try:
            answer = self._http.request(
                method, url, params=query if method == "GET" else None, data=form, **more
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Open311Error(f"{type(error).__name__}: {error}", final=False) from error
        if not answer.is_success:
            raise refused(answer)
        return answer

    def _read(self, answer: httpx.Response, read: Read[T]) -> list[T]:
        try:
            return [read(row) for row in reading.rows_of(answer.content, content_type(answer))]
        except reading.BadAnswer as error:
            raise Open311Error(f"unreadable answer: {error}", final=False) from error

    def _one(self, answer: httpx.Response, read: Read[T]) -> T:
        rows = self._read(answer, read)
        if not rows:
            raise Open311Error("empty answer", final=False)
        return rows[0]


def content_type(answer: httpx.Response) -> str:
    """In small letters."""
    return str(answer.headers.get("content-type", "")).lower()


def quoted(part: str) -> str:
    """One part of a path, whatever it holds."""
    return quote(part, safe="")


def refused(answer: httpx.Response) -> Open311Error:
    """The server's own words where it gave some; 4xx is final but for those that ask for patience."""
    try:
        faults = [reading.fault(row) for row in reading.rows_of(answer.content[:65536], content_type(answer))]
    except (reading.BadAnswer, ValueError):
        faults = []
    words = "; ".join(fault.description for fault in faults if fault.description)
    status = answer.status_code
    final = (400 <= status < 500 and status not in LATER) or 300 <= status < 400
    return Open311Error(f"HTTP {status} {words}".strip()[:400], final=final, status=status, faults=faults)
