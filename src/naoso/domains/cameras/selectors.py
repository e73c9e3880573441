"""Cameras near a place, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import User, allowed
from naoso.core.response.models import Incident
from naoso.domains.cameras.listing import Line, cameras, lines
from naoso.domains.cameras.rules import View
from naoso.kernel.geometry import LonLat, bearing

NEAR_M = 1500.0
MOST, CONSIDERED = 6, 60

NEAREST = """
SELECT o.id, ST_DistanceSphere(o.shape, here.point)
FROM objects_cityobject o JOIN objects_objectkind k ON k.id = o.kind_id,
     (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point) here
WHERE k.slug = 'camera' AND o.state = 'active'
  AND o.shape && ST_Expand(here.point, %(metres)s / (111195.0 * cos(radians(%(lat)s))), %(metres)s / 111195.0)
  AND ST_DistanceSphere(o.shape, here.point) <= %(metres)s
ORDER BY 2 LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Near:
    """A camera, how far it is, and whether it sees the place (None: that is not known)."""

    camera: CityObject
    metres: float
    sees: bool | None
    line: Line | None = None

    @property
    def name(self) -> str:
        """As the registry has it."""
        return str(self.camera.data.get("name") or self.camera.code)

    @property
    def purpose(self) -> str:
        """Its code."""
        return str(self.camera.data.get("purpose", ""))


def near(place: LonLat, *, user: User | None = None, most: int = MOST) -> list[Near]:
    """Those that see the place before those that only stand near it; of a user, those in their scope."""
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, {"lon": place.lon, "lat": place.lat, "metres": NEAR_M, "most": CONSIDERED})
        distances = dict(cursor.fetchall())
    rows = CityObject.objects.filter(pk__in=distances).select_related("kind")
    if user is not None:
        rows = rows.permitted_to(user, "cameras.view")
    found = [Near(row, distances[row.pk], _sees(row, place, distances[row.pk])) for row in rows]
    return sorted(found, key=lambda one: (not one.sees, one.metres))[:most]


def _sees(row: CityObject, place: LonLat, metres: float) -> bool | None:
    view = View(row.data.get("heading_deg"), row.data.get("view_deg"), row.data.get("range_m"))
    return view.has(bearing(LonLat(row.shape.x, row.shape.y), place), metres)


def beside(user: User, incident: Incident) -> dict[str, Any] | None:
    """For an incident with a place."""
    if incident.point is None:
        return None
    found = near(LonLat(incident.point.x, incident.point.y), user=user)
    rows = cameras(user).filter(pk__in=[one.camera.pk for one in found])
    known = {line.camera.pk: line for line in lines(user, rows, uptime=False)}
    return {
        "cameras": [replace(one, line=known.get(one.camera.pk)) for one in found], "metres": NEAR_M,
        "may_export": allowed(user, "cameras.export"),
    }  # fmt: skip
