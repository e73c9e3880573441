"""A command leaves signed, is acknowledged or fails; the schedule switches; missing power is an alert."""

from __future__ import annotations

import datetime as dt
import hmac
import json
import threading
import uuid
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.outbound.guard import networks
from naoso.core.alerts.models import Alert
from naoso.core.objects.models import ObjectKind, Relation
from naoso.core.objects.services.editing import add_object
from naoso.core.registry.services import register_source, register_thing
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.services import register_series
from naoso.domains.lighting import intake, services
from naoso.domains.lighting.models import Command, Controller
from naoso.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db


class Cabinet(HTTPServer):
    """A controller on loopback: keeps what it hears and answers with `status`."""

    status = 200
    heard: list[tuple[dict[str, str], bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Cabinet

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Silent."""


@pytest.fixture
def box() -> Iterator[Cabinet]:
    server = Cabinet(("127.0.0.1", 0), Handler)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(cast: SimpleNamespace, box: Cabinet, settings: Any) -> SimpleNamespace:
    settings.WEBHOOK_NETWORKS = networks("127.0.0.0/8")
    kinds = {kind.slug: kind for kind in ObjectKind.objects.all()}
    here = Point(105.85, 21.47, srid=4326)
    cabinet = add_object(
        actor=None, kind=kinds["lighting-cabinet"], owner=cast.department, shape=here, data={"name": "Tủ 1"}
    )
    for _ in range(5):
        lamp = add_object(
            actor=None, kind=kinds["lamp"], owner=cast.department, shape=here, data={"watts": 200}
        )
        Relation.objects.create(from_object=lamp, to_object=cabinet, role="fed_by")
    source, _secret = register_source(
        actor=None, code="tu-1", name="Tủ 1", owner=cast.department, domain="lighting", unit=cast.ward
    )
    thing = register_thing(
        actor=None, kind="cabinet", code="tu-1", name="Tủ 1", owner=cast.department, domain="lighting",
        unit=cast.ward, point=here, source=source,
    )  # fmt: skip
    cast.series = {
        name: register_series(
            actor=None,
            key=f"tu-1/{name}",
            source=source,
            thing=thing,
            property=name,
            unit=unit,
            low=0,
            high=1e5,
        )
        for name, unit in (("power", "W"), ("level", "%"))
    }
    url = f"http://127.0.0.1:{box.server_port}/lights"
    cast.controller = services.connect(actor=cast.owner, cabinet=cabinet, url=url, thing=thing)
    return cast


def told(world: SimpleNamespace, name: str, value: float) -> None:
    """A reading as ingest hands it over."""
    micro = int(timezone.now().timestamp() * 1e6)
    intake.observations(
        StoredBatch(np.array([world.series[name].pk], np.int32), np.array([micro]), np.array([float(value)]))
    )


def long_ago(world: SimpleNamespace) -> None:
    Controller.objects.update(level_since=timezone.now() - dt.timedelta(hours=1))


def test_a_command_is_signed_and_acknowledged(world: SimpleNamespace, box: Cabinet) -> None:
    assert world.controller.rated_watts == 1000
    key = uuid.uuid4()
    first = services.switch(actor=world.owner, controller=world.controller, level=50, key=key)
    assert services.switch(actor=world.owner, controller=world.controller, level=50, key=key) == first
    services.send(first.pk)
    services.send(first.pk)
    [(headers, body)] = box.heard
    assert json.loads(body)["level"] == 50
    secret = services.signing_key(world.controller).encode()
    assert headers["X-Naoso-Signature"] == "sha256=" + hmac.new(secret, body, sha256).hexdigest()
    first.refresh_from_db()
    assert first.state == "done"


def test_telemetry_acknowledges_what_was_only_accepted(world: SimpleNamespace, box: Cabinet) -> None:
    box.status = 202
    command = services.switch(actor=world.owner, controller=world.controller, level=70)
    services.send(command.pk)
    told(world, "level", 30)
    command.refresh_from_db()
    assert command.state == "sent"
    told(world, "level", 69.4)
    command.refresh_from_db()
    assert command.state == "done"


def test_nobody_answers(world: SimpleNamespace, box: Cabinet) -> None:
    box.status = 500
    command = services.switch(actor=world.owner, controller=world.controller, level=70)
    for _ in range(services.MOST_TRIES):
        services.send(command.pk)
    command.refresh_from_db()
    assert (command.state, command.problem) == ("failed", "HTTP 500")
    box.status = 202
    silent = services.switch(actor=world.owner, controller=world.controller, level=30)
    services.send(silent.pk)
    Command.objects.filter(pk=silent.pk).update(given_at=timezone.now() - dt.timedelta(minutes=6))
    assert services.give_up() == 1


def test_who_may_switch_what(world: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        services.switch(actor=world.stranger, controller=world.controller, level=0)
    with pytest.raises(BadInput):
        services.switch(actor=world.owner, controller=world.controller, level=101)
    with pytest.raises(BadInput, match="https"):
        services.connect(actor=world.owner, cabinet=world.controller.cabinet, url="ftp://x/")


def test_missing_power_is_an_alert_until_it_is_back(world: SimpleNamespace) -> None:
    Controller.objects.update(level=100)
    long_ago(world)
    told(world, "power", 700)
    told(world, "power", 690)
    alert = Alert.objects.get(rule="lighting-outage")
    assert (alert.active, alert.owner_id, alert.unit_id) == (True, world.department.pk, world.ward.pk)
    told(world, "power", 990)
    alert.refresh_from_db()
    assert not alert.active


def test_the_schedule_switches_once(world: SimpleNamespace) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0)
    services.add_step(actor=world.owner, controller=world.controller, at=dt.time(11), level=10, days=range(7))
    services.add_step(
        actor=world.owner, controller=world.controller, at=dt.time(11, 30), level=20, days=range(7)
    )
    world.controller.steps.update(done_on=None)
    assert services.run_schedule(noon) == 1
    assert services.run_schedule(noon) == 0
    assert [command.level for command in Command.objects.all()] == [20]


def test_pages(client: Client, world: SimpleNamespace) -> None:
    client.force_login(world.owner)
    page = reverse("lighting:cabinet", args=[world.controller.pk])
    assert "Tủ 1" in client.get(reverse("lighting:cabinets")).content.decode()
    assert services.signing_key(world.controller) in client.get(page).content.decode()
    client.post(f"{page}switch/", {"key": uuid.uuid4(), "level": 100})
    assert Command.objects.get().given_by == world.owner
    assert client.post(f"{page}steps/", {"at": "18:00", "level": 100, "days": [0, 1]}).status_code == 302
    assert client.post(f"{page}steps/", {"at": "18:00", "level": 50, "days": [0]}).status_code == 422
    assert client.post(f"{page}connect/", {"url": "https://user:word@example.vn/x"}).status_code == 422
    client.force_login(world.stranger)
    assert client.get(page).status_code == 404
    assert "Tủ 1" not in client.get(reverse("lighting:cabinets")).content.decode()


def test_a_cabinet_is_connected_by_whoever_may_and_never_by_looking(
    client: Client, world: SimpleNamespace
) -> None:
    box = add_object(
        actor=None, kind=ObjectKind.objects.get(slug="lighting-cabinet"), owner=world.department,
        shape=Point(105.86, 21.48, srid=4326), data={"name": "Tủ 2"},
    )  # fmt: skip
    page = reverse("lighting:of_object", args=[box.pk])
    client.force_login(world.stranger)
    assert client.get(page).status_code == client.post(page, {"url": ""}).status_code == 404
    client.force_login(world.owner)
    assert "Tủ 2" in client.get(page).content.decode()
    assert client.post(page, {"url": "https://user:word@example.vn/x"}).status_code == 422
    assert not Controller.objects.filter(cabinet=box).exists()
    made = client.post(page, {"url": ""})
    own = reverse("lighting:cabinet", args=[Controller.objects.get(cabinet=box).pk])
    assert made.url == client.get(page).url == own
