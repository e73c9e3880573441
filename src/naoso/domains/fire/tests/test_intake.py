"""From a panel's message to alarm, alert, incident and telephone; nothing lost, nothing doubled."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.notify.models import Delivery
from naoso.core.response.models import Incident, IncidentKind
from naoso.domains.fire import watching
from naoso.domains.fire.intake import messages
from naoso.domains.fire.models import Alarm, Detector, PanelMessage, Suspension, Transmitter, Zone
from naoso.domains.fire.tests import factories as make

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    make.incident_kind()
    cast.premises = make.premises(cast.department, cast.ward)
    cast.box = cast.premises.transmitters.get()
    return cast


def test_one_detector_is_severe_and_calls_three_telephones(world: SimpleNamespace) -> None:
    assert messages([make.message(world.box, make.event())]) == []
    alarm, alert, incident = Alarm.objects.get(), Alert.objects.get(), Incident.objects.get()
    assert (alarm.severity, alert.severity, incident.severity) == (3, 3, 3)
    assert (alert.rule, alert.subject) == ("fire-alarm", f"fire:premises:{world.premises.pk}")
    assert (alarm.incident_number, incident.owner, incident.unit) == (
        incident.number, world.department, world.ward,
    )  # fmt: skip
    assert incident.witnesses.get().subject == f"fire:premises:{world.premises.pk}"
    assert sorted(Delivery.objects.filter(channel="gateway").values_list("address", flat=True)) == sorted(
        world.premises.contacts.values_list("phone", flat=True)
    )
    assert Detector.objects.get(zone__number="1", address="1").state == "alarm"


def test_without_its_kind_of_incident_an_alarm_makes_it(world: SimpleNamespace) -> None:
    IncidentKind.objects.all().delete()
    messages([make.message(world.box, make.event())])
    assert Incident.objects.get().kind.code == "fire"


def test_a_second_detector_raises_it_and_calls_again_a_repeat_does_not(world: SimpleNamespace) -> None:
    for detector, calls in (("1", 3), ("1", 3), ("2", 6), ("3", 6)):
        messages([make.message(world.box, make.event(detector=detector))])
        assert Delivery.objects.filter(channel="gateway").count() == calls
    assert Alarm.objects.get().severity == 4
    assert Alert.objects.get(rule="fire-alarm").severity == 4
    assert Incident.objects.count() == 1


def test_a_manual_call_point_is_extreme_at_once(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event(detector="9"))])
    assert Alarm.objects.get().severity == 4


@pytest.mark.parametrize(("zone", "detector"), [("7", "1"), ("1", "77"), ("", "5")])
def test_an_undeclared_detector_is_an_alarm_of_the_premises(
    world: SimpleNamespace, zone: str, detector: str
) -> None:
    assert messages([make.message(world.box, make.event(zone=zone, detector=detector))]) == []
    assert PanelMessage.objects.get().note == "undeclared"
    assert "chưa khai báo" in Alert.objects.get(rule="fire-alarm").detail
    assert Incident.objects.count() == 1


def test_the_same_message_again_changes_nothing(world: SimpleNamespace) -> None:
    event = make.event()
    for _ in range(3):
        messages([make.message(world.box, event), make.message(world.box, event)])
    assert (PanelMessage.objects.count(), Alarm.objects.get().messages_count) == (1, 1)
    assert Delivery.objects.filter(channel="gateway").count() == 3


def test_what_cannot_be_read_is_refused_and_its_neighbours_are_taken(world: SimpleNamespace) -> None:
    refused = messages(
        [
            make.message(world.box, b"\xff\xfe"),
            make.message(world.box, make.event(), {"id": "x", "type": "smoke", "time": "?"}),
            make.message(world.box, make.event("fault", detector="2")),
        ]
    )
    assert [(one.index, one.error.field, one.error.rule) for one in refused] == [
        (0, "payload", "json"), (1, "[1].type", "known"),
    ]  # fmt: skip
    assert PanelMessage.objects.count() == 2
    stranger = make.of_source(make.source("khac", world.agency), b"{}")
    assert messages([stranger])[0].error.field == "source"


def test_a_clock_two_hours_off_is_told_and_judged_by_ours(world: SimpleNamespace) -> None:
    wrong = timezone.now() - dt.timedelta(hours=2)
    messages([make.message(world.box, make.event(time=wrong.isoformat()))])
    stored = PanelMessage.objects.get()
    assert (stored.late, stored.told_at) == (False, wrong)
    assert timezone.now() - stored.received_at < MINUTE
    assert "120" in Alert.objects.get(rule="fire-clock").title
    assert Incident.objects.count() == 1
    messages([make.message(world.box, make.event("heartbeat"))])
    assert not Alert.objects.get(rule="fire-clock").active


def test_an_old_message_of_a_right_clock_is_late_and_opens_nothing(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event("heartbeat"))])
    old = (timezone.now() - dt.timedelta(minutes=11)).isoformat()
    messages([make.message(world.box, make.event(time=old))])
    assert PanelMessage.objects.get().late
    assert not Alarm.objects.exists()
    assert not Incident.objects.exists()
    assert list(Alert.objects.values_list("rule", flat=True)) == ["fire-late"]
    reset = "2000-01-01T00:00:00+07:00"  # a clock without a battery, not a message of 26 years ago
    messages([make.message(world.box, make.event(time=reset))])
    assert Alarm.objects.count() == 1


def test_faults_and_isolations_are_alerts_without_an_incident(world: SimpleNamespace) -> None:
    messages([make.message(world.box, make.event("fault"), make.event("isolate", detector="2"))])
    assert dict(Alert.objects.values_list("rule", "severity")) == {"fire-fault": 2, "fire-isolated": 1}
    assert not Incident.objects.exists()
    messages([make.message(world.box, make.event("restore"))])
    assert dict(Alert.objects.values_list("rule", "active")) == {"fire-fault": False, "fire-isolated": True}


def test_in_test_the_zone_calls_nobody_but_its_neighbour_does(world: SimpleNamespace) -> None:
    zone, now = Zone.objects.get(number="1"), timezone.now()
    Suspension.objects.create(
        kind="test", premises=world.premises, zone=zone, reason="Kiểm tra định kỳ", until=now + MINUTE,
        set_by=world.owner,
    )  # fmt: skip
    messages([make.message(world.box, make.event())])
    assert (PanelMessage.objects.get().held, Alarm.objects.get().in_test) == (True, True)
    assert not Alert.objects.exists()
    assert not Delivery.objects.filter(channel="gateway").exists()
    messages([make.message(world.box, make.event(zone="2"))])
    assert Incident.objects.count() == 1
    assert Delivery.objects.filter(channel="gateway").count() == 3
    watching.end_suspensions(now + 2 * MINUTE)
    messages([make.message(world.box, make.event(detector="2"), at=now + 2 * MINUTE)])
    assert Alarm.objects.get(in_test=False).severity == 3  # two minutes apart
    assert not Alarm.objects.open().filter(in_test=True).exists()


def test_a_flapping_detector_is_one_alert(world: SimpleNamespace) -> None:
    for _turn in range(60):
        messages(
            [make.message(world.box, make.event("fault")), make.message(world.box, make.event("restore"))]
        )
    for _turn in range(60):
        messages([make.message(world.box, make.event("fault"))])
        messages([make.message(world.box, make.event("restore"))])
    assert Alert.objects.filter(rule="fire-flapping").count() == 1
    assert Alert.objects.filter(rule="fire-fault").count() <= 1
    assert Transmitter.objects.get().flapping_until is not None
    watching.calm_transmitters(timezone.now() + 10 * MINUTE)
    assert not Alert.objects.get(rule="fire-flapping").active


def test_thirty_detectors_at_once_are_a_fire_not_a_flap(world: SimpleNamespace) -> None:
    messages([make.message(world.box, *(make.event(detector=str(n)) for n in range(30)))])
    assert not Alert.objects.filter(rule="fire-flapping").exists()
    assert Alarm.objects.get().severity == 4
