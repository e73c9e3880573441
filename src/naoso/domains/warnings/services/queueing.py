"""Who hears a warning: one statement in the database, whatever their number.

200,000 devices are queued in seconds because no row of them passes through Python, and again is nothing:
the same warning for the same device and channel is one row.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils import timezone

from naoso.core.notify.channels import channels
from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.services.area import Reach, reach_of
from naoso.domains.warnings.vocabulary import Status

# Who follows a unit that the warning touches, who stands in a unit that it names, who stands in its shape.
CONCERNED = """
d.verified_at IS NOT NULL AND d.channel = ANY(%(channels)s) AND (
    d.units && %(units)s::bigint[]
    OR d.point_unit = ANY(%(named)s::bigint[])
    OR (d.point IS NOT NULL AND ST_Covers(ST_GeomFromEWKB(%(shape)s), d.point)))
"""
QUEUE = f"""
INSERT INTO warnings_outgoing (warning_id, device_id, channel, state, attempts, due_at, error)
SELECT %(warning)s, d.id, d.channel, 'queued', 0, %(now)s, ''
FROM warnings_device d WHERE {CONCERNED}
ON CONFLICT (warning_id, device_id, channel) DO NOTHING
"""  # noqa: S608 - made of the text above alone; every value is a parameter
COUNT = f"SELECT d.channel, count(*) FROM warnings_device d WHERE {CONCERNED} GROUP BY 1"  # noqa: S608


def queue_deliveries(warning: PublicWarning) -> int:
    """Returns how many messages were queued now; 0 when all of them were before. A test is told to nobody."""
    if warning.status == Status.TEST:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            QUEUE, {"warning": warning.pk, "now": timezone.now(), **_values(reach_of(warning), sending())}
        )
        return int(cursor.rowcount)


def concerned(warning: PublicWarning) -> dict[str, int]:
    """How many devices a channel would reach, before it goes out."""
    if warning.status == Status.TEST:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, _values(reach_of(warning), sending()))
        return dict(cursor.fetchall())


def sending() -> list[str]:
    """Channels that the settings switch on and that carry warnings."""
    return [name for name in ("push", "gateway") if name in channels()]


def _values(reach: Reach, names: Collection[str]) -> dict[str, Any]:
    return {
        "channels": list(names), "units": reach.units, "named": reach.named,
        "shape": bytes(reach.shape.ewkb) if reach.shape else None,
    }  # fmt: skip
