"""What the clock does: lost transmitters, ended tests, alarms that are over, figures of false ones."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.notify.models import Delivery, Notification
from naoso.core.response.models import Incident
from naoso.core.response.services import close_incident
from naoso.domains.fire import selectors, watching
from naoso.domains.fire.intake import messages
from naoso.domains.fire.models import Alarm, Detector, Suspension, Transmitter
from naoso.domains.fire.outcomes import incident_closed
from naoso.domains.fire.services.suspending import resume, suspend
from naoso.domains.fire.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.events import Audience, Event

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    make.incident_kind()
    cast.premises = make.premises(cast.department, cast.ward)
    cast.box = cast.premises.transmitters.get()
    cast.now = timezone.now()
    return cast


def test_a_lost_transmitter_is_an_incident_until_it_speaks(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event("heartbeat"))])
    watching.watch(world.now + 2 * MINUTE)
    assert not Incident.objects.exists()
    watching.watch(world.now + 20 * MINUTE, awake_since=world.now + 19 * MINUTE)
    assert not Incident.objects.exists()  # the centre itself was deaf
    for _turn in range(2):
        watching.watch(world.now + 5 * MINUTE)
    incident, alert = Incident.objects.get(), Alert.objects.get(rule="fire-link")
    assert (incident.severity, incident.kind.code, alert.active) == (2, "fire", True)
    assert "bộ truyền tin" in incident.title
    messages([make.message(world.box, make.event("heartbeat"), at=world.now + 6 * MINUTE)])
    assert not Alert.objects.get(rule="fire-link").active
    assert Transmitter.objects.get().state == "alive"


def test_a_restored_alarm_quietens_then_a_new_one_calls_again(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event())])
    messages([make.message(world.box, make.event("restore", zone="", detector=""))])
    assert Detector.objects.filter(state="alarm").count() == 0
    assert Alert.objects.get(rule="fire-alarm").active
    watching.watch(world.now + 2 * MINUTE)
    assert not Alert.objects.get(rule="fire-alarm").active
    assert Incident.objects.get().is_open
    later = world.now + 12 * MINUTE
    watching.watch(later)
    assert Alarm.objects.get().ended_at is not None
    messages([make.message(world.box, make.event(time=later.isoformat()), at=later)])
    assert Alarm.objects.count() == 2
    assert Delivery.objects.filter(channel="gateway").count() == 6


def test_a_test_ends_by_itself_and_says_so(world: SimpleNamespace) -> None:
    row = suspend(
        actor=world.owner,
        premises=world.premises,
        kind="test",
        reason="Kiểm tra",
        until=world.now + 5 * MINUTE,
    )
    assert set(Detector.objects.values_list("state", flat=True)) == {"test"}
    with pytest.raises(Conflict):
        suspend(
            actor=world.owner,
            premises=world.premises,
            kind="test",
            reason="nữa",
            until=world.now + 5 * MINUTE,
        )
    watching.watch(world.now + 6 * MINUTE)
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by) == (row.until, None)
    assert set(Detector.objects.values_list("state", flat=True)) == {"normal"}
    assert Notification.objects.filter(account=world.owner, key="fire.suspension_over").exists()


def test_a_suspension_needs_right_reason_and_end(world: SimpleNamespace) -> None:
    given = {"premises": world.premises, "kind": "test", "until": world.now + MINUTE}
    with pytest.raises(NotAllowed):
        suspend(actor=world.stranger, reason="x", **given)
    with pytest.raises(BadInput):
        suspend(actor=world.owner, reason="  ", **given)
    with pytest.raises(BadInput):
        suspend(actor=world.owner, reason="x", **(given | {"until": world.now + dt.timedelta(hours=9)}))
    row = suspend(actor=world.owner, reason="x", **(given | {"kind": "isolation"}))
    resume(actor=world.owner, suspension=row)
    assert Suspension.objects.get().ended_by == world.owner


def test_false_alarms_are_counted_from_what_people_found(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event())])
    incident = close_incident(
        incident=Incident.objects.get(), actor=world.owner, outcome="false_alarm", note="khói bếp"
    )
    told = Event("response.incident_closed", {"id": incident.pk, "outcome": "false_alarm"}, Audience(""))
    for _twice in range(2):
        incident_closed(told)
    alarm = Alarm.objects.get()
    assert (alarm.outcome, alarm.ended_at is not None) == ("false_alarm", True)
    (month,) = selectors.months_of(world.premises, timezone.now())
    (rate,) = selectors.detector_rates(world.premises, timezone.now())
    assert (month.alarms, month.false) == (1, 1)
    assert (rate.zone, rate.detector, rate.told, rate.false) == ("1", "1", 1, 1)
    assert [row.false for row in selectors.worst_premises(world.owner, timezone.now())] == [1]
    assert not selectors.worst_premises(world.stranger, timezone.now())
