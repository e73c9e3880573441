"""Reads of city objects: what somebody may see of one kind, counted, listed and found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.db import connection
from django.db.models.expressions import RawSQL
from django.db.models.functions import Collate
from django.shortcuts import get_object_or_404

from naoso.core.objects import values
from naoso.core.objects.filters import EVERYTHING, Filter, compiled
from naoso.core.objects.models import CityObject, CityObjectQuerySet, NamedView, ObjectKind, PastObject
from naoso.core.objects.tiles.sql import scoped
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed, scope_of
from naoso.core.places.models import UNIT_SHAPES, AdminUnit
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field
from naoso.kernel.text import folded

VIEW = "objects.view"
MOST_CORNERS = 5000
COUNTED_ZOOM = 5
"""The coarsest kept cells: the fewest rows to add up."""


def rights_of(user: Account) -> values.Rights:
    """Whether the person holds a right that a single field asks for."""
    return lambda right: allowed(user, right)


def seen_fields(kind: ObjectKind, user: Account) -> list[Field]:
    """The kind's fields without those that the person may not see."""
    held = rights_of(user)
    return [field for field in kind.spec.fields if not field.view_right or held(field.view_right)]


def kind_for(slug: str) -> ObjectKind:
    """A kind in use, or 404."""
    return get_object_or_404(ObjectKind, slug=slug, retired=False)


def object_for(user: Account, slug: str, pk: int) -> CityObject:
    """One object in the person's scope, removed ones too; or 404."""
    rows = CityObject.objects.visible_to(user).select_related("kind", "owner", "unit", "changed_by")
    return get_object_or_404(rows.defer(*UNIT_SHAPES), kind__slug=slug, kind__retired=False, pk=pk)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one kind: a filter and perhaps a drawn area, in one person's scope.

    Removed objects do not count unless `removed` asks for them too.
    """

    kind: ObjectKind
    user: Account
    filter: Filter = EVERYTHING
    within: GEOSGeometry | None = None
    removed: bool = False

    def where(self) -> tuple[str, list[Any]]:
        """A condition over `o` with its parameters."""
        scope, held = scoped(scope_of(self.user, VIEW), "o")
        parts: list[str] = ["o.kind_id = %s"]
        given: list[Any] = [self.kind.pk]
        if not self.removed:
            parts.append("o.state <> 'removed'")
        if self.within is not None:
            area = "ST_SetSRID(%s::geometry, 4326)"
            parts.append(f"o.shape && {area} AND ST_Intersects({area}, o.shape)")
            given += [self.within.wkb.hex()] * 2
        parts += [scope, f"({self.filter.sql})"]
        return " AND ".join(parts), [*given, *held, *self.filter.params]

    def rows(self) -> CityObjectQuerySet:
        """The objects themselves."""
        sql, given = self.where()
        ids = RawSQL(f"SELECT o.id FROM objects_cityobject o WHERE {sql}", given)  # noqa: S608, S611 - parameters
        return CityObject.objects.visible_to(self.user).filter(kind=self.kind, pk__in=ids)


def question(
    kind: ObjectKind, user: Account, text: str, within: str = "", *, removed: bool = False
) -> Question:
    """`text` is CQL2, `within` a GeoJSON polygon; raises BadInput with what is wrong in either."""
    condition = compiled(text, kind.spec, rights=rights_of(user))
    return Question(kind, user, condition, area_of(within), removed)


def area_of(text: str) -> GEOSGeometry | None:
    """A drawn area."""
    if not text.strip():
        return None
    try:
        area = GEOSGeometry(text)
    except (GEOSException, GDALException, ValueError, TypeError) as error:
        raise BadInput.of("within", text, "geojson", "a GeoJSON polygon is expected") from error
    if area.geom_type not in {"Polygon", "MultiPolygon"} or area.num_coords > MOST_CORNERS or area.empty:
        raise BadInput.of(
            "within", area.geom_type, "polygon", f"a polygon of at most {MOST_CORNERS} corners is expected"
        )
    return area if area.valid else area.make_valid()


TOTALS = """
SELECT c.kind_id, sum(c.n)::bigint FROM (
    SELECT kind_id, total, grp, n FROM objects_cell WHERE z = %s
    UNION ALL SELECT kind_id, total, grp, n FROM objects_celldelta WHERE z = %s
) c JOIN objects_group g ON g.id = c.grp
WHERE c.total = %s AND {where} GROUP BY 1
"""


def kinds_in_use(user: Account) -> list[tuple[ObjectKind, int]]:
    """Every kind with how many objects are in the person's scope, from the kept cells; empty ones last."""
    scope = scope_of(user, VIEW)
    where, given = scoped(scope, "g")
    with connection.cursor() as cursor:
        cursor.execute(TOTALS.format(where=where), [COUNTED_ZOOM, COUNTED_ZOOM, scope.everything, *given])
        counts = dict(cursor.fetchall())
    kinds = ObjectKind.objects.filter(retired=False).order_by(Collate("title", "vi-x-icu"))
    found = [(kind, counts.get(kind.pk, 0)) for kind in kinds]
    return sorted(found, key=lambda pair: pair[1] == 0)


def views_for(kind: ObjectKind, user: Account) -> list[NamedView]:
    """Kept views: one's own, and those that others share."""
    rows = NamedView.objects.filter(kind=kind).select_related("account")
    return [row for row in rows if row.shared or row.account_id == user.pk]


def versions(row: CityObject) -> list[PastObject]:
    """What it was before, the newest first."""
    return list(PastObject.objects.filter(object_id=row.pk).order_by("-version"))


FOUND = """
SELECT o.id FROM objects_cityobject o JOIN objects_objectkind k ON k.id = o.kind_id
WHERE NOT k.retired AND o.state <> 'removed' AND {scope}
  AND (lower(o.code) LIKE %s OR (k.label <> '' AND k.id = ANY(%s)
       AND unaccent(lower(o.data ->> k.label)) LIKE %s))
ORDER BY lower(o.code) <> %s LIMIT %s
"""


def search(user: Account, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything, by code and label; tone marks do not matter."""
    wanted = folded(text)
    if len(wanted) < 2:
        return []
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    scope, held = scoped(scope_of(user, VIEW), "o")
    labelled = [kind.pk for kind in ObjectKind.objects.filter(retired=False) if label_seen(kind, user)]
    code = text.strip().lower()
    given = [*held, f"%{escaped}%", labelled, f"%{escaped}%", code, limit]
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(scope=scope), given)
        ids = [row[0] for row in cursor.fetchall()]
    rows = CityObject.objects.visible_to(user).select_related("kind", "unit").defer(*UNIT_SHAPES).in_bulk(ids)
    return [hit(rows[pk]) for pk in ids if pk in rows]


def label_seen(kind: ObjectKind, user: Account) -> bool:
    """Whether the person may see the field that names the kind's objects."""
    return kind.label in {field.name for field in seen_fields(kind, user)}


def hit(row: CityObject) -> dict[str, str]:
    """A line of the search."""
    label = str(row.data.get(row.kind.label, "")) if row.kind.label else ""
    return {
        "title": f"{row.kind} {row.code}",
        "detail": " · ".join(part for part in (label, str(row.unit or "")) if part),
        "url": f"/objects/{row.kind.slug}/{row.pk}/",
    }


def titles_of_units(ids: Iterable[int]) -> dict[int, str]:
    """Names of units without their outlines."""
    return dict(AdminUnit.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
