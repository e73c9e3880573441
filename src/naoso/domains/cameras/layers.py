"""Cameras on the map, in the colour of how they stand; the map draws what each looks at."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon
from django.urls import reverse

from naoso.core.people.scope import User
from naoso.domains.cameras.listing import cameras
from naoso.domains.cameras.standings import STANDINGS

Box = tuple[float, float, float, float]
MOST = 5000
FIELDS = ("pk", "code", "data", "shape", "standing", "camera_source__health__since", "changed_at")


def camera_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON; heading, field of view (degrees) and reach (m) where they are known."""
    rows = cameras(user).select_related(None).defer(None)
    if bbox is not None:
        rows = rows.filter(shape__bboverlaps=Polygon.from_bbox(bbox))
    return {
        "type": "FeatureCollection",
        "features": [feature(*row) for row in rows.order_by("pk").values_list(*FIELDS)[:MOST]],
    }


def feature(
    pk: int, code: str, data: dict[str, Any], shape: Any, standing: str, since: Any, changed_at: Any
) -> dict[str, Any]:
    """One of them."""
    return {
        "type": "Feature",
        "id": pk,
        "geometry": {"type": "Point", "coordinates": [shape.x, shape.y]},
        "properties": {
            "title": f"{data.get('name') or code} · {STANDINGS[standing].label}",
            "state": STANDINGS[standing].on_map,
            "at": (since or changed_at).isoformat(),
            "url": reverse("cameras:card", args=[pk]),
            "heading": data.get("heading_deg"),
            "width": data.get("view_deg"),
            "reach": data.get("range_m"),
        },
    }
