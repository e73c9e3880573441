"""Open calls on the map, each where its phone is now."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Polygon

from naoso.core.people.scope import User
from naoso.domains.sos.models import Call
from naoso.domains.sos.workflow import State

Box = tuple[float, float, float, float]
MOST = 2000
ON_MAP = {State.RECEIVED: "danger", State.SEEN: "warning", State.HELPING: "notice"}


def calls_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of open calls in scope; nobody's number is in it."""
    rows = Call.objects.visible_to(user).open().filter(point__isnull=False)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    return {"type": "FeatureCollection", "features": [feature(row) for row in rows[:MOST]]}


def feature(row: Call) -> dict[str, Any]:
    """One of them."""
    assert row.point is not None
    return {
        "type": "Feature",
        "id": row.pk,
        "geometry": {"type": "Point", "coordinates": [row.point.x, row.point.y]},
        "properties": {
            "title": f"{row} · {row.title}",
            "state": ON_MAP[State(row.state)],
            "at": (row.moved_at or row.created_at).isoformat(),
            "url": f"/sos/calls/{row.pk}/panel/",
        },
    }
