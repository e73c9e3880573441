"""`naoso import objects KIND FILE`: city objects from a file or an address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import django
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from naoso.kernel.errors import BadInput, shown
from naoso.kernel.modules import resolve

PROBLEMS_SHOWN = 50
RUNS = "naoso.core.objects.importing.runs"
ALIASES = {"x": "@x", "y": "@y", "lon": "@x", "lat": "@y", "wkt": "@wkt"}


def import_objects(
    kind: Annotated[str, typer.Argument(help="The kind's address, such as tree.")],
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="CSV, XLSX, GeoJSON, GeoPackage, zipped shapefile; or an address (OGC API Features, WFS).",
        ),
    ],
    owner: Annotated[str, typer.Option(help="Code of the body that owns new objects; else the first.")] = "",
    crs: Annotated[
        str,
        typer.Option(
            help="Coordinate system, needed where the file names none: EPSG:9213 is VN-2000, 106°30'."
        ),
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map", help="field=column, again and again; x, y and wkt name the place, code the code."
        ),
    ] = None,
    layer: Annotated[str, typer.Option(help="Layer or sheet; else the first.")] = "",
    encoding: Annotated[str, typer.Option(help="Of the text: tcvn3 and vni are converted.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row and write nothing.")] = False,
) -> None:
    """Import city objects: every row is checked, then all sound rows are written, or none.

    Refused rows are listed with number, field, value and rule; the exit status is then 1.
    """
    django.setup()
    console = Console()
    try:
        run = begun(kind, source, owner, layer, encoding)
        chosen = run.mapping | mapping_of(columns or [], run)
        resolve(f"{RUNS}.choose")(run=run, actor=None, mapping=chosen, crs=crs)
        done = carried_out(console, run, write=not dry_run)
    except BadInput as error:
        for broken in error.errors:
            console.print(f"[red]{broken.field}[/] {shown(broken.value)}: {broken.message}")
        raise typer.Exit(1) from error
    if not done:
        raise typer.Exit(1)


def begun(kind: str, source: str, owner: str, layer: str, encoding: str) -> Any:
    """A run of the file or the address; raises BadInput where kind, owner or file are not known."""
    objects, people = "naoso.core.objects.models", "naoso.core.people.models"
    row = resolve(f"{objects}.ObjectKind").objects.filter(slug=kind, retired=False).first()
    if row is None:
        raise BadInput.of("kind", kind, "known", "there is no such kind of object")
    bodies = resolve(f"{people}.Organisation").objects.order_by("pk")
    body = bodies.filter(code=owner).first() if owner else bodies.first()
    if body is None:
        raise BadInput.of("owner", owner, "known", "there is no such body")
    given = {"actor": None, "kind": row, "owner": body, "layer": layer, "encoding": encoding}
    if source.startswith(("https://", "http://")):
        return resolve(f"{RUNS}.begin")(address=source, **given)
    if not Path(source).is_file():
        raise BadInput.of("file", source, "exists", "there is no such file")
    with Path(source).open("rb") as file:
        return resolve(f"{RUNS}.begin")(file=file, name=Path(source).name, **given)


def mapping_of(pairs: list[str], run: Any) -> dict[str, str]:
    """`field=column` pairs; a field of the kind comes before a word for the place."""
    fields = {field.name for field in run.kind.spec.fields}
    found = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign:
            raise BadInput.of("map", pair, "form", "write field=column, such as species=Loài")
        found[name if name in fields else ALIASES.get(name, name)] = column
    return found


def carried_out(console: Console, run: Any, *, write: bool) -> bool:
    """Checks, tells what was found, writes; False where a row was refused or the file broke off."""
    resolve(f"{RUNS}.start_check")(run=run, actor=None)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("checking", total=run.total)
        resolve(f"{RUNS}.check")(run, lambda now: bar.update(task, completed=now.read))
    if run.state != "checked":
        raise BadInput.of("file", run.name, "readable", run.error)
    tell(console, run)
    refused = run.count("refused")
    if write and run.count("new") + run.count("changed"):
        resolve(f"{RUNS}.start_apply")(run=run, actor=None)
        resolve(f"{RUNS}.write")(run)
        if run.state != "done":
            raise BadInput.of("file", run.name, "writable", run.error)
    elif not write:
        resolve(f"{RUNS}.cancel")(run=run, actor=None)
    counts = ", ".join(f"{run.count(name)} {name}" for name in ("new", "changed", "unchanged", "refused"))
    console.print(f"{'stored' if run.state == 'done' else 'NOT stored'}: {counts}")
    return not refused


def tell(console: Console, run: Any) -> None:
    """The first refused rows, and how many rows have which warning."""
    problems = resolve("naoso.core.objects.importing.refused.listed")(run, most=PROBLEMS_SHOWN)
    if problems:
        table = Table("row", "field", "value", "rule", "why", title="Refused rows")
        for one in problems:
            table.add_row(str(one.number), one.field, shown(one.value), one.rule, one.message)
        console.print(table)
    for one in resolve("naoso.core.objects.importing.refused.met")(run, warnings=True):
        console.print(f"warning: {one['title']}: {one['words']} ({one['n']} rows)")
    console.print(f"coordinate system: {run.crs[:80]}")
