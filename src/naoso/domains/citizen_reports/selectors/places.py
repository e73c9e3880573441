"""Where a report lies in the tree of units."""

from __future__ import annotations

from django.db import connection

from naoso.core.places.models import AdminUnit


def lineage(unit: AdminUnit) -> list[int]:
    """The unit and all above it, from below upwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE above (id, step) AS (
                 SELECT %s::bigint, 0
                 UNION ALL
                 SELECT u.parent_id, step + 1 FROM above a JOIN places_adminunit u ON u.id = a.id
                 WHERE u.parent_id IS NOT NULL)
               SELECT id FROM above ORDER BY step""",
            [unit.pk],
        )
        return [row[0] for row in cursor.fetchall()]
