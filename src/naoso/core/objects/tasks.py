"""Background jobs of city objects: cells are merged, old changes forgotten, units kept right."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.core.objects.services import keeping


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
