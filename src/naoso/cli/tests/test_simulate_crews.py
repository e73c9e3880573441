"""Simulated crews drive where they are sent, else about their home, and say it as trackers do."""

from __future__ import annotations

import json
import random
import time
from types import SimpleNamespace

import pytest
from django.utils import timezone

from naoso.cli.simulate_crews import Mover, movers_of, where_sent
from naoso.connectors.tracker import parse
from naoso.core.people.models import Organisation
from naoso.domains.dispatch.models import Assignment
from naoso.domains.dispatch.seed import EXTRA, ROOT
from naoso.domains.dispatch.tests.factories import incident, resource

HOME = (105.85, 21.47)


def mover() -> Mover:
    return Mover(1, "x", HOME, HOME, random.Random(1))


def test_who_is_sent_arrives_and_stands() -> None:
    one, goal = mover(), (105.86, 21.47)
    for _step in range(20):
        one.step(5, goal)
    assert one.at == pytest.approx(HOME, abs=0.02)
    for _step in range(60):
        one.step(5, goal)
    assert one.at == pytest.approx(goal)
    assert one.speed_kmh == 0


def test_who_is_not_sent_stays_about_home_and_is_understood() -> None:
    one = mover()
    for _step in range(300):
        one.step(5, None)
        assert one.at == pytest.approx(HOME, abs=0.035)
    told = parse(json.dumps(one.told(time.time())).encode(), timezone.now())
    assert (told.errors, told.fixes[0].resource) == ((), "x")


@pytest.mark.django_db
def test_as_many_as_asked_for_once(cast: SimpleNamespace) -> None:
    Organisation.objects.filter(pk=cast.root.pk).update(code=ROOT)
    row = resource(cast)
    assert len(list(movers_of(4))) == len(list(movers_of(4))) == 4
    codes = {one.code for one in movers_of(4)}
    assert len([code for code in codes if code.startswith(EXTRA)]) == 3
    Assignment.objects.create(resource=row, incident=incident(cast), state="en_route")
    assert where_sent() == {row.pk: HOME}
