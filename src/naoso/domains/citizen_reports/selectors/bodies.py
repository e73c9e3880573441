"""Which bodies stand above one that answers."""

from __future__ import annotations

from django.db import connection


def body_and_above(owner_id: int) -> list[int]:
    """The organisation and all it reports to, from below upwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE above (id, step) AS (
                 SELECT %s::bigint, 0
                 UNION ALL
                 SELECT o.parent_id, step + 1 FROM above a JOIN people_organisation o ON o.id = a.id
                 WHERE o.parent_id IS NOT NULL)
               SELECT id FROM above ORDER BY step""",
            [owner_id],
        )
        return [row[0] for row in cursor.fetchall()]
