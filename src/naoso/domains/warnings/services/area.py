"""Where a warning counts: its shape, the units that it touches, both in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point, Polygon
from django.db import connection
from django.utils.translation import gettext as _

from naoso.core.places.models import LOCAL, AdminUnit
from naoso.core.places.selectors import subtree_ids
from naoso.domains.warnings.models import PublicWarning

NEAR_M = 3000  # a unit without an outline is touched when its centre is this near
SHAPE = """
SELECT ST_AsEWKB(ST_Union(ARRAY_REMOVE(ARRAY[
    ST_Buffer(ST_GeomFromEWKB(%(centre)s)::geography, %(metres)s)::geometry,
    ST_GeomFromEWKB(%(polygon)s)], NULL)))
"""
TOUCHED = """
SELECT u.id FROM places_adminunit u
WHERE u.valid_to IS NULL AND u.kind = ANY(%(kinds)s) AND CASE
    WHEN u.outline IS NOT NULL THEN ST_Intersects(u.outline, ST_GeomFromEWKB(%(shape)s))
    ELSE ST_DWithin(u.centre::geography, ST_GeomFromEWKB(%(shape)s)::geography, %(near)s) END
"""
ABOVE = """
WITH RECURSIVE above (id) AS (
    SELECT unnest(%s::bigint[]) UNION
    SELECT u.parent_id FROM above a JOIN places_adminunit u ON u.id = a.id WHERE u.parent_id IS NOT NULL
) SELECT id FROM above
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a warning concerns: who follows one of `units`, or stands in `named` units or in `shape`."""

    units: list[int]
    named: list[int]
    shape: GEOSGeometry | None


def shape_of(
    *, polygon: Polygon | None, centre: Point | None, radius_km: float | None
) -> GEOSGeometry | None:
    """Polygon and circle together; the circle is round on the ground, not on the map."""
    if polygon is None and centre is None:
        return None
    values: dict[str, Any] = {
        "centre": bytes(centre.ewkb) if centre else None, "metres": (radius_km or 0) * 1000,
        "polygon": bytes(polygon.ewkb) if polygon else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SHAPE, values)
        (found,) = cursor.fetchone()
    return GEOSGeometry(memoryview(found))


def reach_of(warning: PublicWarning) -> Reach:
    """Asked once when the deliveries are queued, and for the count before."""
    named: set[int] = set()
    for unit in warning.units.all():
        named |= subtree_ids(unit)
    touched = named | _touched(warning.shape)
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [sorted(touched)])
        above = {row[0] for row in cursor.fetchall()}
    return Reach(sorted(touched | above), sorted(named), warning.shape)


def _touched(shape: GEOSGeometry | None) -> set[int]:
    if shape is None:
        return set()
    values: dict[str, Any] = {
        "shape": bytes(shape.ewkb),
        "kinds": [str(kind) for kind in LOCAL],
        "near": NEAR_M,
    }
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, values)
        return {row[0] for row in cursor.fetchall()}


def in_words(units: Iterable[AdminUnit], note: str, radius_km: float | None) -> str:
    """`phường Sông Công, xã Tân Cương; bán kính 3 km`."""
    parts = [", ".join(unit.full_name for unit in units), note]
    if radius_km and not note:
        parts.append(_("within %(km)g km of the marked place") % {"km": radius_km})
    return "; ".join(part for part in parts if part) or _("the area on the map")
