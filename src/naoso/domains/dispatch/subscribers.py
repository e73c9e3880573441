"""What dispatch does when something happened elsewhere."""

from __future__ import annotations

from django.utils.translation import gettext as _

from naoso.domains.dispatch.services.assignments import free_all
from naoso.kernel.events import Event


def incident_closed(event: Event) -> None:
    """What is still bound by it is free again."""
    words = _("The incident %(number)s was closed") % {"number": event.data["number"]}
    free_all(incident_id=int(event.data["id"]), reason=words)
