"""The demonstration's bodies, roles and cast: whole, deterministic, and limited to their places."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import authenticate

from naoso.core.people import seed
from naoso.core.people.models import Account, Grant, Organisation, Role
from naoso.core.people.scope import allowed, scope_of
from naoso.core.places import seed as places
from naoso.core.places.models import AdminUnit

pytestmark = pytest.mark.django_db
PASSWORD = "một câu dài chỉ mình biết"


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Twice, as a second start does."""
    places.seed()
    seed.seed(PASSWORD)
    seed.seed("khác hẳn, không được dùng")


def unit(code: str) -> AdminUnit:
    return AdminUnit.objects.get(code=code, valid_to=None)


def test_bodies_of_the_province_and_of_its_92_units() -> None:
    assert Organisation.objects.filter(kind="commune", unit__valid_to=None).count() == 92
    assert Organisation.objects.count() == 92 + len(seed.BODIES)
    (root,) = Organisation.objects.filter(parent=None)
    assert root.code == seed.ROOT


def test_the_cast_signs_in_with_the_password_of_the_first_start() -> None:
    assert Account.objects.count() == len(seed.CAST)
    assert all(account.check_password(PASSWORD) for account in Account.objects.all()[:3])
    assert authenticate(None, username="truc.ban", password=PASSWORD) is not None
    assert Grant.objects.count() == len(seed.CAST) - 2 + 3 + 5 + 1


def test_roles_hold_only_what_modules_declare() -> None:
    declared = {permission.code for permission in settings.MODULES.permissions} | {"*"}
    for role in Role.objects.all():
        assert role.permissions
        assert set(role.permissions) <= declared
    assert "people.audit" not in Role.objects.get(code="leader").permissions


def test_plates_are_the_traffic_polices_alone() -> None:
    for permission in ("traffic.lists", "traffic.hits", "traffic.case", "traffic.passages"):
        holders = {one for one in Account.objects.all() if scope_of(one, permission)}
        assert {one.username for one in holders} == {"giao.thong", "quan.tri"}, permission
    assert allowed(Account.objects.get(username="dien.luc"), "traffic.view")


def test_an_operations_centre_sees_its_service_area_alone() -> None:
    operator = Account.objects.get(username="ioc.songcong")
    ward = Organisation.objects.get(code="ubnd-05518")
    other = Organisation.objects.get(code="ubnd-05860")
    assert allowed(operator, "places.view", owner_id=ward.pk, unit_id=unit("05518").pk)
    assert allowed(operator, "places.view", owner_id=other.pk, unit_id=unit("05533").pk)
    assert not allowed(operator, "places.view", owner_id=other.pk, unit_id=unit("05860").pk)
    assert not scope_of(operator, "places.view").everything


def test_an_officer_of_a_ward_stays_in_the_ward() -> None:
    officer = Account.objects.get(username="phuong.songcong")
    for code, expected in (("ubnd-05518", True), ("ubnd-05860", False), ("so-yt", False)):
        owner = Organisation.objects.get(code=code)
        assert allowed(officer, "places.view", owner_id=owner.pk) is expected
    assert not allowed(officer, "people.grant")
    assert scope_of(Account.objects.get(username="quan.tri"), "people.grant").everything
