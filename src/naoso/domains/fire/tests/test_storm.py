"""A storm costs as many statements as a single word; whatever comes twice counts once."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from naoso.core.alerts.models import Alert
from naoso.core.notify.models import Delivery
from naoso.core.response.models import Incident
from naoso.domains.fire.intake import messages
from naoso.domains.fire.models import Alarm, Contact, PanelMessage, Premises, Transmitter
from naoso.domains.fire.tests import factories as make
from naoso.kernel.messages import SourceMessage

pytestmark = pytest.mark.django_db
BUDGET = 70  # everything: own rows, alerts, incidents, calls, events
OWN_BUDGET = 26


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    make.incident_kind()
    return cast


def boxes(world: SimpleNamespace, count: int) -> list[Transmitter]:
    """So many premises 500 m apart, each with three contacts and a transmitter; nothing declared."""
    rows = [make.premises(world.department, world.ward) for _one in range(count)]
    for number, row in enumerate(rows):
        row.point.x += number * 0.005
    Premises.objects.bulk_update(rows, ["point"])
    return list(Transmitter.objects.filter(premises__in=rows).select_related("source"))


def storm(rows: list[Transmitter], count: int) -> list[SourceMessage]:
    """Round all of them, detector after detector."""
    return [
        make.message(rows[n % len(rows)], make.event(zone="1", detector=str(n // len(rows) % 3 + 1)))
        for n in range(count)
    ]


def statements(batch: list[SourceMessage]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert messages(batch) == []
    return [query["sql"] for query in seen.captured_queries]


def test_the_number_of_statements_does_not_grow_with_the_batch(world: SimpleNamespace) -> None:
    few, many = boxes(world, 2), boxes(world, 40)
    small, large = statements(storm(few, 4)), statements(storm(many, 2000))
    assert len(large) <= BUDGET
    assert len(large) <= len(small) + 2
    assert sum('"fire_' in sql or " fire_" in sql for sql in large) <= OWN_BUDGET
    assert PanelMessage.objects.count() == 2004
    assert (Alarm.objects.count(), Incident.objects.count()) == (42, 42)
    assert Alert.objects.filter(rule="fire-alarm").count() == 42
    assert Delivery.objects.filter(channel="gateway").count() == Contact.objects.count()
    again = storm(many, 2000)
    assert len(statements(again)) <= len(large)
    assert Delivery.objects.filter(channel="gateway").count() == Contact.objects.count()


def test_a_batch_handed_over_twice_changes_nothing(world: SimpleNamespace) -> None:
    batch = storm(boxes(world, 10), 200)
    messages(batch)
    before = list(Alarm.objects.order_by("pk").values())
    began = time.perf_counter()
    messages(batch)
    assert list(Alarm.objects.order_by("pk").values()) == before
    assert PanelMessage.objects.count() == 200
    assert time.perf_counter() - began < 5
