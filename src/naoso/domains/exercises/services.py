"""Writes: a run is asked for, moves on, ends."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.domains.exercises.models import MOVES, Run, RunState
from naoso.domains.exercises.queue import play_later
from naoso.domains.exercises.rules import Script
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.events import Audience, Event

RUN = "exercises.run"
FASTEST = 600.0


def ask(
    *, script: Script, actor: Account, owner: Organisation, speed: float, unattended: bool, later: bool = True
) -> Run:
    """A run is about to start. Only in a space for exercises, and one at a time."""
    require(actor, RUN, owner_id=owner.pk)
    if not settings.EXERCISE:
        raise BadInput.of(
            "script",
            script.slug,
            "space",
            _("Exercises run in a space of their own, never in the real centre."),
        )
    if not 0 < speed <= FASTEST:
        raise BadInput.of("speed", speed, "range", _("From 0.1 to 600 times."))
    try:
        with recorded(actor):
            run = Run.objects.create(
                script=script.slug,
                title=script.title[:200],
                owner=owner,
                started_by=actor,
                speed=speed,
                unattended=unattended,
                of=len(script.deeds),
            )
            _tell(run)
            if later:
                play_later(run.pk)
    except IntegrityError as error:
        raise Conflict(_("Another exercise is running. Wait for its end, or stop it.")) from error
    return run


def stop(*, run: Run, actor: Account) -> Run:
    """What has been played stays; nothing more happens."""
    require(actor, RUN, run)
    with recorded(actor):
        return _move(run, RunState.STOPPED, ended_at=timezone.now())


def started(*, run: Run, of: int) -> Run:
    """The first second of the script."""
    return _changed(run, RunState.RUNNING, started_at=timezone.now(), of=of)


def progressed(*, run: Run, done: int, said: str) -> Run:
    """One more thing has happened. Returns the run as it stands, stopped perhaps."""
    with recorded(None), transaction.atomic():
        row = Run.objects.select_for_update().get(pk=run.pk)
        row.done, row.said = done, said[:300] or row.said
        row.save(update_fields=["done", "said"])
        _tell(row)
    return row


def ended(*, run: Run, state: RunState, **more: Any) -> Run:
    """It is over, with its results where it came so far."""
    more["said"] = str(more.get("said", run.said))[:300]
    return _changed(run, state, ended_at=timezone.now(), **more)


def _changed(run: Run, state: RunState, **values: Any) -> Run:
    with recorded(None, reason="exercise"):
        return _move(run, state, **values)


def _move(run: Run, state: RunState, **values: Any) -> Run:
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if state not in MOVES[RunState(row.state)]:
            raise Conflict(_("This exercise has ended already."))
        row.state = state
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        _tell(row)
    return row


def _tell(run: Run) -> None:
    emit(
        Event(
            name="exercises.run_changed",
            data={"id": run.pk, "state": run.state, "done": run.done, "of": run.of},
            audience=Audience("exercises.view", run.owner_id),
        )
    )
