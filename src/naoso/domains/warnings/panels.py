"""The part beside an open incident: its warnings, and the button that begins one."""

from __future__ import annotations

from typing import Any

from naoso.core.people.scope import User, allowed
from naoso.core.response.models import Incident
from naoso.domains.warnings.selectors import desk


def of_incident(user: User, incident: Incident) -> dict[str, Any] | None:
    """None where there is nothing to show and nothing to begin."""
    rows = desk.of_incident(user, incident.pk)
    may_write = incident.is_open and allowed(user, "warnings.write", incident)
    if not rows and not may_write:
        return None
    return {"warnings": rows, "may_write": may_write}
