"""The province from facts alone: names, codes, centre points, and what became of what.

Outlines are computed: each unit gets the area nearer to its centre than to any other (Voronoi),
inside a hull around all centres. They are flagged as approximate until real ones are imported.
"""

from __future__ import annotations

import csv
import datetime as dt
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction

from naoso.core.places.models import LOCAL, AdminUnit, ServiceArea, UnitChange, UnitKind
from naoso.kernel.text import folded

FACTS = Path(__file__).parent / "facts"
TWO_TIERS = dt.date(2025, 7, 1)
OLD_PROVINCES_SINCE = dt.date(1997, 1, 1)
OLD_UNITS_KNOWN_SINCE = dt.date(2025, 1, 1)
PROVINCE = "19"
OLD_PROVINCES = (("06", "Bắc Kạn"), ("19", "Thái Nguyên"))
COMMUNES_DECREE = "1683/NQ-UBTVQH15"
PROVINCES_DECREE = "202/2025/QH15"

# Metres, UTM zone 48N; a hull of centres is drawn 7 km outwards, about one commune's half width.
OUTLINES = """
WITH centres AS (
    SELECT id, ST_Transform(centre, 32648) AS point FROM places_adminunit WHERE id = ANY(%(units)s)
), hull AS (
    SELECT ST_Buffer(ST_ConcaveHull(ST_Collect(point), 0.5), 7000) AS shape FROM centres
), cells AS (
    SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(point), 0, (SELECT shape FROM hull)))).geom AS cell
    FROM centres
), shaped AS (
    SELECT c.id, ST_Intersection(cell, hull.shape) AS shape
    FROM centres c JOIN cells ON ST_Contains(cell, c.point) CROSS JOIN hull
)
UPDATE places_adminunit u
SET outline = ST_Multi(ST_CollectionExtract(ST_Transform(shape, 4326), 3)), outline_approximate = true,
    outline_source = %(source)s
FROM shaped WHERE shaped.id = u.id
"""
PROVINCE_OUTLINE = """
UPDATE places_adminunit p SET outline = ST_Multi(
    (SELECT ST_Union(outline) FROM places_adminunit WHERE id = ANY(%(units)s))),
    outline_approximate = true, outline_source = %(source)s
WHERE p.id = %(province)s
"""
SOURCE = "computed from centre points"


def seed() -> None:
    """Nothing where the province stands already; otherwise all of it in one transaction."""
    if AdminUnit.objects.filter(code=PROVINCE, valid_from=TWO_TIERS).exists():
        return
    with transaction.atomic():
        provinces = make_provinces()
        communes = make_communes(provinces[PROVINCE])
        make_units_before(provinces[PROVINCE], communes)
        draw_approximate_outlines(provinces[PROVINCE])
        for row in facts("service_areas"):
            area = ServiceArea.objects.create(code=row["code"], name=row["name"])
            area.units.set(communes[code] for code in row["units"].split())


def facts(name: str) -> Iterator[dict[str, str]]:
    """The rows of one facts file."""
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def plain(name: str) -> str:
    """`Sông Công` → `Song Cong`, as the name is written in English."""
    bare = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def make_provinces() -> dict[str, AdminUnit]:
    """The 34 of today, by code."""
    return _created(
        _unit(row, UnitKind(row["kind"]), TWO_TIERS, centre=_point(row), decree=PROVINCES_DECREE)
        for row in facts("provinces")
    )


def make_communes(province: AdminUnit) -> dict[str, AdminUnit]:
    """The 92 of today, by code."""
    return _created(
        _unit(
            row,
            UnitKind(row["kind"]),
            TWO_TIERS,
            centre=_point(row),
            parent=province,
            decree=COMMUNES_DECREE,
        )
        for row in facts("communes")
    )


def make_units_before(today: AdminUnit, communes: dict[str, AdminUnit]) -> None:
    """Two old provinces, their districts and communes, each with what it became.

    No point is recorded for an old unit: it takes that of the unit it went into.
    """
    provinces = _created(
        AdminUnit(
            code=code,
            name=name,
            name_en=plain(name),
            folded_name=folded(name),
            kind=UnitKind.PROVINCE,
            valid_from=OLD_PROVINCES_SINCE,
            valid_to=TWO_TIERS,
            centre=today.centre,
        )
        for code, name in OLD_PROVINCES
    )
    _became(((old, today, True) for old in provinces.values()), PROVINCES_DECREE)
    rows = list(facts("communes_before"))
    first = {row["district"]: communes[row["became"].split()[0].lstrip("~")] for row in rows}
    districts = _created(
        _unit(
            row,
            UnitKind(row["kind"]),
            OLD_UNITS_KNOWN_SINCE,
            centre=first[row["code"]].centre,
            parent=provinces[row["province"]],
            valid_to=TWO_TIERS,
        )
        for row in facts("districts_before")
    )
    old = _created(
        _unit(
            row,
            UnitKind(row["kind"]),
            OLD_UNITS_KNOWN_SINCE,
            centre=communes[row["became"].split()[0].lstrip("~")].centre,
            parent=districts[row["district"]],
            valid_to=TWO_TIERS,
        )
        for row in rows
    )
    _became(
        (
            (old[row["code"]], communes[code.lstrip("~")], not code.startswith("~"))
            for row in rows
            for code in row["became"].split()
        ),
        COMMUNES_DECREE,
    )


def draw_approximate_outlines(province: AdminUnit) -> None:
    """Voronoi cells for the units of today that have no real outline, their union for the province."""
    units = list(
        AdminUnit.objects.filter(parent=province, kind__in=LOCAL, outline_approximate=True).values_list(
            "id", flat=True
        )
    )
    values: dict[str, Any] = {"units": units, "source": SOURCE, "province": province.pk}
    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, values)
        cursor.execute(PROVINCE_OUTLINE, values)


def _unit(
    row: dict[str, str],
    kind: UnitKind,
    since: dt.date,
    *,
    centre: Point,
    parent: AdminUnit | None = None,
    valid_to: dt.date | None = None,
    decree: str = "",
) -> AdminUnit:
    return AdminUnit(
        code=row["code"],
        name=row["name"],
        name_en=plain(row["name"]),
        folded_name=folded(row["name"]),
        kind=kind,
        parent=parent,
        valid_from=since,
        valid_to=valid_to,
        centre=centre,
        decree=decree,
    )


def _point(row: dict[str, str]) -> Point:
    return Point(float(row["lon"]), float(row["lat"]), srid=4326)


def _created(units: Iterator[AdminUnit]) -> dict[str, AdminUnit]:
    return {unit.code: unit for unit in AdminUnit.objects.bulk_create(units)}


def _became(steps: Iterator[tuple[AdminUnit, AdminUnit, bool]], decree: str) -> None:
    UnitChange.objects.bulk_create(
        UnitChange(old=old, new=new, whole=whole, effective=TWO_TIERS, decree=decree)
        for old, new, whole in steps
    )
