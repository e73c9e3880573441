"""A procedure in motion: stages, conditions, what the centre does by itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from naoso.core.notify.models import Notification
from naoso.core.response import services, stages
from naoso.core.response.models import (
    DoneWhen,
    Incident,
    IncidentKind,
    Procedure,
    ProcedureStep,
    Task,
)
from naoso.core.response.tests.factories import incident, kind, witness_of
from naoso.kernel.errors import BadInput, Conflict

pytestmark = pytest.mark.django_db


def procedure(*steps: dict[str, Any]) -> IncidentKind:
    made = Procedure.objects.create(code="chay", version=1, title="Cháy")
    for order, values in enumerate(steps, 1):
        ProcedureStep.objects.create(**({"procedure": made, "order": order, "title": f"b{order}"} | values))
    return kind("fire", procedure=made)


def turns(row: Incident) -> list[str]:
    tasks = row.tasks.filter(opened_at__isnull=False, done_at__isnull=True)
    return list(tasks.values_list("title", flat=True))


def task(row: Incident, title: str) -> Task:
    return row.tasks.get(title=title)


def test_a_stage_opens_when_the_one_before_is_done(cast: SimpleNamespace) -> None:
    row = incident(cast, kind=procedure({}, {}, {"stage": 2}, {"stage": 3}))
    assert turns(row) == ["b1", "b2"]
    services.finish_task(task=task(row, "b1"), actor=cast.owner)
    assert turns(row) == ["b2"]
    services.finish_task(task=task(row, "b2"), actor=cast.owner)
    assert turns(row) == ["b3"]


def test_a_skipped_step_says_why_and_holds_up_nobody(cast: SimpleNamespace) -> None:
    row = incident(cast, kind=procedure({}, {"stage": 2}))
    with pytest.raises(BadInput):
        services.skip_task(task=task(row, "b1"), actor=cast.owner, reason=" ")
    done = services.skip_task(task=task(row, "b1"), actor=cast.owner, reason="không có người bị nạn")
    assert (done.skipped, done.note) == (True, "không có người bị nạn")
    assert turns(row) == ["b2"]
    with pytest.raises(Conflict):
        services.skip_task(task=task(row, "b1"), actor=cast.owner, reason="lần nữa")
    services.reopen_task(task=task(row, "b1"), actor=cast.owner)
    assert not task(row, "b1").skipped


def test_steps_of_a_worse_incident_come_when_it_becomes_worse(cast: SimpleNamespace) -> None:
    steps = procedure(
        {}, {"condition": "severity", "condition_value": 4}, {"condition": "witnesses", "condition_value": 2}
    )
    row = incident(cast, kind=steps, witnesses=[witness_of("a")])
    assert turns(row) == ["b1"]
    services.add_witness(incident=row, actor=cast.owner, testimony=witness_of("b"))
    assert turns(row) == ["b1", "b3"]
    Incident.objects.filter(pk=row.pk).update(severity=4)
    row.refresh_from_db()
    stages.settle(row)
    assert turns(row) == ["b1", "b2", "b3"]


def test_a_step_whose_condition_never_holds_holds_up_nobody(cast: SimpleNamespace) -> None:
    row = incident(cast, kind=procedure({"condition": "severity", "condition_value": 4}, {"stage": 2}))
    assert turns(row) == ["b2"]


def test_the_centre_does_its_own_steps_and_what_follows(cast: SimpleNamespace) -> None:
    row = incident(
        cast,
        kind=procedure(
            {"action": "notify", "argument": "Chuẩn bị xe thang"},
            {"stage": 2, "action": "convene", "argument": "phòng họp 2"},
            {"stage": 3},
        ),
    )
    assert ProcrastinateJob.objects.filter(task_name="response.act", args={"incident_id": row.pk}).exists()
    before = Notification.objects.count()
    assert stages.act(row.pk) == 2
    assert turns(row) == ["b3"]
    assert Notification.objects.filter(title__contains="Chuẩn bị xe thang").count() == 2
    assert Notification.objects.count() == before + 4
    assert "phòng họp 2" in task(row, "b2").note
    assert stages.act(row.pk) == 0


def test_what_the_centre_cannot_do_waits_for_a_person(cast: SimpleNamespace) -> None:
    row = incident(cast, kind=procedure({"action": "convene"}, {"action": "fly"}, {"stage": 2}))
    assert stages.act(row.pk) == 0
    assert turns(row) == ["b1", "b2"]
    assert "where to meet" in task(row, "b1").note or "họp" in task(row, "b1").note
    assert stages.act(row.pk) == 0
    services.finish_task(task=task(row, "b1"), actor=cast.owner)
    services.finish_task(task=task(row, "b2"), actor=cast.owner)
    assert turns(row) == ["b3"]


def test_what_happens_elsewhere_ends_the_step_that_waits_for_it(cast: SimpleNamespace) -> None:
    row = incident(cast, kind=procedure({"done_when": "crew_sent"}, {"stage": 2, "done_when": "crew_there"}))
    assert stages.fulfil(row, DoneWhen.CREW_SENT, cast.owner, "CC-01") == 1
    done = task(row, "b1")
    assert (done.done_by, done.note) == (cast.owner, "CC-01")
    assert turns(row) == ["b2"]
    assert stages.fulfil(row, DoneWhen.CREW_SENT, cast.owner) == 0
    assert stages.fulfil(row, DoneWhen.CREW_THERE, None) == 1
    assert turns(row) == []
