"""What only all rows together tell: doubles, objects of others, what is near to what; and the counts."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from naoso.core.objects.importing import statements
from naoso.core.objects.importing.places import given, scope_sql
from naoso.core.objects.importing.targets import CODE
from naoso.core.objects.importing_models import ImportRun

MEMORY = "SET LOCAL work_mem = '128MB'"


def judge(run: ImportRun) -> dict[str, int]:
    """Problems and warnings are written beside the rows; the counts are returned. Once for each check."""
    told = given(run)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MEMORY)
        cursor.execute("ANALYZE objects_staged")
        if CODE in run.mapping:
            cursor.execute(statements.DOUBLED, told)
            foreign(cursor, run, told)
            for field in run.kind.spec.fields:
                if field.required and field.name not in run.mapping:
                    cursor.execute(statements.LACKING, {**told, "field": field.name})
        if run.kind.near_m > 0:
            cursor.execute(statements.NEAR, told)
        return counted(cursor, told)


def foreign(cursor: Any, run: ImportRun, told: dict[str, Any]) -> None:
    """Refuses rows about objects that the person may not import over."""
    cursor.execute(statements.FOREIGN.format(scope=scope_sql(run)[0]), told)


def counted(cursor: Any, told: dict[str, Any]) -> dict[str, int]:
    """Rows by what would become of them."""
    cursor.execute(statements.COUNTS.format(scope="true"), told)
    counts = {"new": 0, "changed": 0, "unchanged": 0, "refused": 0, "warned": 0}
    for verdict, number, warned in cursor.fetchall():
        counts[verdict] = number
        counts["warned"] += warned
    return counts
