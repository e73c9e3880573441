"""What devices and callers tell: one open incident a subject, joined in space and time, in few statements."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from naoso.core.notify.models import Notification
from naoso.core.outbox.models import OutboxMessage
from naoso.core.response import services
from naoso.core.response.models import Incident, IncidentKind
from naoso.core.response.occurrences import Occurrence, corroborated, respond
from naoso.core.response.tests.factories import incident, kind, witness_of
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat, metres_between

pytestmark = pytest.mark.django_db
MARKET = LonLat(105.85, 21.47)
NEXT_DOOR = LonLat(105.852, 21.47)  # about 207 m
FAR = LonLat(105.86, 21.47)


@pytest.fixture
def fire(cast: SimpleNamespace) -> IncidentKind:
    return kind("fire", join_radius_m=300)


def told(cast: SimpleNamespace, witness: str, **more: Any) -> Occurrence:
    seen_at = more.pop("seen_at", None)
    values = {
        "kind": "fire", "title": "Báo cháy", "severity": 3, "owner_id": cast.department.pk,
        "unit_id": cast.ward.pk, "place": MARKET, "testimony": witness_of(witness, seen_at=seen_at),
    }  # fmt: skip
    return Occurrence(**(values | more))


def test_one_open_incident_a_subject(cast: SimpleNamespace, fire: IncidentKind) -> None:
    [first] = respond([told(cast, "a", subject="fire:premises:1")])
    [again] = respond([told(cast, "a", subject="fire:premises:1")])
    [other] = respond([told(cast, "b", subject="fire:premises:1")])
    assert first.pk == again.pk == other.pk
    assert set(first.witnesses.values_list("subject", flat=True)) == {"a", "b"}
    assert first.tasks.count() == 2
    services.close_incident(incident=first, actor=cast.owner, outcome="false_alarm")
    [fresh] = respond([told(cast, "c", subject="fire:premises:1")])
    assert fresh.pk != first.pk
    with pytest.raises(BadInput, match=r"newer|mới hơn"):
        services.reopen(incident=first, actor=cast.owner, reason="nhầm")


def test_a_call_near_in_space_and_time_joins_and_makes_it_worse(
    cast: SimpleNamespace, fire: IncidentKind
) -> None:
    [alarm] = respond([told(cast, "alarm", subject="fire:premises:1")])
    people = Notification.objects.count()
    [call] = respond([told(cast, "call", place=NEXT_DOOR)])
    assert (call.pk, call.severity) == (alarm.pk, 4)
    assert Notification.objects.count() == 2 * people
    [far] = respond([told(cast, "elsewhere", place=FAR)])
    assert far.pk != alarm.pk


def test_an_alarm_joins_the_call_before_it_and_gives_it_its_subject(
    cast: SimpleNamespace, fire: IncidentKind
) -> None:
    [call] = respond([told(cast, "call")])
    [alarm] = respond([told(cast, "alarm", place=NEXT_DOOR, subject="fire:premises:1")])
    [neighbour] = respond([told(cast, "alarm-2", place=NEXT_DOOR, subject="fire:premises:2")])
    call.refresh_from_db()
    assert (alarm.pk, call.subject) == (call.pk, "fire:premises:1")
    assert neighbour.pk != call.pk


def test_what_came_long_before_is_another_thing(cast: SimpleNamespace, fire: IncidentKind) -> None:
    [old] = respond([told(cast, "call")])
    Incident.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(minutes=11))
    [new] = respond([told(cast, "call-2")])
    assert new.pk != old.pk


def test_a_second_witness_after_the_minute_joins_without_making_it_worse(
    cast: SimpleNamespace, fire: IncidentKind
) -> None:
    earlier = timezone.now() - timedelta(minutes=3)
    [first] = respond([told(cast, "call", seen_at=earlier)])
    [joined] = respond([told(cast, "call-2")])
    assert (joined.pk, joined.severity) == (first.pk, 3)


def test_a_batch_is_judged_like_its_messages_one_by_one(cast: SimpleNamespace, fire: IncidentKind) -> None:
    rows = respond(
        [
            told(cast, "a", subject="p:1"),
            told(cast, "b", subject="p:1"),
            told(cast, "call", place=NEXT_DOOR),
            told(cast, "c", subject="p:2"),
        ]
    )
    assert len({row.pk for row in rows[:3]}) == 1
    assert rows[3].pk != rows[0].pk
    assert (rows[0].severity, rows[3].severity) == (4, 3)
    assert OutboxMessage.objects.filter(name="response.incident_opened").count() == 2


def test_the_kind_of_no_incident_is_named(cast: SimpleNamespace) -> None:
    with pytest.raises(BadInput) as error:
        respond([told(cast, "a", kind="dragon")])
    assert error.value.errors[0].value == "dragon"


def test_a_merged_incident_goes_on_in_the_other(cast: SimpleNamespace, fire: IncidentKind) -> None:
    [alarm] = respond([told(cast, "alarm", subject="p:1")])
    into = incident(cast, kind=fire)
    services.merge(incident=alarm, into=into, actor=cast.owner)
    [again] = respond([told(cast, "alarm", subject="p:1")])
    assert again.pk == into.pk


def test_a_storm_costs_as_many_statements_as_a_handful(cast: SimpleNamespace, fire: IncidentKind) -> None:
    counts = []
    for size, name in ((5, "few"), (200, "many")):
        storm = [
            told(cast, f"{name}-{i}", subject=f"{name}:{i // 2}", place=LonLat(105.0 + i / 50, 21.0))
            for i in range(size)
        ]
        with CaptureQueriesContext(connection) as captured:
            respond(storm)
        counts.append(len(captured))
    assert counts[1] <= counts[0] + 2 <= 36
    assert Incident.objects.count() == 103


def test_distance_and_time() -> None:
    assert metres_between(MARKET, NEXT_DOOR) == pytest.approx(207, abs=1)
    now = timezone.now()
    assert corroborated([now, now + timedelta(seconds=60)], timedelta(minutes=1))
    assert not corroborated([now, now + timedelta(seconds=61)], timedelta(minutes=1))
    assert not corroborated([now], timedelta(minutes=1))
