"""Stations on the map: the colour is the band of the index, the figure the newest PM2.5, kept true live."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.telemetry.models import LatestValue
from naoso.domains.environment.quantities import BY_CODE
from naoso.domains.environment.rules import Band
from naoso.domains.environment.selectors import Reader, Standing, newest_of, standings, stations
from naoso.kernel.units import shown_unit

Box = tuple[float, float, float, float]
SHOWN = "pm25"
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
    shown = standings(rows)
    fine = newest_of(SHOWN, [row.station.pk for row in shown])
    features = [feature(row, fine.get(row.station.pk)) for row in shown]
    return {"type": "FeatureCollection", "features": features}


def feature(row: Standing, fine: LatestValue | None) -> dict[str, Any]:
    """One station; `thing` and `property` let the map put live readings in."""
    point = row.station.point
    assert point is not None
    at = fine.time if fine else row.seen_at
    return {
        "type": "Feature",
        "id": row.station.pk,
        "geometry": {"type": "Point", "coordinates": [point.x, point.y]},
        "properties": {
            "title": row.station.name,
            "state": state_of(row),
            "thing": row.station.pk,
            "property": SHOWN,
            "value": round(fine.value, 1) if fine else None,
            # named, or a figure in µg/m³ would seem to contradict the colour of the index
            "unit": f"{shown_unit(BY_CODE[SHOWN].unit)} PM2.5",
            "note": note(row),
            "at": at.isoformat() if at else None,
            "url": f"/environment/stations/{row.station.code}/card/",
        },
    }


def note(row: Standing) -> str:
    """The index in words."""
    if row.hour is None or row.main is None:
        return ""
    return f"VN_AQI {row.hour.value} ({row.main.title})"


def state_of(row: Standing) -> str:
    """The map's word for a station."""
    if row.stale or row.band is None:
        return "stale"
    return STATES[row.band]
