"""Warnings in force on the operations map: a mark in the middle of each area."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.people.scope import User
from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.selectors.public import STATES
from naoso.domains.warnings.vocabulary import Status

Box = tuple[float, float, float, float]
MOST = 500


def warnings_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON points; a warning by units stands at the centre of its first unit."""
    rows = PublicWarning.objects.visible_to(user).in_force().prefetch_related("texts", "units").defer("xml")
    box = Polygon.from_bbox(bbox) if bbox else None
    features = []
    for row in rows[:MOST]:
        units = list(row.units.all())
        place = row.shape.centroid if row.shape else units[0].centre if units else None
        if place is None or (box is not None and not box.contains(place)):
            continue
        features.append(feature(row, place.x, place.y))
    return {"type": "FeatureCollection", "features": features}


def feature(row: PublicWarning, lon: float, lat: float) -> dict[str, Any]:
    """One warning as a map feature."""
    return {
        "type": "Feature",
        "id": row.pk,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {
            "title": row.headline,
            "state": "notice" if row.status == Status.EXERCISE else STATES.get(row.severity, "notice"),
            "at": row.sent_at.isoformat() if row.sent_at else "",
            "url": f"/warnings/desk/{row.pk}/",
        },
    }
