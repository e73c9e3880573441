"""Beside an incident: the nearest stations and where they are heading."""

from __future__ import annotations

from typing import Any

from naoso.core.people.scope import User
from naoso.core.response.models import Incident
from naoso.domains.hazards.selectors import nearest


def beside(user: User, incident: Incident) -> dict[str, Any] | None:
    """For an incident with a place."""
    if incident.point is None:
        return None
    return {"near": nearest(user, incident.point)}
