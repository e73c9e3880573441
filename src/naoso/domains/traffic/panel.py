"""Beside an incident: hits and passages near it in time at near cameras; every look is told to the trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.objects.models import CityObject
from naoso.core.people.audit import note_read
from naoso.core.people.models import Account
from naoso.core.people.scope import User
from naoso.core.response.models import Incident
from naoso.domains.traffic.models import Hit, Passage

BEFORE, AFTER = dt.timedelta(minutes=10), dt.timedelta(minutes=20)
NEAR_DEG = 0.009  # about a kilometre
MOST = 12


def beside(user: User, incident: Incident) -> dict[str, Any] | None:
    """Hits that it was opened for, and what passed around its beginning; None where there is nothing."""
    found_for = Hit.objects.visible_to(user).filter(incident_id=incident.pk)
    hits = list(found_for.select_related("camera", "entry__watch_list")[:MOST])
    rows: list[Passage] = []
    if incident.point is not None:
        x, y = incident.point.x, incident.point.y
        box = Polygon.from_bbox((x - NEAR_DEG, y - NEAR_DEG, x + NEAR_DEG, y + NEAR_DEG))
        cameras = list(
            CityObject.objects.filter(kind__slug="camera", state="active", shape__bboverlaps=box).values_list(
                "pk", flat=True
            )
        )
        span = (incident.opened_at - BEFORE, incident.opened_at + AFTER)
        found = Passage.objects.visible_to(user).filter(camera__in=cameras, at__range=span)
        rows = list(found.select_related("camera").order_by("-at")[:MOST])
    if not hits and not rows:
        return None
    if isinstance(user, Account):
        note_read(user, f"response:incident:{incident.pk}", "plates beside the incident")
    return {"hits": hits, "passages": rows, "minutes": (10, 20)}
