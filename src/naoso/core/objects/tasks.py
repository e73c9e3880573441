"""Background jobs of city objects: cells are merged, old changes forgotten, units kept right."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.core.objects.exporting_models import ExportRun
from naoso.core.objects.importing import runs
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.core.objects.services import exporting, indexing, keeping


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="objects.merge_cells", pass_context=False)
def merge_cells(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: what single edits left beside the cells goes into them."""
    keeping.merge_cells()


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="objects.forget_changes", pass_context=False)
def forget_changes(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every hour: no kept tile is older than what is left of the log."""
    keeping.forget_changes()


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="objects.keep_units", pass_context=False)
def keep_units(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night: objects whose unit ended, or was drawn anew, are put into the one they stand in."""
    keeping.keep_units()


@app.task(queueing_lock="objects.keep_units_now", pass_context=False)
def keep_units_now() -> None:
    """The same, asked for after an import of units."""
    keeping.keep_units()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock=indexing.LOCK, pass_context=False)
def keep_indexes(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """After a change of kinds, and every ten minutes for what a new version of a domain declares."""
    indexing.keep_indexes()


@app.task(retry=3)
def check_import(run: int) -> None:
    """Reads and judges every row; tried again after a crash, it goes on behind the last batch."""
    runs.check(ImportRun.objects.select_related("kind", "created_by").get(pk=run))


@app.task(retry=3)
def write_import(run: int) -> None:
    """Writes what was checked, in one transaction."""
    runs.write(ImportRun.objects.select_related("kind", "created_by").get(pk=run))


def resume(run: ImportRun) -> None:
    """Once more, the job that a run in this state waits for."""
    job = check_import if run.state == ImportState.CHECKING else write_import
    job.defer(run=run.pk)


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="objects.forget_imports", pass_context=False)
def forget_imports(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night: rows of imports that nobody wrote within a month wait no longer."""
    runs.forget_old()


@app.task
def write_export(run: int) -> None:
    """Writes a file of very many objects."""
    exporting.carry_out(ExportRun.objects.select_related("kind", "account").get(pk=run))


@app.periodic(cron="37 * * * *")
@app.task(queueing_lock="objects.forget_exports", pass_context=False)
def forget_exports(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every hour: files are kept for a day."""
    exporting.forget_old()
