"""Every action of an officer on a report as one table: its form, its verb, when it is offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.domains.citizen_reports.forms import moves as forms
from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.services import incidents, joining, moves, outside, publishing
from naoso.domains.citizen_reports.workflow import ENDED, OPEN, State

HANDLE, MODERATE = "citizen_reports.handle", "citizen_reports.moderate"


@dataclass(frozen=True, slots=True)
class Action:
    """`states`: where it is offered."""

    run: Callable[..., Any]
    form: type[forms.ActionForm]
    states: frozenset[State] = OPEN
    permission: str = HANDLE


def _merge(*, report: Report, actor: Account, other: Report, seen: int | None) -> Any:
    return joining.merge(report=report, actor=actor, into=other, seen=seen)


def _parent(*, report: Report, actor: Account, other: Report | None, seen: int | None) -> Any:
    return joining.set_parent(report=report, actor=actor, parent=other, seen=seen)


ACTIONS: dict[str, Action] = {
    "accept": Action(moves.accept, forms.AcceptForm, frozenset({State.NEW})),
    "answer": Action(moves.answer, forms.AnswerForm),
    "tell": Action(moves.tell, forms.TellForm),
    "ask": Action(moves.ask, forms.AskForm, frozenset({State.NEW, State.ACCEPTED})),
    "assign": Action(moves.assign, forms.AssignForm, frozenset({State.NEW, State.ACCEPTED})),
    "category": Action(moves.recategorise, forms.CategoryForm, frozenset({State.NEW, State.ACCEPTED})),
    "note": Action(moves.note, forms.NoteForm, OPEN | ENDED),
    "resume": Action(moves.resume, forms.AcceptForm, frozenset({State.WAITING, State.OUTSIDE})),
    "outside": Action(outside.send_outside, forms.OutsideForm, frozenset({State.NEW, State.ACCEPTED})),
    "merge": Action(_merge, forms.OtherReportForm, frozenset({State.NEW, State.ACCEPTED})),
    "parent": Action(_parent, forms.ParentForm),
    "incident": Action(incidents.turn_into_incident, forms.AcceptForm),
    "link": Action(incidents.link_to_incident, forms.IncidentForm),
    "reopen": Action(moves.reopen, forms.ReasonForm, ENDED),
    "release": Action(publishing.release, forms.AcceptForm),
    "hide": Action(publishing.hide, forms.ReasonForm, OPEN | ENDED, MODERATE),
    "show": Action(publishing.show, forms.AcceptForm, OPEN | ENDED, MODERATE),
}


def offered(report: Report, actor: Account) -> dict[str, Action]:
    """The actions that this person sees now."""
    unfit = {"release"} if not report.held else {"accept", "answer", "tell", "ask", "outside"}
    unfit |= {"hide"} if not report.is_public else {"show"}
    unfit |= {"show"} if not report.hidden else set()
    held = {code for code in (HANDLE, MODERATE) if allowed(actor, code, report)}
    return {
        name: action
        for name, action in ACTIONS.items()
        if name not in unfit and report.state in action.states and action.permission in held
    }


def form_of(name: str, report: Report, actor: Account) -> forms.ActionForm:
    """The empty form of an action."""
    return ACTIONS[name].form(report=report, actor=actor, prefix=name)
