"""Partitions of the passages: one a day, from midnight to midnight in UTC.

Days rather than weeks, as passages are personal data and must go when their time is over; a month is 31
partitions. The names carry the day: `traffic_passage_20260105`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from psycopg import sql

TABLE = "traffic_passage"
DAY = dt.timedelta(days=1)
LOCK = 0x6E616F11  # advisory lock: one creator of partitions at a time

EXISTING = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = %s::regclass ORDER BY 1
"""


def day_of(at: dt.datetime) -> dt.date:
    """The partition's day."""
    return at.astimezone(dt.UTC).date()


def name_of(day: dt.date) -> str:
    """Table name of the partition of that day."""
    return f"{TABLE}_{day:%Y%m%d}"


def existing() -> list[dt.date]:
    """Days whose partitions stand, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(EXISTING, [TABLE])
        names = [row[0] for row in cursor.fetchall()]
    return [dt.datetime.strptime(name[-8:], "%Y%m%d").date() for name in names]  # noqa: DTZ007 - a day


def ensure(days: Iterable[dt.date]) -> None:
    """Creates the partitions of these days that are missing."""
    wanted = set(days)
    if wanted <= set(existing()):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for day in sorted(wanted - set(existing())):
            cursor.execute(_create(day))


def drop_before(day: dt.date) -> list[dt.date]:
    """Drops partitions that lie wholly before that day; returns their days."""
    dropped = [one for one in existing() if one < day]
    for one in dropped:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name_of(one))))
    return dropped


def _create(day: dt.date) -> sql.Composed:
    """Timestamps are given with their zone: the session's own must not move the border."""
    return sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
        sql.Identifier(name_of(day)), sql.Identifier(TABLE),
        sql.Literal(f"{day:%Y-%m-%d} 00:00:00+00"), sql.Literal(f"{day + DAY:%Y-%m-%d} 00:00:00+00"),
    )  # fmt: skip
