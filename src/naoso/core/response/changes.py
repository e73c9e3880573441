"""One change of one incident: lock, check the version and the table of moves, announce."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.response.models import Incident
from naoso.core.response.timeline import announce
from naoso.core.response.workflow import State, can_move
from naoso.kernel.errors import BadInput, Conflict


@contextmanager
def changing(
    incident: Incident, actor: Account, permission: str, *, seen: int | None = None, reason: str = ""
) -> Iterator[Incident]:
    """Lock the row for one change; `seen` is the version that the actor's screen showed."""
    require(actor, permission, incident)
    with recorded(actor, reason=reason):
        locked = Incident.objects.select_for_update(of=("self",)).select_related("kind").get(pk=incident.pk)
        if seen is not None and locked.version != seen:
            raise Conflict(_("This incident has changed since you opened it. Look again, then repeat."))
        yield locked
        locked.version += 1
        locked.save()
        announce(locked, "response.incident_changed")


def move(incident: Incident, after: State) -> None:
    """Change the state by the table; raises BadInput naming both states."""
    if not can_move(incident.state, after):
        raise BadInput.of(
            "state",
            after.value,
            "workflow",
            _("An incident that is “%(before)s” cannot become “%(after)s”.")
            % {"before": State(incident.state).label, "after": after.label},
        )
    incident.state = after
