"""What other parts of the house tell this one."""

from __future__ import annotations

from naoso.domains.sos.models import Call
from naoso.domains.sos.services.handling import close_with_incident
from naoso.domains.sos.services.incidents import PREFIX
from naoso.domains.sos.workflow import OF_INCIDENT
from naoso.kernel.events import Event


def incident_closed(event: Event) -> None:
    """Its calls end with it and the callers read how; one merged elsewhere goes on there."""
    outcome = OF_INCIDENT.get(event.data.get("outcome", ""))
    ids = [text.removeprefix(PREFIX) for text in event.data.get("witnesses", ()) if text.startswith(PREFIX)]
    if outcome is not None and ids:
        close_with_incident(list(Call.objects.open().filter(pk__in=ids)), outcome)
