"""Cells add up to the objects at every zoom, whatever was written and how."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point, Polygon
from django.db import connection

from naoso.core.objects.models import CityObject, ObjectKind, PastObject
from naoso.core.objects.tests import factories as make
from naoso.core.people.audit import recorded

pytestmark = pytest.mark.django_db
ZOOMS = range(5, 16)


def cells(kind: ObjectKind) -> list[tuple[int, ...]]:
    """Cells and what waits to be merged, as one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT total, z, cell, grp, sum(n), sum(sx), sum(sy) FROM (
                   SELECT * FROM objects_cell UNION ALL SELECT * FROM objects_celldelta) c
               WHERE kind_id = %s GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0 ORDER BY 1, 2, 3, 4""",
            [kind.pk],
        )
        return cursor.fetchall()


def counted(kind: ObjectKind, *, total: bool) -> dict[int, int]:
    """How many objects the cells of each zoom hold."""
    found = dict.fromkeys(ZOOMS, 0)
    for is_total, z, _cell, _grp, n, _sx, _sy in cells(kind):
        if is_total == total:
            found[z] += n
    return found


def run(sql: str, *values: object) -> list[tuple[object, ...]]:
    """A statement of its own."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def scattered(kind: ObjectKind, cast: SimpleNamespace, many: int, seed: int = 1) -> None:
    """Objects in one statement, as an import writes them."""
    dice = random.Random(seed)
    CityObject.objects.bulk_create(
        [
            CityObject(
                kind=kind,
                owner=dice.choice([cast.department, cast.agency]),
                unit=dice.choice([cast.ward, cast.other_ward, None]),
                code=f"c{seed}-{number}",
                shape=Point(105.7 + dice.random() / 3, 21.4 + dice.random() / 3, srid=4326),
                data={"species": "Bàng", "health": dice.choice(["good", "poor", "dead"])},
            )
            for number in range(many)
        ],
        batch_size=many,
    )


@pytest.mark.parametrize("many", [40, 700])
def test_every_zoom_counts_every_object(cast: SimpleNamespace, many: int) -> None:
    kind = make.kind()
    scattered(kind, cast, many)
    for total in (True, False):
        assert counted(kind, total=total) == dict.fromkeys(ZOOMS, many)


def test_moved_changed_and_removed_ones_are_counted_where_they_are(cast: SimpleNamespace) -> None:
    kind = make.kind()
    scattered(kind, cast, 60)
    some = list(CityObject.objects.filter(kind=kind)[:20])
    CityObject.objects.filter(pk__in=[one.pk for one in some[:10]]).update(
        shape=Point(105.9, 21.6, srid=4326)
    )
    CityObject.objects.filter(pk=some[11].pk).update(data={"health": "dead", "protected": True})
    CityObject.objects.filter(pk=some[12].pk).update(state="removed")
    CityObject.objects.filter(pk=some[13].pk).delete()
    before = cells(kind)
    assert counted(kind, total=True) == dict.fromkeys(ZOOMS, 58)
    run("SELECT objects_merge_cells()")
    assert cells(kind) == before
    assert run("SELECT count(*) FROM objects_celldelta") == [(0,)]
    counts = {row[:3]: row[4:] for row in by_values(kind)}
    run("SELECT objects_recount(%s)", kind.pk)
    assert {row[:3]: row[4:] for row in by_values(kind)} == counts


def by_values(kind: ObjectKind) -> list[tuple[object, ...]]:
    """Cells with what their group says instead of its number."""
    return run(
        """SELECT c.total, z, (cell, g.owner_id, g.unit_id, g.vals)::text, 0, sum(n), sum(sx), sum(sy) FROM (
               SELECT * FROM objects_cell UNION ALL SELECT * FROM objects_celldelta) c
           JOIN objects_group g ON g.id = c.grp
           WHERE c.kind_id = %s GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3""",
        kind.pk,
    )


def test_the_middle_of_a_cell_is_the_mean_of_its_objects(cast: SimpleNamespace) -> None:
    kind = make.kind()
    for number in range(3):
        make.tree(kind, cast.department, f"t{number}", 105.84, 21.59)
    one = CityObject.objects.filter(kind=kind).first()
    assert one is not None
    [(z, cell, n, sx, sy)] = run(
        "SELECT z, cell, sum(n), sum(sx), sum(sy) FROM objects_celldelta"
        " WHERE kind_id = %s AND total AND z = 12 GROUP BY 1, 2",
        kind.pk,
    )
    [(x, y)] = run("SELECT objects_pack(%s), objects_pack(%s)", one.spot, one.spot >> 1)
    assert (n, z) == (3, 12)
    assert cell == one.spot >> 14
    assert (sx / 3, sy / 3) == (x & 127, y & 127)
    assert (x, y) == (13321109, 7357748)  # by the formula of EPSG:3857 at zoom 24


