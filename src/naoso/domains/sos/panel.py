"""What operators see of a call, on its page, on the map and beside its incident."""

from __future__ import annotations

from typing import Any

from naoso.core.people.scope import User, allowed
from naoso.core.response.models import Incident
from naoso.domains.sos import selectors
from naoso.domains.sos.forms import CheckForm, CloseForm
from naoso.domains.sos.models import Call
from naoso.domains.sos.services.incidents import PREFIX, incident_of
from naoso.domains.sos.workflow import MOVES, State

MOST = 20


def about(user: User, call: Call) -> dict[str, Any]:
    """Everything of one call; whoever sees its number leaves a row."""
    selectors.note_phone_read(user, call)
    incident = incident_of(call)
    may = allowed(user, "sos.handle", call)
    return {
        "call": call,
        "steps": selectors.steps(call),
        "track": selectors.track(call),
        "media": list(call.media.all()),
        "texts": list(call.texts.all()),
        "incident_pk": incident.pk if incident else call.incident_id,
        "incident_number": incident.number if incident else call.incident_number,
        "may_handle": may,
        "may_setup": allowed(user, "sos.setup", call),
        "can_help": may and State.HELPING in MOVES[State(call.state)],
        "check_form": CheckForm(),
        "close_form": CloseForm(),
        "joined": list(call.joined.all()[:MOST]),
    }


def context(user: User, incident: Incident) -> dict[str, Any] | None:
    """Of the calls that are witnesses of this incident; None where there are none in scope."""
    told = incident.witnesses.filter(subject__startswith=PREFIX).values_list("subject", flat=True)
    ids = [int(text.removeprefix(PREFIX)) for text in told if text.removeprefix(PREFIX).isdigit()]
    calls = list(selectors.calls(user).filter(pk__in=ids).prefetch_related("media")[:MOST])
    for call in calls:
        selectors.note_phone_read(user, call)
    may = {call.pk for call in calls if allowed(user, "sos.handle", call)}
    return {"calls": calls, "may": may} if calls else None
