"""Frames, positions and the server's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.nats.config import Publisher, part_of, server_conf, users_conf
from naoso.connectors.nats.jetstream import mark
from naoso.connectors.nats.passwords import bcrypt
from naoso.connectors.nats.wire import Frames, Message, StreamError, answer, publication

FEED = (
    b"INFO {}\r\nMSG a.b 1 5\r\nhello\r\nPING\r\nMSG c 2 reply.to 4\r\n\r\n\r\n\r\n"
    b"HMSG d 3 r 16 19\r\nNATS/1.0\r\nA: b\r\n123\r\n"
    b"HMSG inbox 4 32 32\r\nNATS/1.0 404 No Messages\r\n\r\n    \r\n"
    b"+OK\r\nPONG\r\n"
)


@given(st.lists(st.integers(1, 30), max_size=60))
def test_frames_survive_any_cut(cuts: list[int]) -> None:
    frames, messages, rest = Frames(), [], FEED
    for cut in cuts:
        messages += frames.feed(rest[:cut])
        rest = rest[cut:]
    messages += frames.feed(rest)
    assert [(m.sid, m.subject, m.reply, m.payload) for m in messages] == [
        (b"1", b"a.b", b"", b"hello"),
        (b"2", b"c", b"reply.to", b"\r\n\r\n"),
        (b"3", b"d", b"r", b"123"),
        (b"4", b"inbox", b"", b""),
    ]
    assert [m.status for m in messages] == [0, 0, 0, 404]
    assert (frames.pings, frames.pongs) == (1, 1)


def test_an_error_is_raised() -> None:
    with pytest.raises(StreamError, match="Authorization Violation"):
        Frames().feed(b"-ERR 'Authorization Violation'\r\n")
    with pytest.raises(StreamError, match="stream not found"):
        answer(b'{"error": {"code": 404, "err_code": 10059, "description": "stream not found"}}')
    with pytest.raises(StreamError, match="no JSON"):
        answer(b"")


def test_publications() -> None:
    assert publication("a", b"xy") == b"PUB a 2\r\nxy\r\n"
    assert publication(b"a", b"", "r") == b"PUB a r 0\r\n\r\n"


@pytest.mark.parametrize(
    "reply",
    [
        b"$JS.ACK.INGEST.part-0.1.42.7.1700000000000000000.3",
        b"$JS.ACK.hub.hash.INGEST.part-0.1.42.7.1700000000000000000.3.x",
    ],
)
def test_positions(reply: bytes) -> None:
    told = mark(Message(b"1", b"s", reply, b"", b""))
    assert (told.sequence, told.delivery, told.pending) == (42, 7, 3)


def test_no_position() -> None:
    with pytest.raises(StreamError):
        mark(Message(b"1", b"s", b"_INBOX.x", b"", b""))


@pytest.mark.parametrize(("code", "part"), [("a", 0), ("b", 1)])
def test_parts_are_those_of_the_server(code: str, part: int) -> None:
    """Seen on nats-server 2.9.10; `tests/faults` proves it for real sources."""
    assert part_of(code, 4) == part


def test_files() -> None:
    conf = server_conf(port=1, mqtt_port=2, folder=Path("/x"), tls_cert="/c", tls_key="/k")
    assert conf.count("cert_file") == 2
    assert '"obs.*": "ingest.{{partition(4,1)}}.{{wildcard(1)}}"' in conf
    assert '"msg.*": "message.{{partition(4,1)}}.{{wildcard(1)}}"' in conf
    assert "tls" not in server_conf(port=1, mqtt_port=2, folder=Path("/x"))
    users = users_conf("house", "h", [Publisher("a", "p")])
    assert '{ user: "house", password: "h" }' in users
    assert 'publish: ["obs.a", "ingest.0.a", "msg.a", "message.0.a"], subscribe: { deny: ">" }' in users


def test_passwords_are_salted() -> None:
    assert bcrypt("x") != bcrypt("x")
    assert bcrypt("x").startswith("$2b$04$")
