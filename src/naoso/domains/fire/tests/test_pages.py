"""Pages: what they show, with how many queries; forms say what is wrong; uploads are told by content."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.objects.models import ObjectKind
from naoso.core.objects.services.editing import add_object
from naoso.core.people.models import AuditEntry
from naoso.core.response.models import Incident
from naoso.domains.fire import panel
from naoso.domains.fire.drawing import drawn_plan
from naoso.domains.fire.intake import messages
from naoso.domains.fire.models import Contact, Detector, Premises, PremisesFile, Suspension, Transmitter
from naoso.domains.fire.services.files import add_plan
from naoso.domains.fire.services.premises import move_premises
from naoso.domains.fire.tests import factories as make

pytestmark = pytest.mark.django_db
BUDGETS = {"list": 10, "alarms": 8, "statistics": 8}


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    make.incident_kind()
    cast.premises = make.premises(cast.department, cast.ward, chemicals="Toluen 25 tấn")
    cast.box = cast.premises.transmitters.get()
    return cast


@pytest.fixture
def owner(client: Client, world: SimpleNamespace) -> Client:
    client.force_login(world.owner)
    return client


def page(client: Client, world: SimpleNamespace, tab: str) -> str:
    return client.get(reverse("fire:premises", args=[world.premises.pk]), {"tab": tab}).content.decode()


def test_the_list_finds_without_tone_marks_and_puts_fire_first(owner: Client, world: SimpleNamespace) -> None:
    other = make.premises(world.department, world.ward, name="An toàn")
    messages([make.message(world.box, make.event())])
    text = owner.get(reverse("fire:list")).content.decode()
    assert text.index(world.premises.name) < text.index(other.name)
    found = owner.get(reverse("fire:list"), {"q": "cho dong quang", "state": "alarm"}).content.decode()
    assert world.premises.name in found
    assert other.name not in found


@pytest.mark.parametrize("name", BUDGETS)
def test_budgets(
    owner: Client, world: SimpleNamespace, django_assert_max_num_queries: Any, name: str
) -> None:
    for _more in range(5):
        row = make.premises(world.department, world.ward)
        messages([make.message(row.transmitters.get(), make.event())])
    owner.get(reverse(f"fire:{name}"))
    with django_assert_max_num_queries(BUDGETS[name]):
        assert owner.get(reverse(f"fire:{name}")).status_code == 200


def test_every_tab_shows_what_it_is_for(owner: Client, world: SimpleNamespace) -> None:
    late = (timezone.now() - dt.timedelta(minutes=30)).isoformat()
    messages([make.message(world.box, make.event("heartbeat"))])
    messages([make.message(world.box, make.event(detector="77"), make.event(time=late, text="từ hôm qua"))])
    assert "Toluen 25 tấn" in page(owner, world, "facts")
    assert world.premises.contacts.get(order=1).phone in page(owner, world, "contacts")
    alarms = page(owner, world, "alarms")
    assert "Đầu báo chưa khai báo" in alarms
    assert "Tới muộn" in alarms
    assert Incident.objects.get().number in alarms
    assert world.box.source.code in page(owner, world, "detectors")
    assert "Theo đầu báo" in page(owner, world, "statistics")
    assert AuditEntry.objects.filter(action="read", row=str(world.premises.subject)).exists()


def test_premises_are_entered_and_listed_only_with_three_contacts(
    owner: Client, world: SimpleNamespace
) -> None:
    given = {
        "name": "Kho giấy", "code": "kho-giay", "category": "warehouse", "owner": world.department.pk,
        "address": "Số 5", "floors": "2", "basements": "0", "occupants_day": "10", "occupants_night": "1",
        "lon": "105.86", "lat": "21.48",
    }  # fmt: skip
    assert owner.post(reverse("fire:new"), given | {"lon": ""}).status_code == 422
    assert owner.post(reverse("fire:new"), given).status_code == 302
    row = Premises.objects.get(code="kho-giay")
    assert 'value="105.860000"' in owner.get(reverse("fire:edit", args=[row.pk])).content.decode()
    for number in range(3):
        owner.post(reverse("fire:move", args=[row.pk]), {"standing": "listed"})
        assert Premises.objects.get(pk=row.pk).standing == "draft"
        address = reverse("fire:contact_add", args=[row.pk])
        assert owner.post(address, {"name": "Trực", "phone": "abc"}).status_code == 422
        owner.post(address, {"name": "Trực", "phone": f"0912 000 00{number}"})
    owner.post(reverse("fire:move", args=[row.pk]), {"standing": "listed"})
    assert Premises.objects.get(pk=row.pk).standing == "listed"
    drop = reverse("fire:contact_drop", args=[row.pk, row.contacts.first().pk])  # type: ignore[union-attr]
    owner.post(drop)
    assert Contact.objects.filter(premises=row).count() == 3


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("plan", drawn_plan(3, seed="x"), 302), ("plan", b"<svg onload=alert(1)>", 422),
        ("paper", b"%PDF-1.7 ... %%EOF", 302), ("paper", b"%PDF-1.7 cut", 422), ("paper", b"MZ\x90", 422),
    ],
)  # fmt: skip
def test_uploads_are_told_by_their_content(
    owner: Client, world: SimpleNamespace, name: str, body: bytes, status: int
) -> None:
    address = reverse(f"fire:{name}_add", args=[world.premises.pk])
    file = SimpleUploadedFile("a.pdf", body, "application/pdf")
    answer = owner.post(address, {"title": "Tầng 1", "floor": "1", "file": file})
    assert answer.status_code == status
    assert PremisesFile.objects.count() == (status == 302)


def test_a_transmitters_secret_is_shown_once_and_a_test_is_bounded(
    owner: Client, world: SimpleNamespace
) -> None:
    at = [world.premises.pk]
    given = {"name": "Bộ 2", "code": "bt-hai", "heartbeat_s": "60"}
    shown = owner.post(reverse("fire:transmitter_add", args=at), given).content.decode()
    assert "msg/bt-hai" in shown
    assert Transmitter.objects.get(source__code="bt-hai").source.domain == "fire"
    test = {"kind": "test", "reason": "x", "minutes": "1440"}
    assert owner.post(reverse("fire:suspend", args=at), test).status_code == 422
    assert owner.post(reverse("fire:suspend", args=at), test | {"minutes": "60"}).status_code == 302
    assert Suspension.objects.get().set_by == world.owner
    assert "Kết thúc ngay" in page(owner, world, "detectors")


def test_the_panel_shows_plan_water_and_telephones(owner: Client, world: SimpleNamespace) -> None:
    plan = add_plan(actor=world.owner, premises=world.premises, photo=make.picture(), title="Tầng 1")
    world.premises.zones.filter(number="1").update(plan=plan, x=25, y=50)
    world.premises.tanks.create(name="Ao làng", capacity_m3=900)
    hydrant = ObjectKind.objects.get(slug="hydrant")
    for number in range(7):
        place = Point(105.85 + number / 1000, 21.47, srid=4326)
        data = {"condition": "works", "flow_lps": 15}
        add_object(actor=None, kind=hydrant, owner=world.department, shape=place, data=data)
    messages([make.message(world.box, make.event())])
    about = panel.context(world.owner, Incident.objects.get())
    assert about is not None
    assert [round(row.away.m) for row in about["hydrants"]] == [0, 103, 207, 310, 414]
    text = render_to_string("fire/incident_panel.html", about | {"incident": Incident.objects.get()})
    assert f'href="tel:{world.premises.contacts.get(order=1).phone}"' in text
    assert 'cx="300.0"' in text
    assert "Ao làng" in text
    shown = owner.get(reverse("fire:sheet", args=[world.premises.pk])).content.decode()
    assert "Toluen 25 tấn" in shown


def test_one_detector_is_isolated(owner: Client, world: SimpleNamespace) -> None:
    detector = Detector.objects.get(zone__premises=world.premises, zone__number="1", address="1")
    given = {"kind": "isolation", "reason": "Thay đầu báo", "minutes": "1440", "detector": detector.pk}
    owner.post(reverse("fire:suspend", args=[world.premises.pk]), given)
    assert Suspension.objects.get().detector == detector
    assert Detector.objects.filter(state="isolated").count() == 1
    messages([make.message(world.box, make.event())])
    assert not Incident.objects.exists()
    messages([make.message(world.box, make.event(detector="2"))])
    assert Incident.objects.count() == 1


def test_moves_follow_the_table(world: SimpleNamespace) -> None:
    row = move_premises(actor=world.owner, premises=world.premises, standing="closed")
    assert row.standing == "closed"
    messages([make.message(world.box, make.event())])  # closed on paper: fire all the same
    assert Incident.objects.count() == 1
