"""From a passage to a hit, an alert, a person's word, an incident."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.notify.models import Notification
from naoso.core.response.models import Incident
from naoso.domains.traffic.models import Hit, ListEntry, Passage
from naoso.domains.traffic.selectors.ahead import junctions_ahead
from naoso.domains.traffic.services.hits import decide
from naoso.domains.traffic.services.lists import add_entry, end_list, remove_entry
from naoso.domains.traffic.services.reviewing import answer
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def test_a_wanted_plate_is_a_hit_an_alert_without_it_and_a_notice_with_it(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    passage = make.pass_by(world.source, world.camera)
    hit, alert = Hit.objects.get(), Alert.objects.get()
    assert (hit.passage_id, hit.likeness, hit.state, hit.owner) == (
        passage.pk, "exact", "waiting", world.department,
    )  # fmt: skip
    assert (alert.severity, alert.subject, alert.unit) == (3, hit.subject, world.ward)
    assert "123" not in alert.title + alert.detail
    told = Notification.objects.filter(key="traffic.hit")
    assert {row.account.username for row in told} == {"owner", "chief"}
    assert "20A-123.45" in told[0].title
    assert not Incident.objects.exists()


def test_a_person_confirms_and_a_second_hit_joins_the_incident(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45", incident_kind="crime")
    make.pass_by(world.source, world.camera, direction="away")
    north = make.camera(world.department, world.ward, north_m=3000)
    make.camera(world.department, world.ward, north_m=-3000)
    hit = decide(actor=world.owner, hit=Hit.objects.get(), state="confirmed")
    incident = Incident.objects.get()
    assert (incident.kind.code, incident.number, incident.owner) == (
        "crime",
        hit.incident_number,
        world.department,
    )
    told = f"{incident.title} {incident.description} {incident.witnesses.get().title}"
    assert not [plate for plate in ("123.45", "12345") if plate in told]  # more people see it than plates
    assert hit.entry.watch_list.name in incident.title
    assert [one.gate.id for one in junctions_ahead(hit)] == [north.pk]
    assert north.data["name"] in incident.description
    alert = Alert.objects.get()
    assert (alert.active, alert.acknowledged_by) == (False, world.owner)
    make.pass_by(world.source, north)
    decide(actor=world.owner, hit=Hit.objects.waiting().get(), state="confirmed")
    assert Incident.objects.get().witnesses.count() == 2


def test_not_this_one_opens_nothing_and_may_be_mended(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera)
    hit = decide(actor=world.owner, hit=Hit.objects.get(), state="not_this", note="20A-128.45")
    assert not Incident.objects.exists()
    assert not Alert.objects.get().active
    decide(actor=world.owner, hit=hit, state="confirmed")
    assert Incident.objects.count() == 1
    with pytest.raises(Conflict):
        decide(actor=world.owner, hit=hit, state="other")
    with pytest.raises(BadInput):
        decide(actor=world.owner, hit=hit, state="vielleicht")


def test_an_unsure_reading_near_a_wanted_plate_is_a_hit_unless_it_is_allowed(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera, "20A-123.46")
    assert not Hit.objects.exists()
    make.watch_list(world.department, "20A-123.47", sort="allowed")
    make.pass_by(world.source, world.camera, "20A-123.47", agreed=None, confidence=0.6)
    assert not Hit.objects.exists()
    make.pass_by(world.source, world.camera, "20A-123.48", agreed=None, confidence=0.6)
    assert Hit.objects.get().likeness == "near"


def test_a_second_reading_of_the_same_moment_is_one_hit(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    for _turn in range(3):
        make.pass_by(world.source, world.camera)
    assert Hit.objects.count() == 1


def test_another_reading_of_the_reader_counts_as_one(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera, "20A-128.45", candidates=[["20A-123.45", 0.5]], agreed=False)
    assert Hit.objects.get().likeness == "alike"  # what it also saw is never the same plate
    make.pass_by(world.source, world.camera, "20A-188.88", candidates=[["20A-123.45", 0.5]], agreed=True)
    assert Hit.objects.count() == 1  # both readers agree: it is what they say


def test_an_allowed_plate_exempts_itself_alone(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.watch_list(world.department, "20A-123.47", sort="allowed", likeness="exact")
    make.pass_by(
        world.source, world.camera, "20A-123.46", candidates=[["20A-123.47", 0.4]], agreed=False,
    )  # fmt: skip
    assert Hit.objects.get().likeness == "near"


def test_a_near_miss_does_not_swallow_the_vehicle_itself(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera, "20A-123.46", agreed=None, confidence=0.6)
    make.pass_by(world.source, world.camera, "20A-123.45")
    hit = Hit.objects.get()  # one vehicle, now read as it is
    assert (hit.plate, hit.likeness, hit.passage_id) == ("20A12345", "exact", Passage.objects.latest("id").pk)
    make.pass_by(world.source, world.camera, "20A-123.46", agreed=None, confidence=0.6)
    decide(actor=world.owner, hit=Hit.objects.get(likeness="near"), state="not_this")
    Hit.objects.filter(likeness="exact").delete()
    make.pass_by(world.source, world.camera, "20A-123.45")
    assert Hit.objects.count() == 2  # a person has said that the near miss is another


@pytest.mark.parametrize("refused", [False, True])
def test_a_mended_reading_asks_its_hit_anew(world: SimpleNamespace, refused: bool) -> None:
    make.watch_list(world.department, "20A-123.45")
    crop = default_storage.save("passages/2026-01-05/a.jpg", ContentFile(b"\xff\xd8"))
    passage = make.pass_by(world.source, world.camera, "20A-123.46", agreed=False, crop=crop)
    if refused:
        decide(actor=world.owner, hit=Hit.objects.get(), state="not_this")
    answer(actor=world.owner, passage=passage, text="20A-123.45")
    hit = Hit.objects.get()
    assert (hit.plate, hit.likeness, hit.state, hit.decided_by) == ("20A12345", "exact", "waiting", None)


def test_a_list_finds_what_passes_before_cameras_in_its_owners_reach(world: SimpleNamespace) -> None:
    own, stranger, above = (
        make.watch_list(body, "20A-123.45") for body in (world.department, world.agency, world.root)
    )
    narrowed = make.watch_list(world.root, "20A-123.45", unit=world.other_ward)
    wide = make.watch_list(world.root, "20A-123.45", unit=world.province)
    make.pass_by(world.source, world.camera)
    found = set(Hit.objects.values_list("entry__watch_list", flat=True))
    assert found == {own.pk, above.pk, wide.pk}
    assert not found & {stranger.pk, narrowed.pk}


def test_who_has_no_right_sees_and_decides_no_hit(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera)
    hit = Hit.objects.get()
    for who in (world.stranger, world.colleague, world.nobody):
        assert not Hit.objects.visible_to(who).exists()
        with pytest.raises(NotAllowed):
            decide(actor=who, hit=hit, state="confirmed")
    assert Hit.objects.visible_to(world.owner).exists()


@pytest.mark.parametrize("whole", [False, True])
def test_what_is_looked_for_no_more_waits_for_nobody(world: SimpleNamespace, whole: bool) -> None:
    watch = make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera)
    if whole:
        end_list(actor=world.owner, watch_list=watch, reason="Đã tìm thấy xe")
    else:
        remove_entry(actor=world.owner, entry=watch.entries.get(), reason="Đã tìm thấy xe")
    hit = Hit.objects.get()
    assert (hit.state, hit.decided_by, Alert.objects.get().active) == ("gone", world.owner, False)
    with pytest.raises(Conflict):
        decide(actor=world.owner, hit=hit, state="confirmed")


def test_an_alert_is_told_again_of_a_passage_before_the_last_word(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera, at=make.ago(minutes=-2))  # a clock ahead of ours
    decide(actor=world.owner, hit=Hit.objects.get(), state="other")
    assert not Alert.objects.filter(active=True).exists()
    Alert.objects.update(acknowledged_at=None, acknowledged_by=None)  # who decided may not acknowledge
    make.pass_by(world.source, world.camera, at=make.ago(minutes=3))
    assert Alert.objects.get().active


def test_a_plate_added_again_is_as_it_is_told_now(world: SimpleNamespace) -> None:
    watch = make.watch_list(world.department)
    today = timezone.localdate()
    entry = add_entry(actor=None, watch_list=watch, text="20A-123.45", note="cũ", expires_on=today)
    remove_entry(actor=world.owner, entry=entry)
    again = add_entry(actor=world.owner, watch_list=watch, text="20a12345", note="mới")
    assert (again.pk, again.note, again.expires_on, again.text) == (entry.pk, "mới", None, "20a12345")
    with pytest.raises(BadInput):
        add_entry(actor=None, watch_list=watch, text="20A-123.45")
    ListEntry.objects.update(expires_on="2020-01-01")  # over, though nobody took it off
    assert add_entry(actor=None, watch_list=watch, text="20A-123.45").expires_on is None


@pytest.mark.django_db(transaction=True)
def test_the_last_of_two_decisions_at_one_time_closes_the_alert(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    for camera in (world.camera, make.camera(world.department, world.ward, north_m=3000)):
        make.pass_by(world.source, camera)
    first, second = Hit.objects.order_by("pk")

    def other() -> None:
        decide(actor=world.owner, hit=second, state="other")
        connection.close()

    beside = threading.Thread(target=other)
    with transaction.atomic():
        decide(actor=world.owner, hit=first, state="other")
        beside.start()
        beside.join(1.5)
        assert beside.is_alive()  # waits for the entry
    beside.join(10)
    assert not Hit.objects.waiting().exists()
    assert not Alert.objects.filter(active=True).exists()


def test_a_list_that_is_called_by_its_plate_gives_it_away_in_no_incident(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45", name="Xe 20A 123.45", reason="Xe 20A-12345 bị mất trộm")
    make.pass_by(world.source, world.camera)
    decide(actor=world.owner, hit=Hit.objects.get(), state="confirmed")
    incident = Incident.objects.get()
    assert not [plate for plate in ("123.45", "12345") if plate in f"{incident.title} {incident.description}"]
