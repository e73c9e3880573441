"""Cameras of sections and operations lie within the actor's right; reports count what their reader sees."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.objects.models import CityObject
from naoso.domains.traffic.models import Operation, PlateCamera, Section
from naoso.domains.traffic.selectors.reach import cameras_within
from naoso.domains.traffic.selectors.reports import report_of
from naoso.domains.traffic.services.operations import add_point, save_operation
from naoso.domains.traffic.services.setup import save_section
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def foreign(world: SimpleNamespace) -> CityObject:
    """A camera of another body, of which the owner's body knows nothing."""
    return make.camera(world.agency, world.other_ward, north_m=4000)


def operation_of(world: SimpleNamespace, **more: Any) -> Operation:
    now = timezone.now()
    return Operation(
        **{
            "name": "Chốt", "order": "KH 1", "owner": world.department, "starts_at": now - DAY,
            "ends_at": now + DAY, **more,
        }
    )  # fmt: skip


def section_of(world: SimpleNamespace, end: CityObject) -> Section:
    return Section(
        name="Đoạn 1", start=world.camera, end=end, length_m=900, limit_kmh=50, owner=world.department
    )


def test_a_camera_is_within_reach_by_its_body_its_passages_or_its_reader(
    world: SimpleNamespace, foreign: CityObject
) -> None:
    read = make.camera(world.agency, world.ward)
    PlateCamera.objects.create(camera=read, source=world.source)

    def within(who: object) -> set[int]:
        return set(cameras_within(who, "traffic.setup").values_list("pk", flat=True))  # type: ignore[arg-type]

    assert within(world.owner) == {world.camera.pk, read.pk}
    assert within(world.stranger) == {foreign.pk, read.pk}
    assert within(world.chief) == {world.camera.pk, read.pk, foreign.pk}
    assert within(world.nobody) == set()
    make.pass_by(world.source, foreign)
    assert within(world.owner) == {world.camera.pk, read.pk, foreign.pk}


def test_no_camera_beyond_ones_right_comes_into_a_section_or_an_operation(
    world: SimpleNamespace, foreign: CityObject
) -> None:
    with pytest.raises(BadInput) as caught:
        save_section(actor=world.owner, section=section_of(world, foreign))
    assert [(one.field, one.rule) for one in caught.value.errors] == [("end", "reach")]
    with pytest.raises(BadInput) as caught:
        save_operation(actor=world.owner, operation=operation_of(world), cameras=[foreign], lists=[])
    assert [(one.field, one.rule) for one in caught.value.errors] == [("cameras", "reach")]
    assert (Section.objects.count(), Operation.objects.count()) == (0, 0)
    operation = save_operation(actor=world.chief, operation=operation_of(world), cameras=[foreign], lists=[])
    with pytest.raises(BadInput):
        add_point(actor=world.owner, operation=operation, name="Chốt 1", place="Km 5", camera=foreign)
    save_operation(actor=world.owner, operation=operation, cameras=[foreign, world.camera], lists=[])
    assert operation.cameras.count() == 2  # what stood there stays


def test_forms_offer_cameras_within_reach(
    client: Client, world: SimpleNamespace, foreign: CityObject
) -> None:
    client.force_login(world.owner)
    operation = save_operation(actor=None, operation=operation_of(world), cameras=[], lists=[])
    for name, args in (
        ("section_new", ()), ("operation_new", ()), ("operation", (operation.pk,)), ("passages", ()),
    ):  # fmt: skip
        page = client.get(reverse(f"traffic:{name}", args=args)).content.decode()
        assert (name, world.camera.data["name"] in page, foreign.data["name"] in page) == (name, True, False)
    operation.cameras.set([foreign])
    page = client.get(reverse("traffic:operation_edit", args=[operation.pk])).content.decode()
    assert foreign.data["name"] in page


def test_a_report_counts_what_its_reader_may_see(world: SimpleNamespace, foreign: CityObject) -> None:
    watch, theirs = make.watch_list(world.department, "20A-123.45"), make.source(world.agency)
    operation = save_operation(
        actor=None, operation=operation_of(world), cameras=[world.camera, foreign], lists=[watch]
    )
    make.pass_by(world.source, world.camera, "20A-123.45")
    for n in range(3):
        make.pass_by(theirs, foreign, f"30A-555.5{n}")
    told = report_of(operation, world.owner)
    assert (told["total"], len(told["hits"])) == (1, 1)
    assert report_of(operation, world.chief)["total"] == 4
    planner = world.make.account("planner", world.department)
    world.make.grant(planner, world.make.role("planner", "traffic.operate"), world.department)
    told = report_of(operation, planner)
    assert (told["total"], told["hits"], told["incidents"]) == (0, [], [])


def test_what_stands_in_one_unit_is_of_it(world: SimpleNamespace) -> None:
    other = make.camera(world.department, world.ward, north_m=900)
    elsewhere = make.camera(world.department, world.other_ward, north_m=1900)
    section = save_section(actor=world.owner, section=section_of(world, other))
    gates = [world.camera, elsewhere]
    operation = save_operation(actor=world.owner, operation=operation_of(world), cameras=gates, lists=[])
    assert (section.unit, operation.unit) == (world.ward, None)
    warden = world.make.account("warden", world.department)
    world.make.grant(
        warden, world.make.role("w", "traffic.view", "traffic.setup"), world.root, unit=world.ward
    )
    assert list(Section.objects.visible_to(warden)) == [section]
    section.end = elsewhere
    with pytest.raises(NotAllowed):  # half of it would leave the ward
        save_section(actor=warden, section=section)


def test_lists_that_the_editor_does_not_see_stay(world: SimpleNamespace) -> None:
    foreign, own = make.watch_list(world.agency), make.watch_list(world.department)
    operation = save_operation(actor=None, operation=operation_of(world), cameras=[], lists=[foreign, own])
    operation.name = "Đổi tên"
    save_operation(actor=world.owner, operation=operation, cameras=[], lists=[])
    assert list(operation.lists.all()) == [foreign]
    with pytest.raises(NotAllowed):
        save_operation(actor=world.owner, operation=operation_of(world), cameras=[], lists=[foreign])
