"""Inspections arrive once and become what they must; permits need two people."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.core.objects.models import CityObject, ObjectKind, Relation
from naoso.core.objects.services.editing import add_object
from naoso.core.response.models import Incident
from naoso.domains.trees import catalogue, services
from naoso.domains.trees.models import Inspection, Species
from naoso.domains.trees.seed import seed_incident_kind
from naoso.domains.trees.services import Seen
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    seed_incident_kind()
    here = Point(105.85, 21.47, srid=4326)
    kinds = {kind.slug: kind for kind in ObjectKind.objects.all()}
    cast.tree = add_object(
        actor=None, kind=kinds["tree"], owner=cast.department, shape=here,
        data={"species": "Phượng vĩ", "girth_cm": 150, "height_m": 10},
    )  # fmt: skip
    cast.site = add_object(
        actor=None,
        kind=kinds["planting-site"],
        owner=cast.department,
        shape=here,
        data={"condition": "planted"},
    )
    Relation.objects.create(from_object=cast.tree, to_object=cast.site, role="stands_on")
    cast.inspector = cast.make.account("inspector", cast.department)
    cast.make.grant(
        cast.inspector, cast.make.role("inspector", "trees.inspect", "trees.permit"), cast.department
    )
    return cast


def test_a_sound_tree_learns_and_is_seen_again_in_time(world: SimpleNamespace) -> None:
    seen = Seen("fair", "seldom", girth_cm=155)
    services.inspect(actor=world.inspector, tree=world.tree, seen=seen, key=uuid.uuid4())
    tree = CityObject.objects.get(pk=world.tree.pk)
    day = timezone.localdate()
    assert tree.data["girth_cm"] == 155
    assert tree.data["height_m"] == 10
    assert (tree.data["health"], tree.data["class"]) == ("fair", "ordinary")
    assert tree.data["last_inspected"] == day.isoformat()
    assert tree.data["next_inspection"] > (day + dt.timedelta(days=700)).isoformat()
    assert tree.data["value_vnd"] > 0
    assert tree.changed_by == world.inspector
    assert not Incident.objects.exists()


def test_a_hazardous_one_becomes_one_incident_however_often_it_is_sent(world: SimpleNamespace) -> None:
    key, seen = uuid.uuid4(), Seen("poor", "constant", {"heaving"}, note="Gốc bật lên")
    for _ in range(2):
        made = services.inspect(actor=world.inspector, tree=world.tree, seen=seen, key=key)
    incident = Incident.objects.get()
    assert made.incident_number == incident.number
    assert (made.risk, incident.owner, incident.unit_id) == ("extreme", world.department, world.ward.pk)
    assert CityObject.objects.get(pk=world.tree.pk).data["class"] == "hazardous"


def test_a_late_one_is_kept_but_changes_no_figures(world: SimpleNamespace) -> None:
    now = timezone.now()
    for at, health in ((now, "good"), (now - dt.timedelta(days=3), "dying")):
        services.inspect(
            actor=world.inspector, tree=world.tree, seen=Seen(health, "none", at=at), key=uuid.uuid4()
        )
    assert Inspection.objects.count() == 2
    assert CityObject.objects.get(pk=world.tree.pk).data["health"] == "good"


@pytest.mark.parametrize(
    ("seen", "rule"),
    [
        (Seen("good", "moon"), "known"),
        (Seen("good", "none", {"charm"}), "known"),
        (Seen("good", "none", at=timezone.now() + dt.timedelta(hours=2)), "future"),
        (Seen("good", "none", at=dt.datetime(1970, 1, 1, tzinfo=dt.UTC)), "age"),
    ],
)
def test_nonsense_is_named(world: SimpleNamespace, seen: Seen, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        services.inspect(actor=world.inspector, tree=world.tree, seen=seen, key=uuid.uuid4())
    assert refused.value.errors[0].rule == rule


def test_strangers_inspect_nothing(world: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        services.inspect(actor=world.stranger, tree=world.tree, seen=Seen("good", "none"), key=uuid.uuid4())


def test_a_permit_is_decided_by_another_and_fells_once(world: SimpleNamespace) -> None:
    permit = services.apply_for_felling(actor=world.inspector, tree=world.tree, reason="rễ phá vỉa hè")
    with pytest.raises(Conflict):
        services.apply_for_felling(actor=world.owner, tree=world.tree, reason="lần nữa")
    with pytest.raises(NotAllowed):
        services.decide(actor=world.inspector, permit=permit, approve=True, answer="ok")
    services.decide(actor=world.owner, permit=permit, approve=True, answer="đã kiểm tra")
    with pytest.raises(Conflict):
        services.decide(actor=world.owner, permit=permit, approve=False, answer="đổi ý")
    services.fell(actor=world.inspector, permit=permit)
    assert CityObject.objects.get(pk=world.tree.pk).state == "removed"
    assert CityObject.objects.get(pk=world.site.pk).data["condition"] == "stump"
    with pytest.raises(Conflict):
        services.fell(actor=world.inspector, permit=permit)


def test_whoever_applied_does_not_decide(world: SimpleNamespace) -> None:
    permit = services.apply_for_felling(actor=world.owner, tree=world.tree, reason="x")
    with pytest.raises(BadInput, match=r"applied|nộp"):
        services.decide(actor=world.owner, permit=permit, approve=True, answer="ok")


def test_an_old_permit_fells_nothing(world: SimpleNamespace) -> None:
    permit = services.apply_for_felling(actor=world.inspector, tree=world.tree, reason="x")
    permit = services.decide(actor=world.owner, permit=permit, approve=True, answer="ok")
    permit.valid_until = timezone.localdate() - dt.timedelta(days=1)
    permit.save()
    with pytest.raises(Conflict):
        services.fell(actor=world.inspector, permit=permit)
    assert services.expire_permits() == 1


def test_what_is_unlikely_for_a_species() -> None:
    assert Species.objects.count() == 30
    assert catalogue.implausible({"species": "phuong vi", "girth_cm": 200}) == []
    found = catalogue.implausible({"species": "Phượng vĩ", "girth_cm": 900, "height_m": 40})
    assert [error.field for error in found] == ["height_m", "girth_cm"]
    assert [error.rule for error in catalogue.implausible({"species": "Bạch đàn sao Hỏa"})] == ["catalogue"]
