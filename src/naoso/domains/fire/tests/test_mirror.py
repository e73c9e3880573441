"""Alarms of the national database: read by their mapping, joined with our own, never owned."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.connectors.outbound.guard import networks
from naoso.core.response.models import Incident
from naoso.domains.fire import mirroring
from naoso.domains.fire.intake import messages
from naoso.domains.fire.models import Alarm, MirrorFeed, PanelMessage
from naoso.domains.fire.services.mirrors import save_feed
from naoso.domains.fire.tests import factories as make
from naoso.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db


def new_feed(world: SimpleNamespace, **more: Any) -> MirrorFeed:
    return MirrorFeed(
        **{
            "name": "CSDL quốc gia", "owned_by": "Cục C07", "owner": world.department, "rows_at": "/items",
            "premises_at": "/coSo/ma", "id_at": "/so", "state_at": "/trangThai", "time_at": "/luc",
            "alarm_words": ["báo cháy"], "restore_words": ["kết thúc"], **more,
        }
    )  # fmt: skip


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    make.incident_kind()
    cast.premises = make.premises(cast.department, cast.ward)
    cast.box = cast.premises.transmitters.get()
    cast.feed, cast.secret = save_feed(actor=cast.owner, feed=new_feed(cast), code="csdl")
    return cast


def body(code: str, number: int = 1, state: str = "BÁO CHÁY", at: dt.datetime | None = None) -> bytes:
    row = {"coSo": {"ma": code}, "so": number, "trangThai": state, "luc": (at or timezone.now()).isoformat()}
    return json.dumps({"items": [row]}).encode()


def test_own_and_mirrored_are_one_alarm_with_two_witnesses(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event())])
    messages([make.of_source(world.feed.source, body(world.premises.national_code))] * 2)
    alarm, incident = Alarm.objects.get(), Incident.objects.get()
    assert (alarm.own, alarm.mirrored) == (True, True)
    assert incident.witnesses.count() == 2
    assert any("Cục C07" in witness.title for witness in incident.witnesses.all())


def test_in_one_batch_too_and_the_mirror_first(world: SimpleNamespace) -> None:
    mirrored = make.of_source(world.feed.source, body(world.premises.national_code))
    messages([mirrored])
    assert (Alarm.objects.get().own, Alarm.objects.get().severity) == (False, 3)
    assert PanelMessage.objects.get().mirrored
    assert Incident.objects.get().severity == 3
    messages([make.message(world.box, make.event())])
    assert (Alarm.objects.get().own, Incident.objects.get().witnesses.count()) == (True, 2)


def test_after_people_closed_it_the_mirror_opens_no_second_one(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event())])
    Alarm.objects.update(ended_at=timezone.now())
    Incident.objects.update(state="closed", closed_at=timezone.now(), outcome="false_alarm")
    messages([make.of_source(world.feed.source, body(world.premises.national_code))])
    assert Alarm.objects.get().mirrored
    assert Incident.objects.count() == 1


def test_unknown_premises_are_refused_by_name(world: SimpleNamespace) -> None:
    refused = messages([make.of_source(world.feed.source, body("TN-không-có"))])
    assert [(one.error.field, one.error.value, one.error.rule) for one in refused] == [
        ("/coSo/ma", "TN-không-có", "known")
    ]


def test_its_end_restores_its_own_word_alone(world: SimpleNamespace) -> None:
    code = world.premises.national_code
    messages([make.message(world.box, make.event()), make.of_source(world.feed.source, body(code))])
    messages([make.of_source(world.feed.source, body(code, state="Kết thúc"))])
    assert Alarm.objects.get().restored_at is None
    messages([make.message(world.box, make.event("restore", zone="", detector=""))])
    assert Alarm.objects.get().restored_at is not None


def test_a_feed_is_declared_by_who_may(world: SimpleNamespace) -> None:
    assert world.secret
    with pytest.raises(BadInput) as refused:
        save_feed(actor=world.owner, feed=new_feed(world, time_at="luc", url="http://10.0.0.1/x"), code="b")
    assert {error.field for error in refused.value.errors} == {"time_at", "url"}
    with pytest.raises(NotAllowed):
        save_feed(actor=world.stranger, feed=new_feed(world), code="c")


@pytest.fixture
def database() -> Iterator[HTTPServer]:
    """Answers what the test gives it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer: bytes = self.server.answer  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_feed_is_asked_and_what_is_wrong_stands_on_it(
    world: SimpleNamespace, database: HTTPServer, settings: Any
) -> None:
    settings.WEBHOOK_NETWORKS = networks("127.0.0.0/8")
    MirrorFeed.objects.update(url=f"http://127.0.0.1:{database.server_port}/")
    database.answer = body(world.premises.national_code)  # type: ignore[attr-defined]
    assert mirroring.pull_all() == 1
    assert Alarm.objects.get().mirrored
    database.answer = b"<html>"  # type: ignore[attr-defined]
    assert mirroring.pull_all() == 0
    assert "JSON" in MirrorFeed.objects.get().problem
    settings.WEBHOOK_NETWORKS = ()
    assert mirroring.pull_all() == 0
    assert Alarm.objects.count() == 1
