"""Messages over HTTP: in the stream before the answer, refused with field, value and rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client

from naoso.api import messages
from naoso.api.rates import Buckets
from naoso.core.ingest.publisher import access, publisher
from naoso.core.ingest.tests.engines import stream_server
from naoso.core.registry.services import register_source

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
ADDRESS = "/api/v1/messages"


@pytest.fixture(scope="module", autouse=True)
def stream() -> Iterator[None]:
    with stream_server():
        yield
    publisher.close()


@pytest.fixture
def token(cast: SimpleNamespace) -> str:
    source, secret = register_source(
        actor=None, code="panel-9", name="Tủ báo cháy", owner=cast.department, domain="fire"
    )
    return f"Bearer {source.code}.{secret}"


def stored() -> int:
    with access().connect("test") as connection:
        return int(connection.ask("$JS.API.STREAM.INFO.MESSAGES")["state"]["messages"])


def send(client: Client, token: str, body: bytes) -> tuple[int, dict[str, object]]:
    answer = client.post(ADDRESS, body, content_type="application/json", headers={"Authorization": token})
    return answer.status_code, json.loads(answer.content)


def test_a_message_is_in_the_stream_when_the_answer_comes(client: Client, token: str) -> None:
    before = stored()
    assert send(client, token, b'{"id": "1", "type": "alarm"}') == (202, {"accepted": 1})
    assert stored() == before + 1


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 422), (b"[" * 100_000, 422), (b'"' + b"x" * 2_000_000 + b'"', 413)]
)
def test_what_is_no_message_is_refused(client: Client, token: str, body: bytes, status: int) -> None:
    before = stored()
    code, told = send(client, token, body)
    assert (code, told["status"]) == (status, status)
    assert stored() == before


def test_nobody_may_speak_without_a_token(client: Client, token: str) -> None:
    assert send(client, "Bearer panel-9.wrong", b"{}")[0] == 401


def test_one_that_asks_too_often_is_told_when(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "buckets", Buckets(rate=1, burst=1))
    assert send(client, token, b"{}")[0] == 202
    answer = client.post(ADDRESS, b"{}", content_type="application/json", headers={"Authorization": token})
    assert (answer.status_code, int(answer["Retry-After"]) >= 1) == (429, True)
