"""JetStream: a stream with its parts, and the pull that reads parts in order without a gap.

A part's durable consumer acknowledges "all": one word covers everything before it. That is safe only
when nothing before it is missing, so `Puller` begins each part behind the position that its caller
has stored, and raises when the consumer's numbers show a gap.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from naoso.connectors.nats.client import Connection
from naoso.connectors.nats.wire import Message, StreamError, publication

ACK_WAIT_NS = 300 * 1_000_000_000
PULL_EXPIRES_S = 3.0
NOT_FOUND = "(10059)"


@dataclass(frozen=True, slots=True)
class Stream:
    """What the server says of a stream; `created` tells one from another of the same name."""

    name: str
    created: str
    first: int
    last: int
    messages: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a message stands: in the stream, in its consumer's deliveries, and since when."""

    sequence: int
    delivery: int
    stored_ns: int
    pending: int


def mark(message: Message) -> Mark:
    """From the address for the acknowledgement, `$JS.ACK.…`; two forms are in use."""
    words = message.reply.split(b".")
    at = 5 if len(words) < 11 else 7  # the longer form names domain and account first
    try:
        return Mark(int(words[at]), int(words[at + 1]), int(words[at + 2]), int(words[at + 3]))
    except (IndexError, ValueError) as error:
        raise StreamError(f"a message carries no stream position: {message.reply!r}") from error


def stream_info(connection: Connection, name: str) -> Stream:
    """Raises StreamError when there is no such stream."""
    return _stream(connection.ask(f"$JS.API.STREAM.INFO.{name}"))


def ensure_stream(connection: Connection, name: str, settings: Mapping[str, Any]) -> Stream:
    """Creates the stream, or brings the one that stands to these settings."""
    config = {"name": name, "retention": "limits", "storage": "file", "num_replicas": 1, **settings}
    try:
        connection.ask(f"$JS.API.STREAM.INFO.{name}")
    except StreamError as error:
        if NOT_FOUND not in str(error):
            raise
        return _stream(connection.ask(f"$JS.API.STREAM.CREATE.{name}", config))
    return _stream(connection.ask(f"$JS.API.STREAM.UPDATE.{name}", config))


def _stream(told: dict[str, Any]) -> Stream:
    state = told["state"]
    return Stream(
        told["config"]["name"], told["created"], state["first_seq"], state["last_seq"], state["messages"]
    )


class _Part:
    """One durable consumer and what it was asked for."""

    def __init__(self, inbox: str, sid: bytes, consumer: str) -> None:
        self.inbox, self.sid, self.consumer = inbox, sid, consumer
        self.wanted = 0
        self.until = 0.0
        self.delivery = 0


class Puller:
    """Reads several parts of one stream over one connection."""

    def __init__(self, connection: Connection, stream: str, *, batch: int = 8000) -> None:
        self.connection, self.stream, self.batch = connection, stream, batch
        self._parts: dict[int, _Part] = {}
        self._of_sid: dict[bytes, int] = {}

    def open(self, number: int, *, subject: str, after: int) -> None:
        """Begins a part behind the message `after`; whoever read it before loses it."""
        consumer = f"part-{number}"
        try:
            self.connection.ask(f"$JS.API.CONSUMER.DELETE.{self.stream}.{consumer}")
        except StreamError as error:
            if "(10014)" not in str(error):  # consumer not found
                raise
        config = {
            "durable_name": consumer,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": after + 1,
            "ack_policy": "all",
            "ack_wait": ACK_WAIT_NS,
            "max_ack_pending": -1,
            "max_deliver": -1,
            "filter_subject": subject,
            "replay_policy": "instant",
            "max_waiting": 16,
        }
        self.connection.ask(
            f"$JS.API.CONSUMER.DURABLE.CREATE.{self.stream}.{consumer}",
            {"stream_name": self.stream, "config": config},
        )
        inbox = f"{self.connection.inbox}.p{number}"
        part = _Part(inbox, self.connection.subscribe(inbox), consumer)
        self._parts[number], self._of_sid[part.sid] = part, number

    def fetch(self, timeout: float) -> dict[int, list[Message]]:
        """New messages by part, in order; empty after `timeout` seconds without any."""
        self._ask_for_more()
        found: dict[int, list[Message]] = {}
        for message in self.connection.read(timeout):
            number = self._of_sid.get(message.sid)
            if number is None:
                continue
            if message.reply:
                found.setdefault(number, []).append(message)
            else:
                self._told(self._parts[number], message)
        for number, messages in found.items():
            self._count(self._parts[number], messages)
        return found

    def acknowledge(self, last: Message) -> None:
        """This message and all before it in its part are stored for good."""
        self.connection.publish(last.reply, b"+ACK")

    def _ask_for_more(self) -> None:
        now, calls = time.monotonic(), b""
        for part in self._parts.values():
            if part.wanted > self.batch // 2 and now < part.until:
                continue
            ask = {"batch": self.batch, "expires": int(PULL_EXPIRES_S * 1e9)}
            subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{part.consumer}"
            calls += publication(subject, json.dumps(ask).encode(), part.inbox)
            part.wanted = self.batch if now >= part.until else part.wanted + self.batch
            part.until = now + PULL_EXPIRES_S
        if calls:
            self.connection.send(calls)

    def _count(self, part: _Part, messages: list[Message]) -> None:
        """Deliveries are numbered without holes: a hole means that somebody else got some."""
        last = mark(messages[-1]).delivery
        if last != part.delivery + len(messages):
            raise StreamError(f"{part.consumer} jumps from delivery {part.delivery} to {last}")
        part.delivery = last
        part.wanted = max(part.wanted - len(messages), 0)

    def _told(self, part: _Part, message: Message) -> None:
        """404 and 408 end a request; anything else means that the consumer is gone."""
        if message.status in (404, 408):
            part.until = min(part.until, time.monotonic())
            return
        raise StreamError(f"{part.consumer}: {message.header.decode('utf-8', 'replace').strip()}")
