"""Pages of trees: what they show, to whom, with how many queries; the phone's post."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from naoso.core.objects.models import ObjectKind
from naoso.core.objects.services.editing import add_object
from naoso.core.response.models import Incident
from naoso.domains.trees import rules, selectors, services
from naoso.domains.trees.models import Inspection
from naoso.domains.trees.seed import seed_incident_kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    seed_incident_kind()
    kind = ObjectKind.objects.get(slug="tree")
    due = (timezone.localdate() - dt.timedelta(days=3)).isoformat()
    cast.trees = [
        add_object(
            actor=None, kind=kind, owner=owner, shape=Point(105.85, 21.47 + n / 1000, srid=4326),
            data={"species": species, "girth_cm": 150, "height_m": 12, "crown_m": 6, "health": "good",
                  "next_inspection": due, "value_vnd": 5_000_000},
        )
        for n, (owner, species) in enumerate(
            [(cast.department, "Phượng vĩ"), (cast.department, "=HYPERLINK(1)"), (cast.agency, "Sấu")]
        )
    ]  # fmt: skip
    return cast


@pytest.fixture
def owner(client: Client, world: SimpleNamespace) -> Client:
    client.force_login(world.owner)
    return client


def test_the_inventory_counts_ones_own_and_opens_to_its_trees(owner: Client, world: SimpleNamespace) -> None:
    page = owner.get(reverse("trees:inventory"), {"by": "species"}).content.decode()
    assert "Phượng vĩ" in page
    assert "Sấu" not in page
    assert "filter=species+%3D+%27Ph%C6%B0%E1%BB%A3ng+v%C4%A9%27" in page
    lines, whole = selectors.inventory(world.owner, "unit")
    assert [(line.trees, line.value_vnd, line.overdue) for line in lines] == [(2, 10_000_000, 2)]
    one = rules.benefit(150, 12, 6, 0.58).co2_kg + rules.benefit(150, 12, 6, 0.60).co2_kg
    assert whole.co2_t == pytest.approx(one / 1000)


def test_files_hold_the_same_and_no_formula(owner: Client) -> None:
    sheet = load_workbook(
        io.BytesIO(owner.get(reverse("trees:inventory_file", args=["xlsx"]), {"by": "species"}).content)
    ).active
    assert sheet is not None
    names = {row[0].value: row[0].data_type for row in sheet.iter_rows(min_row=2)}
    assert names["=HYPERLINK(1)"] == "s"
    printed = owner.get(reverse("trees:inventory_file", args=["pdf"]))
    assert printed.content.startswith(b"%PDF")


def test_budget(owner: Client, django_assert_max_num_queries: object) -> None:
    owner.get(reverse("trees:inventory"))  # the session is new
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert owner.get(reverse("trees:inventory")).status_code == 200
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert owner.get(reverse("trees:field")).status_code == 200


def test_the_phone_sends_once(owner: Client, world: SimpleNamespace) -> None:
    tree = world.trees[0]
    page = owner.get(reverse("trees:field_tree", args=[tree.pk]))
    assert page["X-Naoso-Account"] == str(world.owner.pk)
    post = {
        "account": world.owner.pk, "key": str(uuid.uuid4()), "health": "poor", "target": "constant",
        "defects": ["heaving", "cavity"], "girth_cm": "152.5", "text": "Gốc bật", "deed": "inspect",
        "at": (timezone.now() - dt.timedelta(hours=2)).isoformat(),
    }  # fmt: skip
    first = owner.post(reverse("trees:field_send", args=[tree.pk]), post)
    again = owner.post(reverse("trees:field_send", args=[tree.pk]), post)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert (Inspection.objects.count(), Incident.objects.count()) == (1, 1)
    assert first.json()["risk"] == "extreme"


def test_the_phone_hears_what_is_wrong(owner: Client, world: SimpleNamespace) -> None:
    address = reverse("trees:field_send", args=[world.trees[0].pk])
    sent = {"account": world.owner.pk, "key": str(uuid.uuid4()), "health": "super", "target": "none"}
    answer = owner.post(address, sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "health"
    assert owner.post(address, sent | {"account": world.chief.pk}).status_code == 403
    hidden = reverse("trees:field_send", args=[world.trees[2].pk])
    assert owner.post(hidden, sent | {"health": "good"}).json()["errors"][0]["rule"] == "scope"


def test_a_permit_from_application_to_stump(client: Client, world: SimpleNamespace) -> None:
    tree = world.trees[0]
    client.force_login(world.owner)
    answer = client.post(reverse("trees:permit_new", args=[tree.pk]), {"reason": "Rễ phá vỉa hè"})
    address = answer["Location"]
    assert "Bạn là người đề nghị" in client.get(address).content.decode()
    client.force_login(world.chief)
    assert "Rễ phá vỉa hè" in client.get(reverse("trees:permits")).content.decode()
    assert client.post(f"{address}decide/", {"answer": "", "approve": "1"}).status_code == 422
    client.post(f"{address}decide/", {"answer": "đã kiểm tra", "approve": "1"})
    client.post(f"{address}fell/")
    tree.refresh_from_db()
    assert tree.state == "removed"


def test_strangers_see_and_do_nothing(client: Client, world: SimpleNamespace) -> None:
    permit = services.apply_for_felling(actor=world.owner, tree=world.trees[0], reason="x")
    client.force_login(world.stranger)
    assert client.get(reverse("trees:permit", args=[permit.pk])).status_code == 404
    assert client.get(reverse("trees:field_tree", args=[world.trees[0].pk])).status_code == 404
    assert client.get(reverse("trees:permit_new", args=[world.trees[0].pk])).status_code == 404
    assert "Rễ" not in client.get(reverse("trees:permits")).content.decode()


def test_species_and_programme_are_edited(owner: Client, world: SimpleNamespace, client: Client) -> None:
    client.force_login(world.chief)
    form = {
        "name": "Bách xanh", "scientific": "Calocedrus macrolepis", "max_height_m": "30",
            "max_girth_cm": "300",
        "density": "0.5", "factor": "0.9", "note": "",
    }  # fmt: skip
    assert client.post(reverse("trees:species_new"), form).status_code == 302
    assert client.post(reverse("trees:species_new"), form).status_code == 422
    assert "Bách xanh" in client.get(reverse("trees:species")).content.decode()
    months = {f"months_{name}": 5 for name in ("ordinary", "conserved", "ancient", "hazardous")}
    assert client.post(reverse("trees:programme"), months | {"price_vnd_cm2": 1000}).status_code == 302


def test_the_card_of_a_tree_offers_what_this_domain_can_do(owner: Client, world: SimpleNamespace) -> None:
    tree = world.trees[0]
    card = owner.get(reverse("objects:card", args=["tree", tree.pk])).content.decode()
    assert reverse("trees:permit_new", args=[tree.pk]) in card
    assert reverse("trees:field_tree", args=[tree.pk]) in card
