"""A procedure in motion: which steps have their turn, and what the centre does by itself.

Steps of one stage run side by side. The next stage opens when every step of this one that counts is done
or skipped. A step counts when its condition holds; it is asked again at every change, so that an incident
that becomes worse gets the steps of a worse one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.rows import update_rows
from naoso.core.response import step_actions
from naoso.core.response.calendar import calendar
from naoso.core.response.clock import deadline
from naoso.core.response.models import (
    Condition,
    DoneWhen,
    EntryKind,
    Incident,
    ProcedureStep,
    Task,
    Witness,
)
from naoso.core.response.queue import act_later
from naoso.core.response.timeline import announce, write
from naoso.core.response.working_time import is_working
from naoso.kernel.errors import BadInput


def begin(incidents: Sequence[tuple[Incident, int]]) -> None:
    """Every step of the kind's procedure becomes a task; those of the first stage have their turn.

    Each incident comes with the number of its witnesses. One statement, however many incidents.
    """
    tasks: list[Task] = []
    busy: list[int] = []
    for incident, seen in incidents:
        own = _tasks_of(incident)
        tasks += own
        if _open(own, incident, seen, incident.opened_at):
            busy.append(incident.pk)
    Task.objects.bulk_create(tasks)
    act_later(busy)


def _tasks_of(incident: Incident) -> list[Task]:
    procedure = incident.kind.procedure
    return [
        Task(
            incident=incident,
            order=step.order,
            title=step.title,
            role_id=step.role_id,
            step=step,
            opened_at=None,
            due_at=deadline(incident.kind, incident.opened_at, step.within),
        )
        for step in (procedure.steps.all() if procedure else ())
    ]


def settle(incident: Incident) -> None:
    """After any change: opens what has its turn now; the centre's own steps are queued."""
    settle_all([incident])


def settle_all(incidents: Sequence[Incident]) -> None:
    """The same for many, in as few statements as for one."""
    tasks: dict[int, list[Task]] = {}
    for task in Task.objects.filter(incident__in=incidents, step__isnull=False).select_related("step"):
        tasks.setdefault(task.incident_id, []).append(task)
    waiting = [task for own in tasks.values() for task in own if task.opened_at is None]
    if not waiting:
        return
    seen = witnesses_of(incidents)
    now = timezone.now()
    busy = [one.pk for one in incidents if _open(tasks.get(one.pk, []), one, seen.get(one.pk, 0), now)]
    update_rows([task for task in waiting if task.opened_at], ["opened_at"])
    act_later(busy)


def fulfil(incident: Incident, what: DoneWhen, actor: Account | None, note: str = "") -> int:
    """Something happened that a step waits for: it is done, and nobody has to tick it; returns how many."""
    waiting = incident.tasks.filter(done_at__isnull=True, step__done_when=what.value)
    done = list(waiting.select_for_update(of=("self",)))
    for task in done:
        task.done_at, task.done_by = timezone.now(), actor
        task.note = task.note or note[:500]
        task.save(update_fields=["done_at", "done_by", "note"])
        write(incident, actor, EntryKind.TASK, _("Done: %(title)s") % {"title": task.title})
    if done:
        settle(incident)
    return len(done)


def witnesses_of(incidents: Sequence[Incident]) -> dict[int, int]:
    """How many tell of each."""
    rows = Witness.objects.filter(incident__in=incidents).values_list("incident_id")
    return dict(rows.annotate(Count("pk")))


def _open(tasks: Sequence[Task], incident: Incident, seen: int, now: datetime) -> bool:
    """Marks the tasks whose turn has come; whether the centre itself has something to do."""
    counting = [task for task in tasks if task.done_at is None and _counts(task, incident, seen, now)]
    if not counting:
        return False
    stage = min(_step(task).stage for task in counting)
    fresh = [task for task in counting if task.opened_at is None and _step(task).stage == stage]
    for task in fresh:
        task.opened_at = now
    return any(_step(task).action for task in fresh)


def _step(task: Task) -> ProcedureStep:
    assert task.step is not None
    return task.step


def _counts(task: Task, incident: Incident, seen: int, now: datetime) -> bool:
    return task.opened_at is not None or holds(_step(task), incident.severity, seen, now)


def holds(step: ProcedureStep, severity: int, witnesses: int, now: datetime) -> bool:
    """Whether the step's condition is met."""
    if step.condition == Condition.SEVERITY:
        return severity >= step.condition_value
    if step.condition == Condition.WITNESSES:
        return witnesses >= step.condition_value
    if step.condition == Condition.OFF_HOURS:
        return not is_working(now, calendar())
    return True


def act(incident_id: int) -> int:
    """The centre does its own steps whose turn it is, and those that follow from them; returns how many.

    A step that cannot be done stays open for its role, with the reason.
    """
    done = 0
    with recorded(None, reason="procedure"):
        incident = Incident.objects.select_for_update(of=("self",)).select_related("kind").get(pk=incident_id)
        while own := _own_turn(incident):
            for task in own:
                done += _do(task, incident)
            settle(incident)
        if done:
            incident.version += 1
            incident.save(update_fields=["version"])
            announce(incident, "response.incident_changed")
    return done


def _own_turn(incident: Incident) -> list[Task]:
    if not incident.is_open:
        return []
    mine = incident.tasks.filter(done_at__isnull=True, opened_at__isnull=False, note="")
    return list(mine.exclude(step__isnull=True).exclude(step__action="").select_related("step__role"))


def _do(task: Task, incident: Incident) -> int:
    step = _step(task)
    try:
        with transaction.atomic():
            text = step_actions.run(incident, step)
    except BadInput as error:
        task.note = _("Not done by the centre: %(why)s") % {"why": "; ".join(e.message for e in error.errors)}
        task.note = task.note[:500]
        task.save(update_fields=["note"])
        write(incident, None, EntryKind.TASK, f"{task.title}: {task.note}")
        return 0
    task.done_at, task.note = timezone.now(), text[:500]
    task.save(update_fields=["done_at", "note"])
    write(incident, None, EntryKind.TASK, f"{task.title}: {text}")
    return 1


def opened(tasks: Iterable[Task]) -> list[list[Task]]:
    """As a screen shows them: by stage, in order; added tasks, which belong to none, come last."""
    stages: dict[int, list[Task]] = {}
    for task in tasks:
        stages.setdefault(task.step.stage if task.step else 1_000, []).append(task)
    return [stages[number] for number in sorted(stages)]
