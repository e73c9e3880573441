"""Resources on the map."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.utils import timezone

from naoso.core.people.scope import User
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.models import ResourcePosition
from naoso.domains.dispatch.models.resources import MOVING
from naoso.domains.dispatch.selectors.nearest import Coordinate
from naoso.domains.dispatch.workflow import ResourceState

Box = tuple[float, float, float, float]
MOST = 6000
SHOWN = (
    "resource_id",
    "resource__name",
    "resource__state",
    "resource__kind",
    "at",
    "speed_kmh",
    "lon",
    "lat",
)
Row = tuple[int, str, str, str, datetime | None, float | None, float, float]
WORDS = {
    ResourceState.AVAILABLE: "normal", ResourceState.RETURNING: "normal", ResourceState.PROPOSED: "notice",
    ResourceState.ASSIGNED: "notice", ResourceState.EN_ROUTE: "notice", ResourceState.ON_SCENE: "warning",
    ResourceState.OFF_DUTY: "off", ResourceState.OUT_OF_SERVICE: "off",
}  # fmt: skip


def resources_layer(user: User, bbox: Box | None) -> dict[str, Any]:
    """GeoJSON of everything that can be sent, where it is last known to be."""
    rows = ResourcePosition.objects.visible_to(user).filter(resource__enabled=True, resource__kind__in=MOVING)
    if bbox is not None:
        rows = rows.filter(point__bboverlaps=Polygon.from_bbox(bbox))
    placed = rows.annotate(
        lon=Coordinate("point", function="ST_X"), lat=Coordinate("point", function="ST_Y")
    ).values_list(*SHOWN)
    now = timezone.now()
    return {"type": "FeatureCollection", "features": [feature(row, now) for row in placed[:MOST]]}


def feature(row: Row, now: datetime) -> dict[str, Any]:
    """One resource as a map feature; its speed where it moves."""
    pk, name, state, kind, at, speed, lon, lat = row
    return {
        "type": "Feature",
        "id": pk,
        "geometry": {"type": "Point", "coordinates": (round(lon, 6), round(lat, 6))},
        "properties": {
            "title": name,
            "state": word_of(ResourceState(state), at, now),
            "kind": kind,
            "value": round(speed) if speed and speed >= 3 else None,
            "unit": "km/h",
            "at": at.isoformat() if at else "",
            "url": f"/dispatch/resources/{pk}/panel/",
        },
    }


def word_of(state: ResourceState, at: datetime | None, now: datetime) -> str:
    """The map's word: an old position counts only where the resource should be telling one."""
    word = WORDS[state]
    return "stale" if word != "off" and rules.is_stale(at, now) else word
