"""Who may look: permission, scope, rows of a restricted group, hours; every look is written down."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.core.people.models import AuditEntry
from naoso.core.response.models import Incident
from naoso.core.response.tests.factories import incident
from naoso.domains.cameras.models import GroupAccess, Look, LookKind, May
from naoso.domains.cameras.rights import look, look_at_many, may, require_may, rights_of, watchable
from naoso.domains.cameras.rules.access import Opening
from naoso.domains.cameras.tests import factories as make
from naoso.kernel.errors import BadInput, NotAllowed

NIGHT = (dt.time(22), dt.time(6))
DAY = (dt.time(8), dt.time(17))


def at(hour: int, day: int = 10) -> dt.datetime:
    return dt.datetime(2026, 6, day, hour, 30, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("hours", "hour", "opens"),
    [
        (DAY, 8, True), (DAY, 7, False), (DAY, 17, False), (NIGHT, 23, True), (NIGHT, 3, True),
        (NIGHT, 12, False), ((None, None), 3, True),
    ],
)  # fmt: skip
def test_hours_of_the_local_clock(hours: tuple[Any, Any], hour: int, opens: bool) -> None:
    assert Opening(["live"], *hours).opens("live", at(hour)) is opens


def test_the_last_day_counts_and_other_rights_do_not() -> None:
    row = Opening(["live"], valid_to=dt.date(2026, 6, 10))
    assert row.opens("live", at(23))
    assert not row.opens("live", at(0, day=11))
    assert not row.opens("export", at(9))


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    cast.open = make.source(cast, make.group(cast))
    cast.shut = make.source(cast, make.group(cast, "Khu cách ly", restricted=True))
    cast.guard = cast.make.account("guard", cast.department)
    cast.make.grant(cast.guard, cast.make.role("guard", "cameras.view", "cameras.live"), cast.department)
    return cast


@pytest.mark.django_db
def test_permission_and_scope(world: SimpleNamespace) -> None:
    free = make.source(world)
    for who, sees in (
        (world.owner, True),
        (world.chief, True),
        (world.stranger, False),
        (world.nobody, False),
    ):
        assert may(who, world.open, May.LIVE) is sees
        assert may(who, free, May.EXPORT) is sees
        assert set(watchable(who)) == ({world.open, free} if sees else set())
    assert not may(world.guard, world.open, May.HISTORY)
    with pytest.raises(NotAllowed):
        require_may(world.guard, world.open, May.CONTROL)


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["person", "body"])
def test_a_restricted_group_is_for_those_named(world: SimpleNamespace, named: str) -> None:
    assert not may(world.owner, world.shut, May.LIVE)
    world.chief.is_superuser = True
    assert not may(world.chief, world.shut, May.LIVE)
    whom = {"account": world.guard} if named == "person" else {"organisation": world.department}
    GroupAccess.objects.create(
        group=world.shut.group, may=["live"], hours_from=NIGHT[0], hours_to=NIGHT[1], reason="trực", **whom,
        valid_to=dt.date(2026, 6, 30),
    )  # fmt: skip
    assert may(world.guard, world.shut, May.LIVE, at(23))
    assert world.shut in watchable(world.guard, at(23))
    assert not may(world.guard, world.shut, May.LIVE, at(12))
    assert world.shut not in watchable(world.guard, at(12))
    assert not may(world.guard, world.shut, May.LIVE, at(23) + dt.timedelta(days=30))
    assert may(world.owner, world.shut, May.LIVE, at(23)) is (named == "body")
    GroupAccess.objects.create(group=world.shut.group, may=["live"], reason="x", account=world.stranger)
    assert not may(world.stranger, world.shut, May.LIVE)  # a row is no permission


@pytest.mark.django_db
def test_many_cameras_cost_no_more_statements(
    world: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    for _more in range(5):
        make.source(world, world.shut.group)
    with django_assert_max_num_queries(11):  # outside a request each right reads its grants
        rights = rights_of(world.owner)
        assert sum(rights.may(source, May.LIVE) for source in watchable(world.owner)) == 1


@pytest.mark.django_db
def test_one_that_is_switched_off_shows_nothing_live(world: SimpleNamespace) -> None:
    world.open.enabled = False
    world.open.save()
    assert not may(world.owner, world.open, May.LIVE)
    assert may(world.owner, world.open, May.HISTORY)
    assert world.open not in watchable(world.owner)
    assert world.open in watchable(world.owner, right=May.HISTORY)


@pytest.mark.django_db
def test_a_look_is_written_down_with_its_reason(world: SimpleNamespace) -> None:
    with pytest.raises(BadInput):
        look(actor=world.owner, source=world.open, kind=LookKind.LIVE, reason="  ")
    with pytest.raises(NotAllowed):
        look(actor=world.stranger, source=world.open, kind=LookKind.LIVE, reason="x")
    assert not Look.objects.exists()
    look(actor=world.owner, source=world.open, kind=LookKind.LIVE, reason="Ùn tắc ở nút giao")
    trail = AuditEntry.objects.filter(action="read", row=f"cameras:camera:{world.open.camera_id}").get()
    assert trail.actor_id == world.owner.pk
    assert "Ùn tắc" in trail.reason
    with pytest.raises(NotAllowed):
        look_at_many(actor=world.owner, sources=[world.open, world.shut], kind=LookKind.WALL, reason="duty")
    assert Look.objects.count() == 1
    assert [look.camera_id for look in Look.objects.visible_to(world.owner)] == [world.open.camera_id]
    assert not Look.objects.visible_to(world.stranger).exists()


@pytest.mark.django_db
def test_recordings_need_an_open_incident_that_one_sees(world: SimpleNamespace) -> None:
    case = incident(world)
    foreign = incident(world, owner=world.agency, actor=world.stranger, unit_id=world.other_ward.pk)
    about = {"actor": world.owner, "source": world.open, "kind": LookKind.HISTORY, "reason": "Điều tra"}
    with pytest.raises(BadInput):
        look(**about)
    with pytest.raises(NotAllowed):
        look(**about, incident=foreign)
    span = (at(8), at(9))
    assert look(**about, incident=case, span=span).of_from == span[0]
    Incident.objects.filter(pk=case.pk).update(state="closed", closed_at=timezone.now(), outcome="done")
    with pytest.raises(BadInput):
        look(**about, incident=case)
