"""Junctions on the map, each with its last hour."""

from __future__ import annotations

from typing import Any

from naoso.core.people.scope import User
from naoso.domains.traffic.selectors.flows import Junction, junctions

Box = tuple[float, float, float, float]


def junctions_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of the junctions in scope."""
    found = [feature(row) for row in junctions(user) if inside(row, bbox)]
    return {"type": "FeatureCollection", "features": found}


def inside(row: Junction, bbox: Box | None) -> bool:
    """Within the part of the map that is shown."""
    point = row.camera.shape
    return bbox is None or (bbox[0] <= point.x <= bbox[2] and bbox[1] <= point.y <= bbox[3])


def feature(row: Junction) -> dict[str, Any]:
    """One of them."""
    return {
        "type": "Feature",
        "id": row.camera.pk,
        "geometry": {"type": "Point", "coordinates": [row.camera.shape.x, row.camera.shape.y]},
        "properties": {
            "title": row.name, "state": row.state, "value": row.n, "unit": "/h",
            "at": row.last.isoformat() if row.last else None,
            "url": f"/traffic/junctions/{row.camera.pk}/card/",
        },
    }  # fmt: skip
