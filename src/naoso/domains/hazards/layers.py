"""Stations on the map: the colour is the worst open alert, grey is silence."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.people.scope import User
from naoso.domains.hazards.selectors import Standing, standings, stations

Box = tuple[float, float, float, float]


def stations_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of the stations in scope."""
    rows = stations(user).filter(point__isnull=False)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    return {"type": "FeatureCollection", "features": [feature(row) for row in standings(rows)]}


def feature(row: Standing) -> dict[str, Any]:
    """One station; `thing` and `property` let the map put live readings in."""
    point = row.station.point
    assert point is not None
    return {
        "type": "Feature",
        "id": row.station.pk,
        "geometry": {"type": "Point", "coordinates": [point.x, point.y]},
        "properties": {
            "title": row.station.name,
            "kind": row.kind.slug,
            "state": row.state,
            "thing": row.station.pk,
            "property": row.kind.shown,
            "value": round(row.latest.value, row.kind.main.decimals) if row.latest else None,
            "unit": row.unit,
            "note": str(row.kind.main.title),
            "at": row.seen_at.isoformat() if row.seen_at else None,
            "url": f"/hazards/stations/{row.station.code}/card/",
        },
    }
