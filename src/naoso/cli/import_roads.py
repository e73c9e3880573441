"""`naoso import-roads FILE`: the road graph that ways come from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import django
import typer

from naoso.kernel.modules import resolve

ROADS = "naoso.domains.dispatch.services.roads"


def import_roads(
    file: Annotated[
        Path, typer.Argument(exists=True, help="Lines of roads: GeoJSON, GeoPackage or Shapefile, WGS 84.")
    ],
    layer: Annotated[str, typer.Option(help="Layer of the file, where it has several.")] = "",
    day: Annotated[
        str, typer.Option("--on", help="The day that the data speak of, dd/mm/yyyy; by default today.")
    ] = "",
    road_class: Annotated[
        str, typer.Option("--class", help="Class of roads whose own the file does not tell.")
    ] = "tertiary",
    tolerance: Annotated[
        float, typer.Option(min=0.1, max=100, help="Ends nearer than this meet, metres.")
    ] = 2.0,
    *,
    crossings: Annotated[
        bool, typer.Option("--crossings", help="Lines that cross meet, even without a common corner.")
    ] = False,
) -> None:
    """Load a road graph in place of the one before; needs pgRouting in the database to be used."""
    django.setup()
    try:
        on = dt.datetime.strptime(day, "%d/%m/%Y").date() if day else None  # noqa: DTZ007
    except ValueError:
        raise typer.BadParameter("a day is written dd/mm/yyyy, such as 01/07/2025") from None
    roads = resolve("naoso.connectors.roads.read")(file, layer=layer, default_class=road_class)
    graph = resolve("naoso.connectors.roads.build")(roads, tolerance_m=tolerance, crossings=crossings)
    made = resolve("naoso.domains.dispatch.services.graph.load")(graph=graph, name=file.name, day=on)
    typer.echo(
        f"{made.segments} segments, {made.nodes} nodes; the largest connected part has {made.largest} nodes"
    )
    if not resolve(f"{ROADS}.add_pgrouting")():
        typer.echo(
            "pgRouting is not installed beside this PostgreSQL (Debian: postgresql-*-pgrouting): "
            "distances stay straight lines until it is"
        )
