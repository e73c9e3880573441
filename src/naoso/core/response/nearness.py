"""Which open incidents are near enough in space and time to be the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils import timezone

from naoso.core.response.models import IncidentKind
from naoso.kernel.geometry import LonLat, metres_between

DEGREE_M = 111_195.0

# The box of degrees is a little wider than the circle; what lies outside the circle falls out later.
JOINABLE = """
SELECT DISTINCT i.id
FROM unnest(%(kinds)s::bigint[], %(lons)s::float8[], %(lats)s::float8[], %(metres)s::float8[],
            %(since)s::timestamptz[]) AS t (kind, lon, lat, metres, since)
JOIN response_incident i ON i.kind_id = t.kind AND i.state <> 'closed' AND i.opened_at >= t.since
 AND i.point && ST_Expand(ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326),
                          t.metres / (111195.0 * cos(radians(t.lat))), t.metres / 111195.0)
"""

T = TypeVar("T")


def joinable(told: Sequence[tuple[IncidentKind, LonLat]]) -> set[int]:
    """Open incidents of the kind within its radius and time of any of these places."""
    now = timezone.now()
    rows = [(kind, place) for kind, place in told if kind.join_radius_m]
    if not rows:
        return set()
    values: dict[str, Any] = {
        "kinds": [kind.pk for kind, _place in rows],
        "lons": [place.lon for _kind, place in rows],
        "lats": [place.lat for _kind, place in rows],
        "metres": [float(kind.join_radius_m) for kind, _place in rows],
        "since": [now - kind.join_within for kind, _place in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(JOINABLE, values)
        return {row[0] for row in cursor.fetchall()}


class Nearby(Generic[T]):
    """Things by kind and place, found by a grid as wide as the kind's radius."""

    def __init__(self, radius_m: Mapping[str, int]) -> None:
        self._radius = dict(radius_m)
        self._cells: dict[tuple[str, int, int], list[tuple[LonLat, T]]] = {}

    def add(self, kind: str, place: LonLat, thing: T) -> None:
        """One that later ones may join; of a kind that joins nothing it is left out."""
        if self._radius.get(kind):
            self._cells.setdefault((kind, *self._cell(kind, place)), []).append((place, thing))

    def around(self, kind: str, place: LonLat) -> Iterator[T]:
        """Within the kind's radius, the nearest first."""
        radius = self._radius.get(kind, 0)
        if not radius:
            return
        x, y = self._cell(kind, place)
        found = [
            (metres_between(place, at), index, thing)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for index, (at, thing) in enumerate(self._cells.get((kind, x + dx, y + dy), ()))
        ]
        for metres, _index, thing in sorted(found, key=lambda one: one[:2]):
            if metres <= radius:
                yield thing

    def _cell(self, kind: str, place: LonLat) -> tuple[int, int]:
        size = (
            2 * self._radius[kind] / DEGREE_M
        )  # twice: a degree of longitude is shorter away from the equator
        return floor(place.lon / size), floor(place.lat / size)
