"""From new to closed, and everything that can come between."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.alerts.tests.factories import alert
from naoso.core.notify.models import Notification
from naoso.core.outbox.models import OutboxMessage
from naoso.core.response import clock, services
from naoso.core.response.models import EntryKind, Incident, TimelineEntry
from naoso.core.response.tests.factories import incident, kind, witness_of
from naoso.core.response.witnesses import of_alert
from naoso.core.response.workflow import MOVES, State, can_move
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def test_opening_sets_the_clock_the_steps_and_tells_the_owner(cast: SimpleNamespace) -> None:
    row = incident(cast)
    assert row.due_at == row.opened_at + timedelta(hours=8)
    steps = list(row.tasks.values_list("title", "due_at"))
    assert steps == [
        ("Bước 1", row.opened_at + timedelta(minutes=15)),
        ("Bước 2", row.opened_at + timedelta(minutes=60)),
    ]
    assert row.timeline.get().kind == EntryKind.OPENED
    assert {n.account.username for n in Notification.objects.all()} == {"owner", "chief"}
    assert OutboxMessage.objects.filter(name="response.incident_opened").count() == 1


def test_numbers_are_never_given_twice(cast: SimpleNamespace) -> None:
    assert incident(cast).number != incident(cast).number


def test_the_whole_way(cast: SimpleNamespace) -> None:
    row = incident(cast)
    services.accept(incident=row, actor=cast.owner)
    services.start_work(incident=row, actor=cast.owner)
    task = services.add_task(incident=row, actor=cast.owner, title="Gọi trạm")
    services.finish_task(task=task, actor=cast.owner)
    services.finish_task(task=task, actor=cast.owner)
    services.close_incident(incident=row, actor=cast.owner, outcome="solved", note="Đã dập lửa")
    row.refresh_from_db()
    assert (row.state, row.outcome, row.assignee) == (State.CLOSED, "solved", cast.owner)
    assert row.timeline.filter(text__contains="Gọi trạm", kind=EntryKind.TASK).count() == 2
    assert OutboxMessage.objects.filter(name="response.incident_closed").count() == 1


def test_every_move_outside_the_table_is_refused(cast: SimpleNamespace) -> None:
    assert not can_move(State.CLOSED, State.PAUSED)
    for before, after in MOVES.items():
        assert before not in after
    row = incident(cast)
    with pytest.raises(BadInput, match=r"Paused|Tạm dừng"):
        clock.pause_clock(incident=row, actor=cast.owner, reason="chờ mưa tạnh")
    row.refresh_from_db()
    assert row.state == State.NEW


def test_solved_without_words_is_refused(cast: SimpleNamespace) -> None:
    with pytest.raises(BadInput) as error:
        services.close_incident(incident=incident(cast), actor=cast.owner, outcome="solved", note=" ")
    assert error.value.errors[0].field == "note"


def test_a_stale_screen_gets_a_conflict_and_changes_nothing(cast: SimpleNamespace) -> None:
    row = incident(cast)
    services.accept(incident=row, actor=cast.owner, seen=row.version)
    with pytest.raises(Conflict):
        services.start_work(incident=row, actor=cast.chief, seen=row.version)
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


def test_pausing_stops_the_clock_and_resuming_gives_back_what_was_left(cast: SimpleNamespace) -> None:
    row = services.accept(incident=incident(cast), actor=cast.owner)
    clock.pause_clock(incident=row, actor=cast.owner, reason="chờ vật tư")
    paused = Incident.objects.get()
    assert (paused.state, paused.pause_reason) == (State.PAUSED, "chờ vật tư")
    Incident.objects.update(paused_at=paused.paused_at - timedelta(hours=2))
    left = paused.due_at - (paused.paused_at - timedelta(hours=2))
    row = clock.resume_clock(incident=paused, actor=cast.owner)
    assert abs(row.due_at - timezone.now() - left) < timedelta(seconds=5)
    assert row.state == State.WORKING


def test_a_paused_incident_is_never_late(cast: SimpleNamespace) -> None:
    row = services.accept(incident=incident(cast), actor=cast.owner)
    Incident.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert Incident.objects.late().exists()
    clock.pause_clock(incident=row, actor=cast.owner, reason="chờ")
    assert not Incident.objects.late().exists()


def test_being_late_is_told_once_to_the_body_above(cast: SimpleNamespace) -> None:
    incident(cast)
    Notification.objects.all().delete()
    Incident.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert clock.warn_late() == 1
    assert clock.warn_late() == 0
    assert {n.account.username for n in Notification.objects.filter(key="response.late")} == {"chief"}


def test_an_alert_becomes_an_incident_with_its_facts(cast: SimpleNamespace) -> None:
    kind("environment")
    one = alert(cast)
    row = services.open_from_alert(alert=one, actor=cast.owner)
    assert (row.owner, row.unit, row.severity) == (one.owner, one.unit, one.severity)
    assert row.witnesses.get().subject == f"alerts:alert:{one.pk}"
    one.refresh_from_db()
    assert one.acknowledged_by == cast.owner


def test_without_a_fitting_kind_the_error_says_what_to_do(cast: SimpleNamespace) -> None:
    with pytest.raises(BadInput) as error:
        services.open_from_alert(alert=alert(cast), actor=cast.owner)
    assert error.value.errors[0].field == "kind"


def test_merging_moves_witnesses_and_open_tasks(cast: SimpleNamespace) -> None:
    one = incident(cast, witnesses=[witness_of("a"), witness_of("b")])
    other = incident(cast, witnesses=[witness_of("b")])
    services.add_task(incident=one, actor=cast.owner, title="Gọi trạm")
    services.merge(incident=one, into=other, actor=cast.owner)
    one.refresh_from_db()
    assert (one.state, one.outcome, one.merged_into) == (State.CLOSED, "merged", other)
    assert set(other.witnesses.values_list("subject", flat=True)) == {"a", "b"}
    assert [t.title for t in other.tasks.order_by("order")] == ["Bước 1", "Bước 2", "Gọi trạm"]
    assert one.tasks.count() == 2
    with pytest.raises(BadInput):
        services.merge(incident=other, into=one, actor=cast.owner)


def test_splitting_takes_some_witnesses_along(cast: SimpleNamespace) -> None:
    one = incident(cast, witnesses=[witness_of("a"), witness_of("b")])
    chosen = one.witnesses.get(subject="b").pk
    twin = services.split(incident=one, actor=cast.owner, title="Việc khác", witness_ids=[chosen])
    assert [w.subject for w in twin.witnesses.all()] == ["b"]
    assert [w.subject for w in one.witnesses.all()] == ["a"]
    with pytest.raises(BadInput):
        services.split(incident=one, actor=cast.owner, title="", witness_ids=[])


def test_assigning_to_somebody_who_may_not_work_there_is_refused(cast: SimpleNamespace) -> None:
    row = incident(cast)
    with pytest.raises(BadInput) as error:
        services.assign(incident=row, actor=cast.chief, owner=cast.department, assignee=cast.stranger)
    assert error.value.errors[0].field == "assignee"
    services.assign(incident=row, actor=cast.chief, owner=cast.agency, assignee=cast.stranger)
    assert row not in Incident.objects.visible_to(cast.owner)
    assert row in Incident.objects.visible_to(cast.stranger)


@pytest.mark.parametrize("verb", [services.accept, services.start_work])
def test_outside_the_scope_nothing_may_be_done(cast: SimpleNamespace, verb: object) -> None:
    row = incident(cast)
    for other in (cast.colleague, cast.stranger, cast.nobody):
        with pytest.raises(NotAllowed):
            verb(incident=row, actor=other)  # type: ignore[operator]


def test_reopening_needs_a_reason_and_starts_the_clock_anew(cast: SimpleNamespace) -> None:
    row = services.close_incident(incident=incident(cast), actor=cast.owner, outcome="false_alarm")
    with pytest.raises(BadInput):
        services.reopen(incident=row, actor=cast.owner, reason="")
    row = services.reopen(incident=row, actor=cast.owner, reason="cháy lại")
    assert row.is_open
    assert row.due_at > timezone.now()


def test_the_timeline_cannot_be_rewritten(cast: SimpleNamespace) -> None:
    incident(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimelineEntry.objects.update(text="khác")


def test_closed_without_an_outcome_cannot_be_stored(cast: SimpleNamespace) -> None:
    incident(cast)
    with pytest.raises(IntegrityError, match="incident_closed_has_outcome"), transaction.atomic():
        Incident.objects.update(state=State.CLOSED, closed_at=timezone.now())


def test_whoever_takes_it_has_seen_its_alerts(cast: SimpleNamespace) -> None:
    seen, row = alert(cast), incident(cast)
    services.add_witness(incident=row, actor=cast.owner, testimony=of_alert(seen))
    services.accept(incident=row, actor=cast.owner)
    seen.refresh_from_db()
    assert (seen.acknowledged_by, seen.note) == (cast.owner, row.number)


def test_a_refused_acceptance_acknowledges_nothing(cast: SimpleNamespace) -> None:
    seen, row = alert(cast), incident(cast)
    services.add_witness(incident=row, actor=cast.owner, testimony=of_alert(seen))
    with pytest.raises(Conflict):
        services.accept(incident=row, actor=cast.owner, seen=row.version + 5)
    with pytest.raises(NotAllowed):
        services.accept(incident=row, actor=cast.stranger)
    seen.refresh_from_db()
    assert seen.acknowledged_at is None


@pytest.mark.django_db(transaction=True)
def test_accepting_and_a_new_alarm_do_not_wait_for_each_other(cast: SimpleNamespace) -> None:
    """Both lock the alert first: neither is told of a deadlock, and both are there afterwards."""
    seen, row = alert(cast), incident(cast)
    services.add_witness(incident=row, actor=cast.owner, testimony=of_alert(seen))
    faults: list[Exception] = []
    together = threading.Barrier(2)

    def intake() -> None:
        try:
            with transaction.atomic():
                Alert.objects.select_for_update().get(pk=seen.pk)
                together.wait(10)
                time.sleep(0.5)
                Incident.objects.select_for_update().get(pk=row.pk)
        except Exception as error:  # noqa: BLE001 - the test tells of it
            faults.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=intake)
    thread.start()
    together.wait(10)
    services.accept(incident=row, actor=cast.owner)
    thread.join(20)
    assert faults == []
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
