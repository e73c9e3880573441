"""A checked import is written: one transaction, one statement, so the triggers count everything at once."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from naoso.core.objects.importing import staging, statements
from naoso.core.objects.importing.judging import MEMORY, counted, foreign
from naoso.core.objects.importing.places import given, scope_sql
from naoso.core.objects.importing.targets import CODE
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.kernel.events import Audience, Event


def apply(run: ImportRun) -> ImportRun:
    """Everything sound of it, or nothing; twice writes nothing the second time."""
    with recorded(run.created_by, f"import {run.name} sha256 {run.sha256}"), connection.cursor() as cursor:
        told, scope = given(run), scope_sql(run)[0]
        cursor.execute(MEMORY)
        if CODE in run.mapping:
            foreign(cursor, run, told)
        name_new(cursor, told)
        run.counts = counted(cursor, told)
        cursor.execute(statements.APPLY.format(scope=scope), told)
        written = cursor.fetchall()
        cursor.execute(statements.REMEMBER, told)
        emit_all(events(run, [(owner, unit) for owner, unit, _new, _changed in written]))
        run.counts |= {"new": sum(row[2] for row in written), "changed": sum(row[3] for row in written)}
        run.state, run.finished_at, run.error = ImportState.DONE, timezone.now(), ""
        staging.clear(run)
        run.save()
    return run


def name_new(cursor: Any, told: dict[str, Any]) -> None:
    """Codes for new objects of rows without one."""
    cursor.execute(statements.CODES.format(scope="true"), told)
    while cursor.rowcount:
        cursor.execute(statements.TAKEN, told)


def events(run: ImportRun, places: list[tuple[int, int | None]]) -> list[Event]:
    """Open maps fetch everything of the kind again: one for each owner and unit."""
    data = {"kind": run.kind.slug, "ids": [], "spots": [], "all": True}
    return [
        Event(name="objects.changed", data=data, audience=Audience("objects.view", owner, unit))
        for owner, unit in places
    ]
