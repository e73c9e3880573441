"""Whether small tables still hold what was read of them."""

from __future__ import annotations

from functools import cache

from django.db import connection, models

Stamp = tuple[object, ...]


def stamp_of(*tables: type[models.Model]) -> Stamp:
    """Another one after every change of a row, whoever made it, seen as soon as the rows themselves are.

    It is made of where each version of a row lies and of the transaction that wrote it, so nothing has to
    tell us of a change. For tables of some hundred rows: all are looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(query_of(tables))
        found: Stamp = cursor.fetchone()
    return found


@cache
def query_of(tables: tuple[type[models.Model], ...]) -> str:
    """A number for each table."""
    name = connection.ops.quote_name
    sums = (
        f"(SELECT sum(hash_record_extended(ROW(t.ctid, t.xmin), 0)) FROM {name(one._meta.db_table)} t)"  # noqa: S608, SLF001
        for one in tables
    )
    return f"SELECT {', '.join(sums)}"
