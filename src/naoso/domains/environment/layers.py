"""Stations on the map, coloured by the band of their index."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.domains.environment.rules import Band
from naoso.domains.environment.selectors import Reader, Standing, standings, stations

Box = tuple[float, float, float, float]
STATES = {
    Band.GOOD: "normal",
    Band.MODERATE: "normal",
    Band.POOR: "notice",
    Band.BAD: "warning",
    Band.VERY_BAD: "danger",
    Band.HAZARDOUS: "danger",
}


def stations_layer(user: Reader, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of the stations in scope."""
    rows = stations(user).filter(point__isnull=False)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    return {"type": "FeatureCollection", "features": [feature(row) for row in standings(rows)]}


def feature(row: Standing) -> dict[str, Any]:
    """One station as a map feature."""
    point = row.station.point
    assert point is not None
    return {
        "type": "Feature",
        "id": row.station.pk,
        "geometry": {"type": "Point", "coordinates": [point.x, point.y]},
        "properties": {
            "title": row.station.name,
            "state": state_of(row),
            "value": row.hour.value if row.hour else None,
            "unit": "VN_AQI",
            "at": row.seen_at.isoformat() if row.seen_at else None,
            "url": f"/environment/stations/{row.station.code}/card/",
        },
    }


def state_of(row: Standing) -> str:
    """The map's word for a station."""
    if row.stale or row.band is None:
        return "stale"
    return STATES[row.band]
