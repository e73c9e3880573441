"""Whom to tell at many places is whom to tell at each."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.core.people.holders import accounts_at
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with

pytestmark = pytest.mark.django_db


def test_the_same_as_one_by_one(cast: SimpleNamespace) -> None:
    make = cast.make
    old = make.old_unit("x1", "Phường cũ", cast.ward)
    part = make.old_unit("x2", "Phường chia", cast.other_ward, whole=False)
    narrow = make.role("narrow", "response.work")
    for name, more in {
        "of_ward": {"unit": cast.ward}, "of_old": {"unit": old}, "of_part": {"unit": part},
        "elsewhere": {"domain": "trees"}, "over": {"valid_to": timezone.localdate()},
        "later": {"valid_from": timezone.localdate() + dt.timedelta(days=1)},
    }.items():  # fmt: skip
        make.grant(make.account(name, cast.department), narrow, cast.department, **more)
    Account.objects.create_superuser("root", password="x")
    make.account("gone", cast.root, is_active=False)
    make.grant(Account.objects.get(username="gone"), cast.everything, cast.root)
    places = [
        (body.pk, unit.pk if unit else None)
        for body in (cast.root, cast.department, cast.agency, cast.ward_office)
        for unit in (None, cast.province, cast.ward, cast.other_ward, old, part)
    ]
    found = accounts_at("response.work", places)
    assert set(found) == set(places)
    for (owner, unit), people in found.items():
        alone = accounts_with("response.work", owner_id=owner, unit_id=unit)
        assert {p.username for p in people} == {p.username for p in alone}, (owner, unit)
    assert "of_ward" in {p.username for p in found[cast.department.pk, cast.ward.pk]}


def test_two_statements_for_any_number(
    cast: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    places = [(cast.department.pk, cast.make.unit(f"u{n}", f"Xã {n}", cast.province).pk) for n in range(40)]
    with django_assert_num_queries(2):
        assert all(accounts_at("response.work", places).values())
    assert accounts_at("response.work", []) == {}
