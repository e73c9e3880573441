"""Incidents on the map."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.utils import timezone

from naoso.core.alerts.layers import Coordinate
from naoso.core.response.models import Incident
from naoso.core.response.selectors import Reader
from naoso.core.response.workflow import State

Box = tuple[float, float, float, float]
MOST = 2000
SHOWN = ("pk", "number", "title", "state", "severity", "opened_at", "due_at", "lon", "lat")
Row = tuple[int, str, str, str, int, datetime, datetime, float, float]


def open_incidents_layer(user: Reader, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of open incidents that have a place, the newest first; plain rows, because there are many."""
    rows = Incident.objects.visible_to(user).open().filter(point__isnull=False)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    placed = rows.annotate(
        lon=Coordinate("point", function="ST_X"), lat=Coordinate("point", function="ST_Y")
    ).values_list(*SHOWN)
    now = timezone.now()
    return {"type": "FeatureCollection", "features": [feature(row, now) for row in placed[:MOST]]}


def feature(row: Row, now: datetime) -> dict[str, Any]:
    """One incident as a map feature."""
    pk, number, title, state, severity, opened_at, due_at, lon, lat = row
    return {
        "type": "Feature",
        "id": pk,
        "geometry": {"type": "Point", "coordinates": (lon, lat)},
        "properties": {
            "title": f"{number} {title}",
            "state": word_of(state, due_at, now),
            "severity": severity,
            "at": opened_at.isoformat(),
            "url": f"/incidents/{pk}/panel/",
        },
    }


def word_of(state: str, due_at: datetime, now: datetime) -> str:
    """The map's word for where an open incident stands."""
    if state == State.PAUSED:
        return "off"
    if due_at < now:
        return "danger"
    return "warning" if state == State.NEW else "notice"
