"""What a step of a procedure may do by itself: the core's own actions and those of the modules."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from naoso.core.notify.services import notify
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with
from naoso.core.response.models import Incident, ProcedureStep
from naoso.kernel.errors import BadInput
from naoso.kernel.modules import StepAction, resolve


def known() -> dict[str, StepAction]:
    """By code, in the modules' order."""
    return {action.code: action for module in settings.MODULES for action in module.step_actions}


def run(incident: Incident, step: ProcedureStep) -> str:
    """One sentence of what was done; raises BadInput where it cannot be."""
    action = known().get(step.action)
    if action is None:
        raise BadInput.of("action", step.action, "known", _("No module of this centre does this."))
    text: str = resolve(action.run)(incident, step)
    return text


def tell_role(incident: Incident, step: ProcedureStep) -> str:
    """Notifies whoever holds the step's role where the incident is."""
    people = _holders(incident, step)
    _write_to(people, incident, step.argument or step.title)
    return _("%(count)s people told") % {"count": len(people)}


def convene(incident: Incident, step: ProcedureStep) -> str:
    """Calls the role together; the argument says where: a room, a number to dial, an address."""
    if not step.argument.strip():
        raise BadInput.of("argument", "", "required", _("The procedure does not say where to meet."))
    people = _holders(incident, step)
    text = _("Emergency meeting now: %(where)s") % {"where": step.argument}
    _write_to(people, incident, text)
    return _("%(count)s people called to %(where)s") % {"count": len(people), "where": step.argument}


def _holders(incident: Incident, step: ProcedureStep) -> list[Account]:
    people = accounts_with("response.work", owner_id=incident.owner_id, unit_id=incident.unit_id)
    if step.role_id is not None:
        people = people.filter(grants__role_id=step.role_id)
    found = list(people.distinct())
    if not found:
        raise BadInput.of("role", str(step.role or ""), "known", _("Nobody holds this role there."))
    return found


def _write_to(people: list[Account], incident: Incident, text: str) -> None:
    notify(
        key="response.step",
        title=f"{incident.number}: {text}",
        body=incident.title,
        url=f"/incidents/{incident.pk}/",
        severity=incident.severity,
        recipients=people,
        subject=f"response:incident:{incident.pk}",
        until_acknowledged=True,
    )
