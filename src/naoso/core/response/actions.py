"""Every action on an incident as one table: its form, its verb, when it is offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.response import clock, forms, services
from naoso.core.response.models import Incident
from naoso.core.response.workflow import State


@dataclass(frozen=True, slots=True)
class Action:
    """`states` None: in every open state."""

    run: Callable[..., Any]
    permission: str
    form: type[forms.ActionForm] | None = None
    states: frozenset[str] | None = None

    def offered(self, incident: Incident, actor: Account) -> bool:
        """Whether the state allows it and the actor may."""
        fits = incident.state in self.states if self.states else incident.is_open
        return fits and allowed(actor, self.permission, incident)


def _merge(*, incident: Incident, actor: Account, into: Incident) -> Incident:
    services.merge(incident=incident, into=into, actor=actor)
    return into


ACTIONS: dict[str, Action] = {
    "accept": Action(services.accept, "response.work", states=frozenset({State.NEW})),
    "start": Action(services.start_work, "response.work", states=frozenset({State.ACCEPTED})),
    "assign": Action(services.assign, "response.assign", forms.AssignForm),
    "note": Action(services.add_note, "response.work", forms.NoteForm),
    "task": Action(services.add_task, "response.work", forms.TaskForm),
    "pause": Action(
        clock.pause_clock, "response.work", forms.PauseForm, frozenset({State.ACCEPTED, State.WORKING})
    ),
    "resume": Action(clock.resume_clock, "response.work", states=frozenset({State.PAUSED})),
    "merge": Action(_merge, "response.work", forms.MergeForm),
    "split": Action(services.split, "response.work", forms.SplitForm),
    "close": Action(services.close_incident, "response.close", forms.CloseForm),
    "reopen": Action(services.reopen, "response.close", forms.ReopenForm, frozenset({State.CLOSED})),
}


def offered(incident: Incident, actor: Account) -> dict[str, forms.ActionForm | bool]:
    """The actions that this person sees now, each with its empty form where it has one."""
    found: dict[str, forms.ActionForm | bool] = {}
    for name, action in ACTIONS.items():
        if action.offered(incident, actor) and (name != "split" or incident.witnesses.count() > 1):
            form = action.form
            found[name] = form(incident=incident, actor=actor, prefix=name) if form else True
    return found
