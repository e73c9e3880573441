"""Turning a camera of the simulator: one holds it, another waits, whoever manages it may take it over."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.onvif import Login
from naoso.connectors.onvif.serving import Gate, SimulatedCamera, serving
from naoso.domains.cameras.models import Control, GroupAccess, Look, LookKind
from naoso.domains.cameras.pages import control as pages
from naoso.domains.cameras.reaching import sealed
from naoso.domains.cameras.services import control
from naoso.domains.cameras.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db
CONTROL, MANAGE, VIEW = "cameras.control", "cameras.manage", "cameras.view"
SECRET = "chỉ-máy-biết"
# method, name, data, status for whoever holds it
MATRIX: list[tuple[str, str, dict[str, Any], int]] = [
    ("get", "control", {}, 200),
    ("post", "control_take", {"reason": "duty"}, 200),
    ("post", "control_release", {}, 200),
    ("post", "control_move", {"pan": "0.5"}, 204),
    ("get", "control_presets", {}, 200),
    ("post", "control_preset", {"name": "Nhìn ra cầu"}, 200),
]


@pytest.fixture
def gate() -> Iterator[tuple[Gate, int]]:
    """A simulated device that runs beside the test."""
    site = Gate({"a": SimulatedCamera("Nút giao", "rtsp://127.0.0.1:554/a")}, Login("demo", SECRET))
    ready, loop = threading.Event(), asyncio.new_event_loop()
    told: list[int] = []
    stop = asyncio.Event()

    async def run() -> None:
        async with serving(site, "127.0.0.1", 0) as port:
            told.append(port)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait(5)
    yield site, told[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(5)
    loop.close()


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, gate: tuple[Gate, int]) -> SimpleNamespace:
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"),)
    cast.gate, port = gate
    cast.source = make.source(
        cast, can_turn=True, onvif_url=f"http://127.0.0.1:{port}/onvif/a/device_service", username="demo",
        sealed_password=sealed(SECRET),
    )  # fmt: skip
    cast.turner, cast.other, cast.manager = (
        holder(cast, name, *rights)
        for name, rights in (("a", [CONTROL]), ("b", [CONTROL]), ("c", [CONTROL, MANAGE]))
    )
    return cast


def holder(cast: SimpleNamespace, name: str, *permissions: str) -> Any:
    account = cast.make.account(f"turner-{name}", cast.department)
    cast.make.grant(account, cast.make.role(f"turner-{name}", VIEW, *permissions), cast.department)
    return account


def ask(account: Any, world: SimpleNamespace, row: tuple[str, str, dict[str, Any], int]) -> Any:
    client = Client()
    client.force_login(account)
    return getattr(client, row[0])(reverse(f"cameras:{row[1]}", args=[world.source.camera_id]), row[2])


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row[1])
def test_who_gets_in(world: SimpleNamespace, row: tuple[str, str, dict[str, Any], int]) -> None:
    control.take(actor=world.turner, source=world.source, reason="duty")
    assert [ask(who, world, row).status_code for who in (world.stranger, world.colleague)] == [404, 404]
    assert ask(world.nobody, world, row).status_code == 403
    assert ask(holder(world, "seer"), world, row).status_code == 403
    assert ask(world.turner, world, row).status_code == row[3]
    assert {one[1] for one in MATRIX} == {pattern.name for pattern in pages.urlpatterns}


def test_one_holds_it_and_it_falls_free_by_itself(world: SimpleNamespace) -> None:
    now = timezone.now()
    source = world.source
    control.take(actor=world.turner, source=source, reason="traffic", now=now)
    with pytest.raises(Conflict) as held:
        control.take(actor=world.other, source=source, reason="duty", over=True, now=now)
    assert str(world.turner) in str(held.value)
    assert not control.holding(actor=world.other, source=source, now=now).may_take_over
    assert control.holding(actor=world.manager, source=source, now=now).may_take_over
    control.take(actor=world.manager, source=source, reason="incident", over=True, now=now)
    with pytest.raises(Conflict):
        control.renew(actor=world.turner, source=source, now=now)
    later = now + dt.timedelta(seconds=59)
    control.renew(actor=world.manager, source=source, now=later)
    with pytest.raises(Conflict):
        control.take(actor=world.turner, source=source, reason="duty", now=now + dt.timedelta(seconds=90))
    control.take(actor=world.turner, source=source, reason="duty", now=later + dt.timedelta(seconds=61))
    looks = Look.objects.filter(kind=LookKind.CONTROL).order_by("id")
    assert [look.account for look in looks] == [world.turner, world.manager, world.turner]
    control.release(actor=world.other, source=source)
    assert Control.objects.exists()
    control.release(actor=world.turner, source=source)
    assert not Control.objects.exists()


def test_it_turns_stops_and_remembers_views(world: SimpleNamespace) -> None:
    actor, source = world.turner, world.source
    with pytest.raises(Conflict):
        control.steer(actor=actor, source=source, pan=1, tilt=0, zoom=0)
    control.take(actor=actor, source=source, reason="duty")
    views = control.remember(actor=actor, source=source, name="  Nhìn  ra cầu ")
    assert [one.name for one in views] == ["Nhìn ra cầu"]
    control.steer(actor=actor, source=source, pan=1, tilt=0, zoom=0)
    control.steer(actor=actor, source=source, pan=0, tilt=0, zoom=0)
    assert world.gate.cameras["a"].place[0] > 0
    control.go_to(actor=actor, source=source, preset=views[0].token)
    assert world.gate.cameras["a"].place[0] == 0
    asked = [call for call in world.gate.calls if call.startswith("Get")]
    assert asked.count("GetProfiles") == 1  # what is known is not asked before each move
    for bad in (2.0, float("nan")):
        with pytest.raises(BadInput):
            control.steer(actor=actor, source=source, pan=bad, tilt=0, zoom=0)


def test_a_restricted_group_and_a_wrong_password_say_no_in_words(world: SimpleNamespace) -> None:
    actor, source = world.turner, world.source
    source.group = make.group(world, "Kín", restricted=True)
    source.save()
    with pytest.raises(NotAllowed):
        control.take(actor=actor, source=source, reason="duty")
    GroupAccess.objects.create(group=source.group, account=actor, may=["control"], reason="Trực")
    control.take(actor=actor, source=source, reason="duty")
    world.gate.who = Login("demo", "khác")
    answer = ask(actor, world, ("post", "control_move", {"zoom": "1"}, 502))
    assert answer.status_code == 502
    assert "ONVIF" in answer.json()["detail"]
    assert SECRET not in answer.content.decode()
    answer = ask(actor, world, ("post", "control_take", {"reason": ""}, 422))
    assert answer.status_code == 200  # it is held already: no second look
    source.onvif_url = ""
    source.save()
    assert ask(actor, world, ("get", "control_presets", {}, 422)).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_move_is_dropped_while_another_is_on_its_way(world: SimpleNamespace) -> None:
    control.take(actor=world.turner, source=world.source, reason="duty")
    busy: list[int] = []

    def another() -> None:
        row = ("post", "control_move", {"pan": "1"}, 409)
        busy.append(ask(world.turner, world, row).status_code)
        connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [control.MOVES, world.source.pk])
        thread = threading.Thread(target=another)
        thread.start()
        thread.join(10)
    assert busy == [409]
    assert "ContinuousMove" not in world.gate.calls
