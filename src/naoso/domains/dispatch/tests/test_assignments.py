"""Who wins, what is written, what is freed."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from naoso.core.notify.models import Delivery, Notification
from naoso.core.outbox.models import OutboxMessage
from naoso.core.outbox.services import opened
from naoso.core.people.models import AuditEntry
from naoso.core.response.services import close_incident
from naoso.domains.dispatch.models import Assignment, Resource
from naoso.domains.dispatch.services import assignments as services
from naoso.domains.dispatch.services.resources import set_state
from naoso.domains.dispatch.subscribers import incident_closed
from naoso.domains.dispatch.tests.factories import incident, on_duty, resource
from naoso.domains.dispatch.workflow import AssignmentState
from naoso.kernel.errors import BadInput, Conflict, NotAllowed


@pytest.mark.django_db
def test_sent_acknowledged_on_scene_done(cast: SimpleNamespace) -> None:
    row, fire = resource(cast, phone="0900000101"), incident(cast)
    on_duty(cast.colleague, row)
    [sent] = services.assign(resources=[row], incident=fire, actor=cast.owner)
    assert (sent.state, sent.eta_by, sent.assigned_by) == ("assigned", "line", cast.owner)
    told = Notification.objects.get(account=cast.colleague, key="dispatch.assigned")
    assert told.url == f"/dispatch/crew/{sent.pk}/"
    assert Delivery.objects.filter(channel="gateway", address="0900000101").count() == 1
    for state, of_resource in (
        ("acknowledged", "assigned"), ("en_route", "en_route"), ("on_scene", "on_scene"),
        ("done", "returning"),
    ):  # fmt: skip
        services.advance(assignment=sent, actor=cast.colleague, to=state)
        row.refresh_from_db()
        assert row.state == of_resource
    sent.refresh_from_db()
    times = [sent.assigned_at, sent.acknowledged_at, sent.en_route_at, sent.on_scene_at, sent.ended_at]
    assert all(times)
    assert times == sorted(times)  # type: ignore[type-var]
    lines = [entry.text for entry in fire.timeline.all()]
    assert sum(row.name in line for line in lines) == 5
    names = set(OutboxMessage.objects.values_list("name", flat=True))
    assert {"dispatch.assignment_changed", "response.incident_changed"} <= names
    assert AuditEntry.objects.filter(table="dispatch_assignment", actor_id=cast.colleague.pk).exists()


@pytest.mark.django_db
def test_a_proposal_holds_until_it_is_sent(cast: SimpleNamespace) -> None:
    row, fire, other = resource(cast), incident(cast), incident(cast, title="Khác")
    asked = services.propose(resource=row, incident=fire, actor=cast.owner)
    with pytest.raises(Conflict, match=fire.number):
        services.assign(resources=[row], incident=other, actor=cast.owner)
    [sent] = services.assign(resources=[row], incident=fire, actor=cast.owner)
    assert (sent.pk, sent.state) == (asked.pk, "assigned")


@pytest.mark.django_db
def test_steps_that_cannot_be(cast: SimpleNamespace) -> None:
    row, fire = resource(cast), incident(cast)
    [sent] = services.assign(resources=[row], incident=fire, actor=cast.owner)
    with pytest.raises(BadInput, match="reason"):
        services.stand_down(assignment=sent, actor=cast.owner, reason=" ")
    with pytest.raises(Conflict):
        set_state(resource=row, actor=cast.owner, to="off_duty")
    services.stand_down(assignment=sent, actor=cast.owner, reason="Báo nhầm")
    with pytest.raises(Conflict, match="Báo nhầm"):
        services.advance(assignment=sent, actor=cast.owner, to="on_scene")
    row.refresh_from_db()
    assert row.state == "available"
    set_state(resource=row, actor=cast.owner, to="out_of_service", reason="Hỏng bơm")
    with pytest.raises(Conflict):
        services.assign(resources=[row], incident=fire, actor=cast.owner)


@pytest.mark.django_db
def test_all_or_none(cast: SimpleNamespace) -> None:
    free, busy, fire = resource(cast), resource(cast, "cc-02"), incident(cast)
    services.assign(resources=[busy], incident=incident(cast, title="Khác"), actor=cast.owner)
    with pytest.raises(Conflict), transaction.atomic():
        services.assign(resources=[free, busy], incident=fire, actor=cast.owner)
    free.refresh_from_db()
    assert free.state == "available"
    assert not Assignment.objects.filter(incident=fire).exists()


@pytest.mark.django_db
def test_strangers_send_nobody(cast: SimpleNamespace) -> None:
    row, fire = resource(cast), incident(cast)
    for who in (cast.stranger, cast.nobody):
        with pytest.raises(NotAllowed):
            services.assign(resources=[row], incident=fire, actor=who)
        with pytest.raises(NotAllowed):
            services.propose(resource=row, incident=fire, actor=who)
    [sent] = services.assign(resources=[row], incident=fire, actor=cast.owner)
    with pytest.raises(NotAllowed):
        services.advance(assignment=sent, actor=cast.stranger, to="on_scene")


@pytest.mark.django_db
def test_a_closed_incident_frees_what_it_bound_once(cast: SimpleNamespace) -> None:
    there, coming, fire = resource(cast), resource(cast, "cc-02"), incident(cast)
    first, second = services.assign(resources=[there, coming], incident=fire, actor=cast.owner)
    services.advance(assignment=first, actor=cast.owner, to=AssignmentState.ON_SCENE)
    close_incident(incident=fire, actor=cast.owner, outcome="solved", note="Đã dập tắt")
    told = opened(OutboxMessage.objects.filter(name="response.incident_closed").latest("id").body)
    incident_closed(told)
    incident_closed(told)
    states = dict(Assignment.objects.values_list("resource__code", "state"))
    assert states == {"cc-01": "done", "cc-02": "stood_down"}
    second.refresh_from_db()
    assert fire.number in second.end_reason
    assert set(Resource.objects.values_list("state", flat=True)) == {"returning", "available"}
    with pytest.raises(Conflict):
        services.assign(resources=[coming], incident=fire, actor=cast.owner)


@pytest.mark.django_db
def test_the_database_itself_allows_one(cast: SimpleNamespace) -> None:
    row, fire = resource(cast), incident(cast)
    Assignment.objects.create(resource=row, incident=fire, state="assigned")
    with pytest.raises(IntegrityError, match="assignment_one_active_a_resource"), transaction.atomic():
        Assignment.objects.create(resource=row, incident=fire, state="proposed")
    with pytest.raises(IntegrityError, match="stood_down_has_reason"), transaction.atomic():
        Assignment.objects.update(state="stood_down", ended_at="2026-01-01T00:00:00Z")


@pytest.mark.django_db(transaction=True)
def test_of_two_dispatchers_one_wins_and_the_other_is_told(cast: SimpleNamespace) -> None:
    row = resource(cast)
    fires = [incident(cast), incident(cast, title="Khác")]
    gate, outcome = threading.Barrier(2), []

    def send(number: int, actor: object) -> None:
        try:
            gate.wait()
            services.assign(resources=[row], incident=fires[number], actor=actor)  # type: ignore[arg-type]
            outcome.append("sent")
        except Conflict as error:
            outcome.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=pair) for pair in ((0, cast.owner), (1, cast.chief))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcome) == 2
    assert outcome.count("sent") == 1
    [told] = [words for words in outcome if words != "sent"]
    winner = Assignment.objects.get()
    assert winner.incident.number in told
    assert str(winner.made_by) in told
