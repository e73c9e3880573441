"""What the house does by itself: merge cells, forget old changes, keep units right."""

from __future__ import annotations

from django.db import connection

from naoso.core.objects.events import all_changed
from naoso.core.objects.models import ObjectKind
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.places.models import LOCAL

# An object belongs to the unit of today whose outline covers its middle: the real outline before an
# approximate one. Where none covers it, its unit stays, unless that has ended and went whole into one other.
MISPLACED = """
WITH today AS (
    SELECT id, outline, outline_approximate FROM places_adminunit
    WHERE kind = ANY(%(local)s::text[]) AND valid_from <= current_date
      AND (valid_to IS NULL OR valid_to > current_date)
), pieces AS MATERIALIZED (
    SELECT id, outline_approximate, ST_Subdivide(outline, 128) AS part FROM today WHERE outline IS NOT NULL
), wanted AS (
    SELECT o.id, coalesce(
        (SELECT p.id FROM pieces p WHERE ST_Covers(p.part, ST_PointOnSurface(o.shape))
         ORDER BY p.outline_approximate, p.id LIMIT 1),
        (SELECT t.id FROM today t WHERE t.id = o.unit_id),
        (SELECT min(c.new_id) FROM places_unitchange c JOIN today t ON t.id = c.new_id
         WHERE c.old_id = o.unit_id AND c.whole HAVING count(*) = 1)
    ) AS unit FROM objects_cityobject o WHERE o.kind_id = %(kind)s AND o.state <> 'removed'
)
UPDATE objects_cityobject o SET unit_id = wanted.unit FROM wanted
WHERE wanted.id = o.id AND wanted.unit IS NOT NULL AND wanted.unit IS DISTINCT FROM o.unit_id
"""
FORGET = "DELETE FROM objects_change WHERE at < clock_timestamp() - interval '1 hour'"


def merge_cells() -> int:
    """Returns how many cells were changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT objects_merge_cells()")
        return int(cursor.fetchone()[0])


def forget_changes() -> int:
    """Changes older than an hour; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        return int(cursor.rowcount)


def keep_units() -> int:
    """Objects stand in a unit of today; returns how many moved. History says which they were in before."""
    moved = 0
    for kind in ObjectKind.objects.all():
        with recorded(None, reason="units of today"), connection.cursor() as cursor:
            cursor.execute(MISPLACED, {"kind": kind.pk, "local": [str(one) for one in LOCAL]})
            if cursor.rowcount:
                moved += cursor.rowcount
                emit(all_changed(kind))
    return moved
