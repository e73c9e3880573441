"""Alerts whose rule opens an incident: one a station, near ones one, the others left to people."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from naoso.core.alerts.tests.factories import alert, rule
from naoso.core.response.alerts import respond_to
from naoso.core.response.models import Incident
from naoso.core.response.tests import factories as make
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules(cast: SimpleNamespace) -> None:
    make.kind("flood", join_radius_m=1000)
    rule(cast, code="river", opens_incident="flood")
    rule(cast, code="rain", opens_incident="flood")
    rule(cast, code="quiet")
    rule(cast, code="odd", opens_incident="no-such-kind")


def gauge(number: int) -> SubjectRef:
    return SubjectRef("hazards", "river-gauge", str(number))


def test_one_station_has_one_open_incident(cast: SimpleNamespace) -> None:
    first = alert(cast, rule="river", subject=gauge(1))
    second = alert(cast, rule="rain", subject=gauge(1))
    (one,) = respond_to([first])
    assert one.subject == "hazards:river-gauge:1"
    assert respond_to([second]) == [one]
    assert respond_to([first]) == [one]
    assert one.witnesses.count() == 2


def test_near_stations_are_one_incident_and_far_ones_are_not(cast: SimpleNamespace) -> None:
    near = LonLat(105.851, 21.471)
    told = [
        alert(cast, rule="river", subject=gauge(1)),
        alert(cast, rule="rain", subject=gauge(2), place=near),
    ]
    assert len(set(respond_to(told))) == 1
    later = alert(cast, rule="river", subject=gauge(2), place=near)
    Incident.objects.update(opened_at=later.last_at)  # long ago: only what it has seen ties it
    respond_to([later])
    assert Incident.objects.count() == 1
    respond_to([alert(cast, rule="river", subject=gauge(3), place=LonLat(106.2, 21.9))])
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("code", ["quiet", "odd", "unknown"])
def test_the_others_are_left_to_people(cast: SimpleNamespace, code: str) -> None:
    assert respond_to([alert(cast, rule=code)]) == []
    assert respond_to([]) == []
    assert not Incident.objects.exists()
