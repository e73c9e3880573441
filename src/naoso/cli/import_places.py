"""`naoso import places FILE`: real outlines of administrative units."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import django
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from naoso.kernel.errors import BadInput, shown
from naoso.kernel.modules import resolve

REFUSALS_SHOWN = 50


def import_places(
    file: Annotated[
        Path, typer.Argument(help="GeoJSON, GeoPackage or Shapefile, or a folder of such files.")
    ],
    crs: Annotated[
        str,
        typer.Option(
            help="Coordinate system, only where the file names none: EPSG:9213 is VN-2000, 106°30'."
        ),
    ] = "",
    day: Annotated[
        str, typer.Option("--on", help="The day that the file speaks of, dd/mm/yyyy; by default today.")
    ] = "",
    parent: Annotated[
        str, typer.Option(help="Code of the unit above, for units that are not known and name no parent.")
    ] = "",
    source: Annotated[str, typer.Option(help="Where the outlines come from, shown on the unit's page.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge every row and write nothing.")] = False,
) -> None:
    """Import outlines of administrative units, matched by official code; all rows or none.

    Refused rows are listed with their number, field, value and rule; the exit status is then 1.
    """
    django.setup()
    console = Console()
    try:
        on = dt.datetime.strptime(day, "%d/%m/%Y").date() if day else None  # noqa: DTZ007
    except ValueError:
        raise typer.BadParameter("a day is written dd/mm/yyyy, such as 01/07/2025") from None
    recorded = resolve("naoso.core.people.audit.recorded")
    try:
        with Progress(console=console, transient=True) as bar, recorded(None, f"import places {file.name}"):
            task = bar.add_task("reading", total=None)
            report = resolve("naoso.core.places.services.import_units")(
                file,
                crs=crs,
                day=on,
                parent=parent,
                source=source,
                dry_run=dry_run,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except BadInput as error:
        for broken in error.errors:
            console.print(f"[red]{broken.field}[/] {shown(broken.value)}: {broken.message}")
        raise typer.Exit(1) from error
    _tell(console, report)
    if report.refusals:
        raise typer.Exit(1)
    if report.stored:
        moved = resolve("naoso.core.objects.services.keeping.keep_units")()
        console.print(f"city objects put into the unit they stand in: {moved}")


def _tell(console: Console, report: Any) -> None:
    if report.refusals:
        table = Table("file", "row", "field", "value", "rule", "why", title="Refused rows")
        for refusal in report.refusals[:REFUSALS_SHOWN]:
            error = refusal.error
            table.add_row(
                refusal.file, str(refusal.number), error.field, shown(error.value), error.rule, error.message
            )
        console.print(table)
    for note in report.notes:
        console.print(f"note: {note}")
    console.print(f"coordinate system: {', '.join(report.systems)}")
    counts = f"{len(report.changed)} known, {len(report.created)} new, {len(report.refusals)} refused"
    console.print(f"{'stored' if report.stored else 'NOT stored'}: {counts}")
