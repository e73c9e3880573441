"""Incidents on the map."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.alerts.layers import Coordinate
from naoso.core.response.models import Incident
from naoso.core.response.selectors import Reader
from naoso.core.response.workflow import State

Box = tuple[float, float, float, float]
MOST = 2000
SHOWN = ("number", "title", "state", "severity", "opened_at", "due_at")


def open_incidents_layer(user: Reader, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of open incidents that have a place."""
    rows = Incident.objects.visible_to(user).open().filter(point__isnull=False)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    rows = rows.only(*SHOWN).annotate(
        lon=Coordinate("point", function="ST_X"), lat=Coordinate("point", function="ST_Y")
    )
    return {"type": "FeatureCollection", "features": [feature(row) for row in rows[:MOST]]}


def feature(row: Any) -> dict[str, Any]:
    """One incident as a map feature."""
    return {
        "type": "Feature",
        "id": row.pk,
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": {
            "title": f"{row.number} {row.title}",
            "state": state_of(row),
            "severity": row.severity,
            "at": row.opened_at.isoformat(),
            "url": f"/incidents/{row.pk}/panel/",
        },
    }


def state_of(row: Incident) -> str:
    """The map's word for where an incident stands."""
    if row.state == State.PAUSED:
        return "off"
    if row.is_late:
        return "danger"
    return "warning" if row.state == State.NEW else "notice"
