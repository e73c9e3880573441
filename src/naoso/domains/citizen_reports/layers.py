"""Open reports on the map."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.selectors.reports import Reader
from naoso.domains.citizen_reports.workflow import State

Box = tuple[float, float, float, float]
MOST = 2000


def reports_layer(user: Reader, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of open reports in scope."""
    rows = Report.objects.visible_to(user).open().select_related("category")
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    return {"type": "FeatureCollection", "features": [feature(row) for row in rows[:MOST]]}


def feature(row: Report) -> dict[str, Any]:
    """One report as a map feature."""
    state = "danger" if row.is_late else "warning" if row.state == State.NEW else "notice"
    return {
        "type": "Feature",
        "id": row.pk,
        "geometry": {"type": "Point", "coordinates": [row.point.x, row.point.y]},
        "properties": {
            "title": str(row),
            "state": state,
            "at": row.created_at.isoformat(),
            "url": f"/reports/{row.pk}/panel/",
        },
    }
