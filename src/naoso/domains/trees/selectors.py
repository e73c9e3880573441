"""Reads: the inventory in number and value, what is due, one tree's papers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from naoso.core.objects.models import CityObject, CityObjectQuerySet
from naoso.core.objects.tiles.sql import scoped
from naoso.core.people.scope import User, scope_of
from naoso.core.places.models import AdminUnit
from naoso.domains.trees import rules
from naoso.domains.trees.models import FellingPermit, Inspection, Species

VIEW = "trees.view"
BY = {"unit": "o.unit_id::text", "species": "o.data ->> 'species'"}
# the formula of rules.benefit, for many trees at once; a test holds the two together
CO2_KG = f"""0.0673 * power(coalesce(s.density, 0.6) * power((o.data->'girth_cm')::float8 / pi(), 2)
             * (o.data->'height_m')::float8, 0.976)
             * {1 + rules.ROOTS} * {rules.OPEN_GROWN} * {rules.CARBON} * {rules.CO2_OF_CARBON}"""
SHADE_M2 = "pi() * power((o.data->'crown_m')::float8, 2) / 4"
INVENTORY = """
SELECT {by}, count(*), count(*) FILTER (WHERE o.data->>'class' = 'conserved'),
       count(*) FILTER (WHERE o.data->>'class' = 'ancient'),
       count(*) FILTER (WHERE o.data->>'class' = 'hazardous'),
       count(*) FILTER (WHERE o.data->>'health' IN ('poor', 'dying', 'dead')),
       count(*) FILTER (WHERE (o.data->>'next_inspection') < %s),
       count(*) FILTER (WHERE o.data ? 'value_vnd'), coalesce(sum((o.data->'value_vnd')::float8), 0),
       count(*) FILTER (WHERE o.data ?& array['girth_cm', 'height_m']), coalesce(sum({co2}), 0) / 1000,
       coalesce(sum({shade}), 0)
FROM objects_cityobject o JOIN objects_objectkind k ON k.id = o.kind_id AND k.slug = 'tree'
LEFT JOIN trees_species s ON s.name = o.data ->> 'species'
WHERE o.state <> 'removed' AND {scope} GROUP BY 1 ORDER BY 2 DESC
"""


@dataclass(slots=True)
class Line:
    """One line of the inventory: numbers of trees, value in đ, stored CO₂ in tonnes, shade in m²."""

    key: str
    name: str
    trees: int
    conserved: int = 0
    ancient: int = 0
    hazardous: int = 0
    unhealthy: int = 0
    overdue: int = 0
    valued: int = 0
    value_vnd: float = 0.0
    measured: int = 0
    co2_t: float = 0.0
    shade_m2: float = 0.0


def inventory(user: User, by: str) -> tuple[list[Line], Line]:
    """By ward or by species, and all together."""
    where, values = scoped(scope_of(user, VIEW), "o")
    sql = INVENTORY.format(by=BY[by], scope=where, co2=CO2_KG, shade=SHADE_M2)
    with connection.cursor() as cursor:
        cursor.execute(sql, [timezone.localdate().isoformat(), *values])
        rows = cursor.fetchall()
    names = unit_names() if by == "unit" else {}
    lines = [Line(row[0] or "", names.get(row[0] or "", row[0] or ""), *row[1:]) for row in rows]
    whole = Line("", "", 0)
    for part in fields(Line)[2:]:
        setattr(whole, part.name, sum(getattr(line, part.name) for line in lines))
    return lines, whole


def unit_names() -> dict[str, str]:
    """Names of units by their number."""
    return {str(unit.pk): unit.full_name for unit in AdminUnit.objects.only("id", "name", "kind")}


def trees(user: User, permission: str = VIEW) -> CityObjectQuerySet:
    """Trees on which this person holds a right."""
    found = CityObject.objects.permitted_to(user, permission).filter(kind__slug="tree")
    return found.select_related("kind", "owner", "unit").defer("unit__outline", "unit__centre")


def due(user: User, *, until: dt.date, most: int) -> list[CityObject]:
    """Trees to be inspected until that day, the most overdue first; hazardous ones before all."""
    rows = trees(user, "trees.inspect").exclude(state="removed")
    rows = rows.filter(data__next_inspection__lte=until.isoformat())
    listed = list(rows.order_by("data__next_inspection", "id")[: most * 2])
    listed.sort(key=lambda row: (row.data.get("class") != "hazardous", row.data.get("next_inspection", "")))
    return listed[:most]


def permits(user: User, *, state: str = "", text: str = "") -> QuerySet[FellingPermit]:
    """Applications in scope, newest first."""
    rows = FellingPermit.objects.visible_to(user).select_related(
        "tree", "owner", "unit", "applied_by", "decided_by"
    )
    rows = rows.defer("unit__outline", "unit__centre")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(tree__code__icontains=text.strip()) if text.strip() else rows


def inspections_of(user: User, tree: CityObject) -> QuerySet[Inspection]:
    """What was seen at one tree."""
    return Inspection.objects.visible_to(user).filter(tree=tree).select_related("inspector")


def species_counts(user: User) -> list[tuple[Species, int]]:
    """The catalogue with how many trees of each this person sees."""
    lines, _whole = inventory(user, "species")
    count = {line.key: line.trees for line in lines}
    return [(species, count.get(species.name, 0)) for species in Species.objects.all()]
