"""Messages that are no readings: from the real stream to the domain of their source, once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from naoso.connectors.nats.client import Connection
from naoso.core.ingest import services
from naoso.core.ingest.models import Position, Quarantine
from naoso.core.ingest.publisher import access
from naoso.core.registry.models import LastWord, Source
from naoso.core.registry.services import register_source
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.messages import Refused, SourceMessage

from .engines import hand_over_until_idle, stream_server

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
taken: list[SourceMessage] = []
faults: list[Exception] = []


def take(messages: Sequence[SourceMessage]) -> list[Refused]:
    """A domain that fails on request and refuses what calls itself bad."""
    if faults:
        raise faults.pop()
    bad = FieldError("type", "bad", "known", "is none that this domain knows")
    refused = [Refused(i, bad) for i, message in enumerate(messages) if b"bad" in message.payload]
    taken.extend(message for i, message in enumerate(messages) if i not in {one.index for one in refused})
    return refused


TAKERS = {"alarms": f"{__name__}.take"}


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    with stream_server():
        yield


@pytest.fixture
def stream() -> Iterator[Connection]:
    taken.clear()
    faults.clear()
    with access().connect("device") as connection:
        connection.ask("$JS.API.STREAM.PURGE.MESSAGES")
        yield connection


@pytest.fixture
def panel(cast: SimpleNamespace) -> Source:
    source, _secret = register_source(
        actor=None, code="panel-1", name="Tủ báo cháy", owner=cast.department, domain="alarms"
    )
    return source


def send(stream: Connection, body: Any, code: str = "panel-1") -> None:
    stream.request(f"msg.{code}", json.dumps(body).encode())


def test_a_message_reaches_the_domain_of_its_source(stream: Connection, panel: Source) -> None:
    send(stream, {"id": "1", "type": "alarm"})
    hand_over_until_idle(TAKERS)
    [message] = taken
    assert (message.source_id, message.code, message.owner_id) == (panel.pk, "panel-1", panel.owner_id)
    assert json.loads(message.payload) == {"id": "1", "type": "alarm"}
    assert LastWord.objects.get().source == panel
    assert Position.objects.filter(stream="MESSAGES", sequence__gt=0).count() == 1


def test_what_was_taken_is_not_handed_over_again(stream: Connection, panel: Source) -> None:
    send(stream, {"id": "1"})
    hand_over_until_idle(TAKERS)
    send(stream, {"id": "2"})
    hand_over_until_idle(TAKERS)
    assert [json.loads(message.payload)["id"] for message in taken] == ["1", "2"]


def test_what_a_domain_refuses_lies_in_quarantine(stream: Connection, panel: Source) -> None:
    for name in ("good", "bad", "fine"):
        send(stream, {"id": name})
    hand_over_until_idle(TAKERS)
    assert [json.loads(message.payload)["id"] for message in taken] == ["good", "fine"]
    kept = Quarantine.objects.get()
    assert (kept.subject, kept.field, kept.source) == ("msg.panel-1", "type", panel)
    assert json.loads(kept.text) == {"id": "bad"}


def test_a_message_that_a_domain_fails_on_stops_no_other(stream: Connection, panel: Source) -> None:
    faults.extend([RuntimeError("on the second"), RuntimeError("on the batch")])
    for number in range(3):
        send(stream, {"id": number})
    hand_over_until_idle(TAKERS)
    assert [json.loads(message.payload)["id"] for message in taken] == [1, 2]
    kept = Quarantine.objects.get()
    assert (kept.rule, json.loads(kept.text)["id"]) == ("internal", 0)


@pytest.mark.parametrize(("code", "rule"), [("nobody", "unknown-source"), ("gauge", "refused")])
def test_messages_of_nobody_or_for_nobody_are_kept(
    stream: Connection, cast: SimpleNamespace, code: str, rule: str
) -> None:
    register_source(actor=None, code="gauge", name="Trạm đo", owner=cast.department, domain="readings-only")
    send(stream, {"id": "1"}, code)
    hand_over_until_idle(TAKERS)
    assert (Quarantine.objects.get().rule, taken) == (rule, [])


def test_a_mended_message_goes_the_same_way_again(
    stream: Connection, panel: Source, cast: SimpleNamespace
) -> None:
    send(stream, {"id": "bad"})
    hand_over_until_idle(TAKERS)
    kept = Quarantine.objects.get()
    with pytest.raises(BadInput, match="no JSON"):
        services.replay(message=kept, actor=cast.chief, text="{")
    services.replay(message=kept, actor=cast.chief, text='{"id": "mended"}')
    hand_over_until_idle(TAKERS)
    assert [json.loads(message.payload)["id"] for message in taken] == ["mended"]
