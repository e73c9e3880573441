"""Which unit is this point in, on this date; what did a unit come from, what did it become."""

from __future__ import annotations

import datetime as dt

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from naoso.core.places.models import LOCAL, AdminUnit, AdminUnitQuerySet
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import folded

# Beyond this from every centre a point is outside the province, not in its nearest commune.
NEAREST_WITHIN = D(km=12)

CLOSURE = """
WITH RECURSIVE below (id) AS (
    SELECT %s::bigint UNION
    SELECT u.id FROM below b JOIN places_adminunit u ON u.parent_id = b.id
) SELECT id FROM below
"""

# Every report and every incident asks for its unit: as SQL it costs a third of the same through the models.
DRAWN = """
SELECT id, code, name, name_en, kind, parent_id, valid_from, valid_to, outline_approximate
FROM places_adminunit
WHERE ST_Covers(outline, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)) AND kind = ANY(%(kinds)s)
  AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
ORDER BY outline_approximate, id
LIMIT 1
"""


def unit_at(point: LonLat, on: dt.date | None = None) -> AdminUnit | None:
    """The commune or ward at a point, by default today's.

    A real outline decides before an approximate one, and where only approximate ones are known and
    none holds the point, the nearest centre does. For a day before the units of today the answer is
    as fine as the facts allow: the one old unit, or else what its candidates have in common (their
    district, their province).
    """
    day = on or timezone.localdate()
    asked = {"lon": point.lon, "lat": point.lat, "kinds": list(LOCAL), "day": day}
    for drawn in AdminUnit.objects.raw(DRAWN, asked):
        return drawn
    if day < timezone.localdate():
        return _before(point, day)
    place = Point(point.lon, point.lat, srid=4326)
    units = AdminUnit.objects.on(day).filter(kind__in=LOCAL).defer("outline")
    return (
        units.filter(outline_approximate=True, centre__dwithin=(place, _degrees(NEAREST_WITHIN)))
        .annotate(away=Distance("centre", place))
        .filter(away__lte=NEAREST_WITHIN)
        .order_by("away")
        .first()
    )


def _degrees(distance: D) -> float:
    return float(distance.km) / 100.0  # generous at these latitudes; the exact filter follows


def _before(point: LonLat, day: dt.date) -> AdminUnit | None:
    today = unit_at(point)
    if today is None or today.valid_from <= day:
        return today
    candidates = list(as_then(today, day))
    while len({unit.pk for unit in candidates}) > 1:
        parents = {unit.parent_id: unit.parent for unit in candidates}
        if None in parents:
            return None
        candidates = [parent for parent in parents.values() if parent is not None]
    return candidates[0] if candidates else None


def as_today(unit: AdminUnit) -> list[AdminUnit]:
    """What a unit is today: itself while it exists, otherwise all that it went into."""
    return list(_walk(unit, "old_id", "new_id").on(timezone.localdate()))


def as_then(unit: AdminUnit, day: dt.date) -> list[AdminUnit]:
    """What stood on that day where this unit stands: itself, or all that it came from."""
    return list(_walk(unit, "new_id", "old_id").on(day).select_related("parent"))


def _walk(unit: AdminUnit, here: str, there: str) -> AdminUnitQuerySet:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH RECURSIVE walk (id) AS (SELECT %s::bigint UNION
                SELECT c.{there} FROM walk w JOIN places_unitchange c ON c.{here} = w.id)
                SELECT id FROM walk""",  # noqa: S608
            [unit.pk],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return AdminUnit.objects.filter(pk__in=ids)


def subtree_ids(unit: AdminUnit) -> set[int]:
    """The unit and all below it."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSURE, [unit.pk])
        return {row[0] for row in cursor.fetchall()}


def search_units(text: str) -> AdminUnitQuerySet:
    """By code or by name, tone marks ignored; today's units before old ones."""
    words = folded(text)
    units = AdminUnit.objects.select_related("parent").order_by(F("valid_to").asc(nulls_first=True), "name")
    if not words:
        return units
    bare = words
    for prefix in ("phuong ", "xa ", "tinh ", "thanh pho ", "thi tran ", "huyen "):
        bare = bare.removeprefix(prefix)
    return units.filter(
        Q(folded_name__contains=words) | Q(folded_name__contains=bare) | Q(code__startswith=words)
    )
