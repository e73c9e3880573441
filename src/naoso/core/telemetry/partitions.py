"""Partitions of the readings: one a week, Monday to Monday in UTC.

A week of 10,000 series at one reading a minute is 100 million rows; two years are 104 partitions, few
enough for the planner. The names carry the Monday: `telemetry_observation_20260105`.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from psycopg import sql

TABLE = "telemetry_observation"
WEEK = dt.timedelta(days=7)
WEEK_US = 7 * 86_400 * 1_000_000
FIRST_MONDAY_US = 4 * 86_400 * 1_000_000  # 1970-01-05
LOCK = 0x6E616F01  # advisory lock: one creator of partitions at a time


def week_of(day: dt.date) -> dt.date:
    """The Monday of that day's week."""
    return day - dt.timedelta(days=day.weekday())


def week_number(microseconds: int) -> int:
    """Weeks since Monday 5 January 1970, as the worker counts them."""
    return (microseconds - FIRST_MONDAY_US) // WEEK_US


def monday(number: int) -> dt.date:
    """Inverse of `week_number`."""
    return dt.date(1970, 1, 5) + number * WEEK


def name_of(week: dt.date) -> str:
    """Table name of the partition that begins on that Monday."""
    return f"{TABLE}_{week:%Y%m%d}"


def existing() -> list[dt.date]:
    """Mondays of the partitions that stand, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass ORDER BY 1",
            [TABLE],
        )
        names = [row[0] for row in cursor.fetchall()]
    return [dt.datetime.strptime(name[-8:], "%Y%m%d").date() for name in names]  # noqa: DTZ007 - a day


def ensure(weeks: set[dt.date]) -> None:
    """Creates the partitions of these Mondays that are missing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for week in sorted(weeks - set(existing())):
            cursor.execute(_create(week))


def drop_before(day: dt.date) -> list[str]:
    """Drops partitions that lie wholly before that day; returns their names."""
    dropped = [name_of(week) for week in existing() if week + WEEK <= day]
    for name in dropped:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    return dropped


def cluster_old(before: dt.date, *, at_most: int = 1) -> list[str]:
    """Stores finished weeks in the order (series, time), so that a series lies in few pages.

    Each is done once; what arrives late afterwards stays at the end. A clustered week is marked by
    PostgreSQL itself (`pg_index.indisclustered`).
    """
    done = _clustered()
    due = [name_of(week) for week in existing() if week + WEEK <= before and name_of(week) not in done]
    for name in due[:at_most]:
        with connection.cursor() as cursor:
            index = sql.Identifier(f"{name}_series_id_time_key")
            cursor.execute(sql.SQL("CLUSTER {} USING {}").format(sql.Identifier(name), index))
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
    return due[:at_most]


def _clustered() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
            " JOIN pg_inherits i ON i.inhrelid = c.oid"
            " WHERE x.indisclustered AND i.inhparent = %s::regclass",
            [TABLE],
        )
        return {row[0] for row in cursor.fetchall()}


def _create(week: dt.date) -> sql.Composed:
    """Timestamps are given with their zone: the session's own must not move the border."""
    return sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
        sql.Identifier(name_of(week)),
        sql.Identifier(TABLE),
        sql.Literal(f"{week:%Y-%m-%d} 00:00:00+00"),
        sql.Literal(f"{week + WEEK:%Y-%m-%d} 00:00:00+00"),
    )
