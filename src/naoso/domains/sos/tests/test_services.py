"""Calls and incidents: once a key, joined, corrected, marked and never dropped."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.core.outbox.models import OutboxMessage
from naoso.core.outbox.services import opened
from naoso.core.people.models import AuditEntry
from naoso.core.response import services as response
from naoso.core.response.models import Incident, IncidentKind, Task, Witness
from naoso.domains.sos.intake import incident_closed
from naoso.domains.sos.models import Call, Desk, Media, Position
from naoso.domains.sos.reading import DetailsTold, PositionTold
from naoso.domains.sos.services import handling, retention
from naoso.domains.sos.services.media import add_voice
from naoso.domains.sos.services.receiving import add_details, move
from naoso.domains.sos.services.setup import save_route
from naoso.domains.sos.services.texting import take_sms
from naoso.domains.sos.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    for code in ("fire", "medical", "crime", "flood", "accident", "rescue"):
        IncidentKind.objects.get_or_create(code=code, defaults={"title": code, "around_the_clock": True})
    save_route(actor=None, kind="", owner=cast.department)
    return cast


def names() -> list[str]:
    return [
        name for name in OutboxMessage.objects.order_by("id").values_list("name", flat=True) if "sos" in name
    ]


def test_a_call_opens_its_incident_in_its_unit_and_is_kept_once(world: SimpleNamespace) -> None:
    told = make.told(silent=True, kind="crime")
    call = make.receive(told)
    again = make.receive(told)
    assert again.pk == call.pk
    incident = Incident.objects.get()
    assert (incident.kind.code, incident.severity, incident.owner) == ("crime", 4, world.department)
    assert (call.unit, call.outside, call.incident_id) == (world.ward, False, incident.pk)
    assert [w.subject for w in incident.witnesses.all()] == [f"sos:call:{call.pk}"]
    assert names() == ["sos.call_received"]
    assert call.phone not in str(OutboxMessage.objects.get(name="sos.call_received").body)


def test_kinds_go_to_their_bodies(world: SimpleNamespace) -> None:
    save_route(actor=None, kind="fire", owner=world.agency)
    assert make.call(kind="fire").owner == world.agency
    assert make.call(kind="medical").owner == world.department


def test_two_callers_near_each_other_are_two_witnesses_of_one(world: SimpleNamespace) -> None:
    IncidentKind.objects.filter(code="accident").update(join_radius_m=150)
    first, second = make.call(), make.call()
    assert first.incident_id == second.incident_id
    assert Incident.objects.get().witnesses.count() == 2


def test_outside_the_province_a_call_is_kept_and_marked(world: SimpleNamespace) -> None:
    call = make.call(place=LonLat(106.7, 10.77))
    assert (call.outside, call.unit, Incident.objects.count()) == (True, None, 1)


def test_a_kind_that_comes_later_corrects_the_incident_of_one_witness(world: SimpleNamespace) -> None:
    call = make.call(kind="")
    assert Incident.objects.get().kind.code == "rescue"
    add_details(call=call, told=DetailsTold(kind="fire"))
    incident = Incident.objects.get()
    assert incident.kind.code == "fire"
    assert "cháy" in incident.title.lower() or "fire" in incident.title.lower()
    other = make.call(kind="")
    response.add_witness(
        incident=Incident.objects.get(pk=other.incident_id), actor=None,
        testimony=response.Testimony("x:y:1", "x", "", timezone.now()),
    )  # fmt: skip
    lines = Incident.objects.get(pk=other.incident_id).timeline.count()
    add_details(call=other, told=DetailsTold(kind="flood"))
    kept = Incident.objects.get(pk=other.incident_id)
    assert (kept.kind.code, kept.timeline.count()) == ("rescue", lines + 1)


def test_a_kind_that_comes_later_finds_its_body_and_the_incident_near_by(world: SimpleNamespace) -> None:
    IncidentKind.objects.filter(code="fire").update(join_radius_m=300)
    save_route(actor=None, kind="fire", owner=world.agency)
    first, second = make.call(kind="fire"), make.call(kind="")
    assert first.incident_id != second.incident_id
    add_details(call=second, told=DetailsTold(kind="fire"))
    second.refresh_from_db()
    assert (second.owner, second.incident_id) == (world.agency, first.incident_id)
    merged, kept = Incident.objects.get(kind__code="rescue"), Incident.objects.get(kind__code="fire")
    assert (merged.outcome, merged.merged_into, kept.witnesses.count()) == ("merged", kept, 2)
    third = make.call(kind="", place=LonLat(105.9, 21.5))
    add_details(call=third, told=DetailsTold(kind="fire"))
    assert Incident.objects.get(number=third.incident_number).owner == world.agency


def test_too_many_calls_are_kept_marked_and_join_the_open_one(world: SimpleNamespace) -> None:
    calls = [make.call(phone="0912000111", place=LonLat(105.85 + n / 50, 21.47)) for n in range(5)]
    assert [call.many for call in calls] == [False, False, False, True, True]
    assert Incident.objects.count() == 3
    assert calls[3].joined_to is not None
    assert calls[3].incident_id == calls[2].incident_id
    assert Witness.objects.filter(incident_id=calls[2].incident_id).count() == 3
    assert Call.objects.count() == 5


def test_devices_and_addresses_are_limited_too(world: SimpleNamespace) -> None:
    by_device = [make.call(device="phone-1") for _n in range(4)]
    assert by_device[3].many
    by_address = [make.call(address="10.0.0.9") for _n in range(31)]
    assert (by_address[29].many, by_address[30].many) == (False, True)


def test_repeated_false_calls_are_told_but_block_nothing(world: SimpleNamespace) -> None:
    for _n in range(3):
        call = make.call(phone="0912000222")
        handling.close_call(call=call, actor=world.owner, outcome="false")
    Call.objects.update(created_at=timezone.now() - dt.timedelta(hours=2))
    again = make.call(phone="0912000222")
    assert (again.false_before, again.repeats_false, again.many) == (3, True, False)
    assert "3" in Incident.objects.get(pk=again.incident_id).timeline.filter(kind="note").get().text


def test_the_phone_moves_once_for_each_moment(world: SimpleNamespace) -> None:
    call, now = make.call(), timezone.now()
    fix = PositionTold(LonLat(105.86, 21.48), 8.0, now)
    for _n in range(2):
        move(call=call, told=[fix])
    call.refresh_from_db()
    assert (call.point.x, call.accuracy_m, Position.objects.count()) == (105.86, 8.0, 2)  # type: ignore[union-attr]
    assert names().count("sos.call_moved") == 2
    handling.close_call(call=call, actor=world.owner, outcome="helped")
    move(call=call, told=[PositionTold(LonLat(105.9, 21.5), 8.0, timezone.now())])
    assert Position.objects.count() == 2


def test_a_call_without_a_position_gets_one_later(world: SimpleNamespace) -> None:
    call = make.call(place=None, accuracy_m=None)
    assert (call.point, call.outside, Incident.objects.get().point) == (None, False, None)
    move(call=call, told=[PositionTold(make.PLACE, 5.0, timezone.now())])
    incident = Incident.objects.get()
    assert (incident.unit, incident.point.x) == (world.ward, make.PLACE.lon)  # type: ignore[union-attr]


def test_operators_move_it_and_the_call_back_finishes_its_task(world: SimpleNamespace) -> None:
    call = make.call()
    task = Task.objects.get(pk=call.task_id)
    handling.mark_seen(call=call, actor=world.owner)
    handling.mark_seen(call=call, actor=world.owner)
    handling.check_back(call=call, actor=world.owner, result="not_reached")
    assert Task.objects.get(pk=task.pk).done_at is None
    handling.check_back(call=call, actor=world.owner, result="reached")
    handling.help_is_coming(call=call, actor=world.owner)
    call.refresh_from_db()
    assert (call.state, call.check_result, call.seen_by) == ("helping", "reached", world.owner)
    assert Task.objects.get(pk=task.pk).done_by == world.owner
    with pytest.raises(Conflict):
        handling.help_is_coming(call=call, actor=world.owner)
    with pytest.raises(NotAllowed):
        handling.mark_seen(call=call, actor=world.stranger)
    with pytest.raises(BadInput):
        handling.close_call(call=call, actor=world.owner, outcome="?")


def test_nobody_is_told_to_ring_a_silent_caller(world: SimpleNamespace) -> None:
    loud, silent = make.call(), make.call(silent=True)
    titles = [Task.objects.get(pk=call.task_id).title for call in (loud, silent)]
    assert titles[0] != titles[1]
    assert loud.code in titles[0]
    assert silent.code in titles[1]


def test_the_incidents_end_is_the_calls_end_once(world: SimpleNamespace) -> None:
    call = make.call()
    incident = Incident.objects.get()
    response.close_incident(incident=incident, actor=world.owner, outcome="solved", note="Xong")
    event = opened(OutboxMessage.objects.get(name="response.incident_closed").body)
    incident_closed(event)
    incident_closed(event)
    call.refresh_from_db()
    assert (call.state, call.outcome) == ("closed", "helped")
    assert names().count("sos.call_closed") == 1


def test_an_sms_joins_the_call_of_its_key_or_number_else_is_a_call(world: SimpleNamespace) -> None:
    call = make.call(key="3f2504e0-4f89-41d3-9a0c-0305e82c3301", kind="", phone="")
    text = "SOS fire 21.480000,105.860000 ±9m #3f2504e0"
    assert take_sms(message_id="g1", sender="+84912000333", text=text).pk == call.pk
    assert take_sms(message_id="g1", sender="+84912000333", text=text).pk == call.pk
    call.refresh_from_db()
    assert (call.kind, call.phone, call.point.x) == ("fire", "0912000333", 105.86)  # type: ignore[union-attr]
    assert take_sms(message_id="g2", sender="0912000333", text="nhanh lên").pk == call.pk
    other = take_sms(message_id="g3", sender="0912000444", text="cháy nhà")
    assert (other.channel, other.kind, other.point) == ("sms", "fire", None)
    assert Call.objects.count() == 2
    with pytest.raises(BadInput):
        take_sms(message_id="g4", sender="Viettel", text="x")


def test_personal_data_go_after_their_days_and_on_request(world: SimpleNamespace) -> None:
    old, asked, open_one = make.call(device="d"), make.call(), make.call()
    told_phone = asked.phone
    add_voice(call=old, data=make.voice())
    for call in (old, asked):
        handling.close_call(call=call, actor=world.owner, outcome="helped")
    Desk.objects.create(keep_days=30)
    Call.objects.filter(pk=old.pk).update(closed_at=timezone.now() - dt.timedelta(days=31))
    assert retention.wipe_old() == 1
    old.refresh_from_db()
    assert (old.phone, old.device, old.point, old.positions.count(), Media.objects.count()) == (
        "",
        "",
        None,
        0,
        0,
    )
    retention.wipe(call=asked, actor=world.owner, reason="theo yêu cầu")
    asked.refresh_from_db()
    assert asked.wiped_at is not None
    assert AuditEntry.objects.filter(reason="theo yêu cầu").exists()
    trail = str(list(AuditEntry.objects.filter(table="sos_call").values_list("before", "after")))
    assert asked.code in trail
    assert told_phone not in trail
    with pytest.raises(Conflict):
        retention.wipe(call=open_one, actor=world.owner, reason="x")
