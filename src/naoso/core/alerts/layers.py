"""Alerts on the map."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import FloatField, Func

from naoso.core.alerts.models import Alert
from naoso.core.alerts.selectors import Reader, open_alerts
from naoso.kernel.findings import Severity

Box = tuple[float, float, float, float]
MOST = 2000
SHOWN = ("title", "active", "severity", "value", "quantity", "last_at")


def open_alerts_layer(user: Reader, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of open alerts that have a place."""
    rows = open_alerts(user).filter(point__isnull=False).select_related(None)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    rows = rows.only(*SHOWN).annotate(
        lon=Coordinate("point", function="ST_X"), lat=Coordinate("point", function="ST_Y")
    )
    return {"type": "FeatureCollection", "features": [feature(row) for row in rows[:MOST]]}


class Coordinate(Func):
    """As a number: a thousand geometry objects cost more than their query."""

    output_field = FloatField()


def feature(row: Any) -> dict[str, Any]:
    """One alert as a map feature."""
    return {
        "type": "Feature",
        "id": row.pk,
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": {
            "title": row.title,
            "state": state_of(row),
            "severity": row.severity,
            "value": row.value,
            "unit": row.quantity,
            "at": row.last_at.isoformat(),
            "url": f"/alerts/{row.pk}/panel/",
        },
    }


def state_of(row: Alert) -> str:
    """The map's word for an alert."""
    if not row.active or row.severity <= Severity.MINOR:
        return "notice"
    return "danger" if row.severity >= Severity.SEVERE else "warning"
