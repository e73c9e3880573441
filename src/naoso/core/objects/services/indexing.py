"""Indexed fields: one partial index for each, made and dropped beside the running house."""

from __future__ import annotations

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import sql

from naoso.core.objects.models import ObjectKind
from naoso.kernel.kinds import Field

TASK = "naoso.core.objects.tasks.keep_indexes"
LOCK = "objects.keep_indexes"
PREFIX = "object_value_"
# The same expressions as filters write, or they would not be used. A B-tree refuses long texts, a hash none.
METHODS = {
    "number": ("n", "btree (((data->{name})::float8))"),
    "boolean": ("b", "btree (((data->{name})::boolean))"),
    "word": ("w", "btree ((data->>{name}))"),
    "text": ("t", "hash ((data->>{name}))"),
}
FAMILIES = {"integer": "number", "number": "number", "boolean": "boolean", "date": "word", "choice": "word"}
KEPT = """
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'objects_cityobject'::regclass AND c.relname LIKE 'object\\_value\\_%'
"""


def wake() -> None:
    """Asks the worker to look after the indexes, once however often it is asked."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=LOCK).defer(timestamp=0)
    except AlreadyEnqueued:
        return


def wanted() -> dict[str, sql.Composed]:
    """Name of each index that there shall be, and what it is of."""
    return {
        index_name(kind, field): definition(kind, field)
        for kind in ObjectKind.objects.filter(retired=False)
        for field in kind.spec.fields
        if field.indexed and field.type != "choices"
    }


def index_name(kind: ObjectKind, field: Field) -> str:
    """At most 63 letters, as PostgreSQL wants it."""
    return f"{PREFIX}{kind.pk}_{METHODS[FAMILIES.get(field.type, 'text')][0]}_{field.name}"[:63]


def definition(kind: ObjectKind, field: Field) -> sql.Composed:
    """What stands behind ON."""
    method = sql.SQL(METHODS[FAMILIES.get(field.type, "text")][1]).format(name=sql.Literal(field.name))
    words = sql.SQL("objects_cityobject USING {} WHERE kind_id = {}")
    return words.format(method, sql.Literal(kind.pk))


def keep_indexes(*, concurrently: bool = True) -> tuple[list[str], list[str]]:
    """Makes what is missing, drops what nobody wants and what was left half made; the names of both."""
    beside = sql.SQL("CONCURRENTLY ") if concurrently else sql.SQL("")
    listed = wanted()
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        there = dict(cursor.fetchall())
        dropped = [name for name, valid in there.items() if name not in listed or not valid]
        for name in dropped:
            cursor.execute(sql.SQL("DROP INDEX {}{}").format(beside, sql.Identifier(name)))
        made = [name for name in listed if name not in there or name in dropped]
        for name in made:
            words = sql.SQL("CREATE INDEX {}{} ON {}").format(beside, sql.Identifier(name), listed[name])
            cursor.execute(words)
    return made, dropped
