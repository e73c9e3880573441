"""The text protocol of NATS: frames in a buffer → messages.

https://docs.nats.io/reference/reference-protocols/nats-protocol
"""

from __future__ import annotations

import json
from typing import Any

import msgspec


class StreamError(Exception):
    """The stream's server refused, vanished or speaks otherwise than promised; open anew."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """One delivered message. `header` is the raw block, empty for most."""

    sid: bytes
    subject: bytes
    reply: bytes
    header: bytes
    payload: bytes

    @property
    def status(self) -> int:
        """The number of a status message (404 none, 408 expired, 409 …, 503 nobody there); else 0."""
        if self.header.startswith(b"NATS/1.0 "):
            return int(self.header[9:12])
        return 0


class Frames:
    """Cuts what comes from a socket into messages; keeps the unfinished rest for the next bytes."""

    def __init__(self) -> None:
        self._rest = b""
        self.pings = 0
        self.pongs = 0

    def feed(self, data: bytes) -> list[Message]:
        """Every message that is complete now; raises StreamError on `-ERR`."""
        data = self._rest + data if self._rest else data
        messages: list[Message] = []
        add, find, start = messages.append, data.find, 0
        while (end := find(b"\r\n", start)) >= 0:
            words = data[start:end].split()
            kind = words[0] if words else b""
            if kind in (b"MSG", b"HMSG"):
                after = end + 2 + int(words[-1])
                if len(data) < after + 2:
                    break
                add(_message(words, data, end + 2, after))
                start = after + 2
                continue
            self._control(kind, data[start:end])
            start = end + 2
        self._rest = data[start:]
        return messages

    def _control(self, kind: bytes, line: bytes) -> None:
        if kind == b"PING":
            self.pings += 1
        elif kind == b"PONG":
            self.pongs += 1
        elif kind == b"-ERR":
            raise StreamError(line.decode("utf-8", "replace"))


def _message(words: list[bytes], data: bytes, begin: int, after: int) -> Message:
    """`MSG subject sid [reply] size`, or `HMSG subject sid [reply] header-size size`."""
    if words[0] == b"MSG":
        return Message(words[2], words[1], words[3] if len(words) == 5 else b"", b"", data[begin:after])
    body = begin + int(words[-2])
    return Message(
        words[2], words[1], words[3] if len(words) == 6 else b"", data[begin:body], data[body:after]
    )


def publication(subject: str | bytes, payload: bytes, reply: str | bytes = b"") -> bytes:
    """The frame that publishes."""
    subject = subject.encode() if isinstance(subject, str) else subject
    reply = reply.encode() if isinstance(reply, str) else reply
    gap = b" " if reply else b""
    return b"PUB %b%b%b %d\r\n%b\r\n" % (subject, gap, reply, len(payload), payload)


def answer(payload: bytes) -> dict[str, Any]:
    """The JSON of a JetStream answer; raises StreamError when it tells an error."""
    try:
        told: dict[str, Any] = json.loads(payload)
    except ValueError as error:
        raise StreamError(f"the stream's server answered no JSON: {payload[:80]!r}") from error
    if "error" in told:
        raise StreamError(f"{told['error'].get('description')} ({told['error'].get('err_code')})")
    return told
