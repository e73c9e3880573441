"""The demonstration's routes and past calls: the same when seeded again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from naoso.core.response.models import Incident
from naoso.domains.sos.models import Call, Desk, Route
from naoso.domains.sos.seed import ROUTES, seed

pytestmark = pytest.mark.django_db


def test_seeding_twice_is_seeding_once(cast: SimpleNamespace) -> None:
    seed()
    assert not Route.objects.exists()  # nobody who answers
    for code in sorted(set(ROUTES.values())):
        cast.make.body(code, cast.root)
    operator = cast.make.account("truc.ban", cast.root)
    cast.make.grant(operator, cast.everything, cast.root)
    for _n in range(2):
        seed()
    assert set(Route.objects.values_list("kind", flat=True)) == set(ROUTES)
    assert Desk.objects.get().sms_number == "0900000114"
    assert Call.objects.count() == 2  # two of the three wards are there
    assert not Call.objects.open().exists()
    assert not Incident.objects.open().exists()
    assert all(call.closed_at and call.created_at < call.closed_at for call in Call.objects.all())


def test_an_operator_whose_role_is_older_than_the_domain_tells_no_calls(cast: SimpleNamespace) -> None:
    for code in sorted(set(ROUTES.values())):
        cast.make.body(code, cast.root)
    cast.make.account("truc.ban", cast.root)
    seed()
    assert Route.objects.count() == len(ROUTES)
    assert not Call.objects.exists()
    assert not Incident.objects.exists()
