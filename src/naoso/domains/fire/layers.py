"""Listed premises on the map."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.people.scope import User
from naoso.domains.fire import selectors
from naoso.domains.fire.workflow import Standing

Box = tuple[float, float, float, float]
MOST = 5000
ON_MAP = {
    "alarm": "danger", "lost": "warning", "fault": "warning", "isolated": "notice", "test": "notice",
    "normal": "normal", "off": "off",
}  # fmt: skip


def premises_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON, each with the worst state of what hangs there."""
    rows = selectors.premises(user).exclude(standing=Standing.CLOSED).annotate(worst=selectors.worst())
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    return {"type": "FeatureCollection", "features": [feature(row) for row in rows[:MOST]]}


def feature(row: Any) -> dict[str, Any]:
    """One of them."""
    return {
        "type": "Feature",
        "id": row.pk,
        "geometry": {"type": "Point", "coordinates": [row.point.x, row.point.y]},
        "properties": {
            "title": row.name,
            "state": ON_MAP[row.worst],
            "at": row.changed_at.isoformat(),
            "url": f"/fire/{row.pk}/panel/",
        },
    }
