"""Requests and responses of RTSP 1.0 as bytes, with limits: a camera may send anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from naoso.connectors.rtsp.errors import Fault, RtspError

HEAD_LIMIT, BODY_LIMIT = 16_384, 65_536
END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` by lower-case name, several lines of one name kept."""

    status: int
    reason: str
    headers: dict[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def first(self, name: str) -> str:
        """Empty where it is absent."""
        return self.headers.get(name, [""])[0]


def headers_of(lines: list[str]) -> dict[str, list[str]]:
    """What is no header line is passed over."""
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def take_response(data: bytes) -> tuple[Response, int] | None:
    """The response at the beginning of `data` and its length; None while it is not all there.

    Raises RtspError for what is no RTSP, or is larger than a camera's answer may be.
    """
    if not b"RTSP/".startswith(data[:5]):
        raise RtspError(Fault.UNSUPPORTED, "what answers there does not speak RTSP")
    end = data.find(END)
    if end < 0:
        if len(data) > HEAD_LIMIT:
            raise RtspError(Fault.UNSUPPORTED, "the answer's head is larger than 16 kB")
        return None
    lines = data[:end].decode("latin-1").split("\r\n")
    parts = lines[0].split(" ", 2)
    if len(parts) < 2 or not parts[1].isdigit():
        raise RtspError(Fault.UNSUPPORTED, "what answers there does not speak RTSP")
    headers = headers_of(lines[1:])
    length = headers.get("content-length", ["0"])[0]
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise RtspError(Fault.UNSUPPORTED, "the answer's length is missing or larger than 64 kB")
    total = end + len(END) + int(length)
    if len(data) < total:
        return None
    body = data[end + len(END) : total]
    return Response(int(parts[1]), parts[2] if len(parts) > 2 else "", headers, body), total


def request(method: str, url: str, sequence: int, headers: dict[str, str]) -> bytes:
    """Bytes of a request without a body."""
    lines = [f"{method} {url} RTSP/1.0", f"CSeq: {sequence}", "User-Agent: naoso"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
