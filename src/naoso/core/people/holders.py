"""Who may act at many places at once: as `accounts_with` says it for one, in as few statements as for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from naoso.core.people.models import Account

Place = tuple[int, int | None]
"""Owner organisation, administrative unit."""

# Every grant of the permission that reaches a place; the same relations that `scope` reads backwards.
HOLDERS = """
WITH RECURSIVE place (owner, unit) AS (
    SELECT * FROM unnest(%(owners)s::bigint[], %(units)s::bigint[])
), over (owner, id) AS (
    SELECT DISTINCT owner, owner FROM place
    UNION
    SELECT o.owner, b.parent_id FROM over o JOIN people_organisation b ON b.id = o.id
    WHERE b.parent_id IS NOT NULL
), step (earlier, later) AS (
    SELECT old_id, new_id FROM places_unitchange
    UNION ALL
    SELECT id, parent_id FROM places_adminunit WHERE parent_id IS NOT NULL
), later (unit, id) AS (
    SELECT DISTINCT unit, unit FROM place WHERE unit IS NOT NULL
    UNION
    SELECT l.unit, s.later FROM later l JOIN step s ON s.earlier = l.id
), earlier (unit, id) AS (
    SELECT DISTINCT unit, unit FROM place WHERE unit IS NOT NULL
    UNION
    SELECT e.unit, c.old_id FROM earlier e JOIN places_unitchange c ON c.new_id = e.id AND c.whole
), above (unit, id) AS (
    SELECT unit, id FROM later UNION SELECT unit, id FROM earlier
    UNION
    SELECT a.unit, u.parent_id FROM above a JOIN places_adminunit u ON u.id = a.id
    WHERE u.parent_id IS NOT NULL
), held AS (
    SELECT g.account_id, g.organisation_id, g.unit_id
    FROM people_grant g JOIN people_role r ON r.id = g.role_id
    WHERE r.permissions && ARRAY[%(permission)s, '*']::varchar[]
      AND g.domain IN ('', %(domain)s)
      AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
)
SELECT DISTINCT p.owner, p.unit, a.id
FROM place p, people_account a
WHERE a.is_active AND (a.is_superuser OR EXISTS (
    SELECT 1 FROM held h JOIN over o ON o.owner = p.owner AND o.id = h.organisation_id
    WHERE h.account_id = a.id AND (h.unit_id IS NULL OR EXISTS (
        SELECT 1 FROM above u WHERE u.unit = p.unit AND u.id = h.unit_id))
))
"""


def accounts_at(permission: str, places: Iterable[Place]) -> dict[Place, list[Account]]:
    """Active accounts that may act at each place; two statements, however many places."""
    wanted = sorted(set(places), key=lambda place: (place[0], place[1] or 0))
    if not wanted:
        return {}
    values: dict[str, Any] = {
        "owners": [owner for owner, _unit in wanted],
        "units": [unit for _owner, unit in wanted],
        "permission": permission,
        "domain": permission.partition(".")[0],
        "day": timezone.localdate(),
    }
    found: dict[Place, list[int]] = {place: [] for place in wanted}
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, values)
        for owner, unit, account in cursor.fetchall():
            found[owner, unit].append(account)
    accounts = Account.objects.in_bulk({pk for ids in found.values() for pk in ids})
    return {place: [accounts[pk] for pk in sorted(ids)] for place, ids in found.items()}