def test_what_it_was_stays_with_who_and_why(cast: SimpleNamespace) -> None:
    kind = make.kind()
    tree = make.tree(kind, cast.department, "t1", 105.84, 21.59)
    with recorded(cast.owner, "sau bão"):
        CityObject.objects.filter(pk=tree.pk).update(data=tree.data | {"health": "poor"})
    past = PastObject.objects.get(object_id=tree.pk)
    assert (past.version, past.data["health"], past.ended_by_id, past.reason) == (
        1, "good", cast.owner.pk, "sau bão",
    )  # fmt: skip
    tree.refresh_from_db()
    assert (tree.version, tree.changed_by_id) == (2, cast.owner.pk)
    entries = run(
        "SELECT action, actor_id FROM people_auditentry"
        """ WHERE table_name = 'objects_cityobject' AND "row" = %s ORDER BY id""",
        str(tree.pk),
    )
    assert entries == [("insert", None), ("update", cast.owner.pk)]


def test_many_rows_leave_one_entry_with_their_digest(cast: SimpleNamespace) -> None:
    kind = make.kind()
    scattered(kind, cast, 600)
    [(row, after)] = run(
        """SELECT "row", after FROM people_auditentry WHERE table_name = 'objects_cityobject'"""
    )
    assert row == "*"
    assert '"rows": 600' in str(after)
    [(digest,)] = run("SELECT count(*) FROM objects_change WHERE kind_id = %s", kind.pk)
    assert digest == 1


def test_a_changed_area_is_logged_over_its_whole_box(cast: SimpleNamespace) -> None:
    kind = make.kind(slug="bench-park", geometry="polygon")
    west, south, east, north = 105.80, 21.50, 105.86, 21.55
    area = Polygon.from_bbox((west, south, east, north))
    area.srid = 4326
    CityObject.objects.create(kind=kind, owner=cast.department, code="p1", shape=area, data={})
    [(lo, hi)] = run("SELECT lo, hi FROM objects_change WHERE kind_id = %s", kind.pk)
    for lon in (west, 105.83, east):
        for lat in (south, 21.52, north):
            [(spot,)] = run("SELECT objects_spot(ST_SetSRID(ST_MakePoint(%s, %s), 4326))", lon, lat)
            assert lo <= spot <= hi


def test_many_at_once_are_counted_as_few_after_few(cast: SimpleNamespace) -> None:
    once, bit_by_bit = make.kind(), make.kind(slug="bench-tree-2")
    scattered(once, cast, 700, seed=3)
    rows = list(CityObject.objects.filter(kind=once).order_by("code"))
    for start in range(0, len(rows), 100):
        CityObject.objects.bulk_create(
            CityObject(kind=bit_by_bit, owner_id=row.owner_id, unit_id=row.unit_id, code=row.code,
                       shape=row.shape, data=row.data)
            for row in rows[start : start + 100]
        )  # fmt: skip
    assert by_values(once) == by_values(bit_by_bit)
    CityObject.objects.filter(kind=once).update(data={"health": "poor"}, shape=Point(105.8, 21.5, srid=4326))
    for row in CityObject.objects.filter(kind=bit_by_bit):
        CityObject.objects.filter(pk=row.pk).update(
            data={"health": "poor"}, shape=Point(105.8, 21.5, srid=4326)
        )
    assert by_values(once) == by_values(bit_by_bit)


def test_a_declaration_that_counts_otherwise_counts_anew(cast: SimpleNamespace) -> None:
    kind = make.kind()
    scattered(kind, cast, 60)
    again = make.kind(
        colour="protected",
        fields=tuple(replace(field, counted=field.name == "protected") for field in make.SPEC.fields),
    )
    assert again.pk == kind.pk
    assert counted(again, total=True) == counted(again, total=False) == dict.fromkeys(ZOOMS, 60)
    assert run("SELECT DISTINCT vals::text FROM objects_group WHERE kind_id = %s", kind.pk) == [("{}",)]
    CityObject.objects.filter(kind=kind).update(data={"species": "Bàng", "protected": True})
    assert counted(again, total=True) == counted(again, total=False) == dict.fromkeys(ZOOMS, 60)
