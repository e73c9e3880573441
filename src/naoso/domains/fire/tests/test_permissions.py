"""The matrix: who gets in, who does not, at every address of this part; hidden rows stay hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from naoso.core.response.models import Incident
from naoso.domains.fire import layers, panel, selectors, urls
from naoso.domains.fire.intake import messages
from naoso.domains.fire.models import Contact, Detector, MirrorFeed, PremisesFile, WaterTank, Zone
from naoso.domains.fire.services.files import add_paper, add_plan
from naoso.domains.fire.services.suspending import suspend
from naoso.domains.fire.tests import factories as make

pytestmark = pytest.mark.django_db
VIEW, MANAGE, TEST = "fire.view", "fire.manage", "fire.test"
PLACE = ("premises",)
# method, name, which ids, permission, status for who holds it, data
MATRIX: list[tuple[str, str, tuple[str, ...], str, int, dict[str, Any]]] = [
    ("get", "list", (), VIEW, 200, {}),
    ("get", "alarms", (), VIEW, 200, {}),
    ("get", "statistics", (), VIEW, 200, {}),
    ("get", "card", PLACE, VIEW, 200, {}),
    ("get", "premises", PLACE, VIEW, 200, {}),
    ("get", "sheet", PLACE, VIEW, 200, {}),
    ("get", "plan", ("premises", "plan", "size"), VIEW, 200, {}),
    ("get", "paper", ("premises", "paper"), VIEW, 200, {}),
    ("get", "new", (), MANAGE, 200, {}),
    ("get", "edit", PLACE, MANAGE, 200, {}),
    ("post", "move", PLACE, MANAGE, 302, {"standing": "listed"}),
    ("post", "contact_add", PLACE, MANAGE, 302, {"name": "Bảo vệ", "phone": "0912 345 678"}),
    ("post", "contact_drop", ("premises", "contact"), MANAGE, 302, {}),
    ("post", "tank_add", PLACE, MANAGE, 302, {"name": "Bể", "capacity_m3": "50"}),
    ("post", "tank_drop", ("premises", "tank"), MANAGE, 302, {}),
    ("post", "plan_add", PLACE, MANAGE, 422, {}),
    ("post", "paper_add", PLACE, MANAGE, 422, {}),
    ("post", "file_drop", ("premises", "plan"), MANAGE, 302, {}),
    ("post", "transmitter_add", PLACE, MANAGE, 200, {"name": "Bộ 2", "code": "bt-x", "heartbeat_s": "60"}),
    ("post", "transmitter_off", ("premises", "box"), MANAGE, 302, {"reason": "thay thiết bị"}),
    ("post", "zone_add", PLACE, MANAGE, 302, {"number": "7", "name": "Kho", "floor": "1"}),
    ("post", "zone_drop", ("premises", "zone"), MANAGE, 302, {}),
    ("post", "detectors_add", PLACE, MANAGE, 302, {"zone": "zone", "kind": "smoke", "addresses": "31, 32"}),
    ("post", "detector_drop", ("premises", "detector"), MANAGE, 302, {}),
    ("post", "suspend", PLACE, TEST, 302, {"kind": "test", "minutes": "30", "reason": "Định kỳ"}),
    ("post", "resume", ("premises", "suspension"), TEST, 302, {}),
    ("get", "mirrors", (), MANAGE, 200, {}),
    ("get", "mirror_new", (), MANAGE, 200, {}),
    ("get", "mirror", ("feed",), MANAGE, 200, {}),
]  # fmt: skip


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    make.incident_kind()
    row = make.premises(cast.department, cast.ward)
    plan = add_plan(actor=cast.owner, premises=row, photo=make.picture(), title="Tầng 1")
    paper = add_paper(actor=cast.owner, premises=row, data=b"%PDF-1.7\n%%EOF", title="Phương án")
    tank = WaterTank.objects.create(premises=row, name="Ao", capacity_m3=900)
    feed = MirrorFeed.objects.create(
        name="CSDL", owned_by="C07", owner=cast.department, source=make.source("csdl", cast.department),
        premises_at="/p", id_at="/i", state_at="/s", time_at="/t", alarm_words=["a"], restore_words=["r"],
    )  # fmt: skip
    zone = Zone.objects.filter(premises=row).first()
    assert zone is not None
    test = suspend(actor=cast.owner, premises=row, kind="test", reason="x", until=make.soon(), zone=zone)
    cast.premises = row
    cast.ids = {
        "premises": row.pk, "plan": plan.key, "paper": paper.key, "size": "small", "tank": tank.pk,
        "feed": feed.pk, "zone": zone.pk, "suspension": test.pk, "box": row.transmitters.get().pk,
        "contact": row.contacts.first().pk, "detector": Detector.objects.filter(zone=zone).first().pk,  # type: ignore[union-attr]
    }  # fmt: skip
    return cast


def asked(client: Client, world: SimpleNamespace, entry: tuple[Any, ...]) -> int:
    method, name, ids, _permission, _status, data = entry
    address = reverse(f"fire:{name}", args=[world.ids[one] for one in ids])
    data = {key: world.ids["zone"] if value == "zone" else value for key, value in data.items()}
    answer = getattr(client, method)(address, data)
    if answer.streaming:
        answer.getvalue()  # read to its end, the file is closed
    return int(answer.status_code)


@pytest.mark.parametrize("entry", MATRIX, ids=lambda entry: entry[1])
def test_whoever_holds_the_right_there_and_nobody_else(
    client: Client, world: SimpleNamespace, entry: tuple[Any, ...]
) -> None:
    Contact.objects.create(premises=world.premises, name="Bốn", phone="0999", order=9)
    seer = world.make.account("seer", world.department)
    world.make.grant(seer, world.make.role("seer", "fire.view"), world.department)
    holder = world.make.account("holder", world.department)
    world.make.grant(holder, world.make.role("holder", VIEW, entry[3]), world.department)
    hidden = 404 if entry[2] else 200  # a list without the hidden rows
    for who, status in ((world.nobody, 403), (world.stranger, hidden), (world.colleague, hidden)):
        client.force_login(who)
        if hidden == 404 or status == 403:
            assert asked(client, world, entry) == status
    client.force_login(seer)
    assert asked(client, world, entry) == (entry[4] if entry[3] == VIEW else 403)
    client.force_login(holder)
    assert asked(client, world, entry) == entry[4]


def test_the_matrix_is_whole() -> None:
    assert {entry[1] for entry in MATRIX} == {pattern.name for pattern in urls.urlpatterns}


def test_hidden_rows_stay_hidden(client: Client, world: SimpleNamespace) -> None:
    for who, sees in (
        (world.owner, True),
        (world.chief, True),
        (world.stranger, False),
        (world.nobody, False),
    ):
        assert selectors.premises(who).exists() is sees
        assert bool(layers.premises_layer(who, None)["features"]) is sees
        assert bool(selectors.search(who, "cho dong quang")) is sees
    for name in ("list", "alarms", "statistics", "mirrors"):
        client.force_login(world.stranger)
        page = client.get(reverse(f"fire:{name}")).content.decode()
        assert world.premises.name not in page
        assert "C07" not in page


def test_a_file_of_other_premises_is_not_found(client: Client, world: SimpleNamespace) -> None:
    other = make.premises(world.department, world.ward)
    client.force_login(world.owner)
    assert client.get(reverse("fire:plan", args=[other.pk, world.ids["plan"], "full"])).status_code == 404
    paper = client.get(reverse("fire:paper", args=[world.premises.pk, world.ids["paper"]]))
    assert paper["Content-Disposition"].startswith("attachment")
    assert paper["X-Content-Type-Options"] == "nosniff"
    assert paper.getvalue().startswith(b"%PDF")  # type: ignore[attr-defined]
    assert PremisesFile.objects.count() == 2


def test_the_panel_of_an_incident_is_for_who_may_see_the_premises(world: SimpleNamespace) -> None:
    box = world.premises.transmitters.get()
    messages([make.message(box, make.event(zone="2"))])
    incident = Incident.objects.get()
    about = panel.context(world.owner, incident)
    assert about is not None
    assert about["premises"] == world.premises
    assert [detector.zone.number for detector in about["alarming"]] == ["2"]
    assert (len(about["contacts"]), len(about["tanks"]), len(about["plans"])) == (3, 1, 1)
    assert panel.context(world.stranger, incident) is None
