"""`./naoso bench …`: what each measures, in a word; the benches themselves stand in `bench/`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from naoso.cli.reporting import reported

app = typer.Typer(
    help="Measure, on servers of its own; prints JSON lines and exits 1 when a figure falls short.",
    no_args_is_help=True,
)


@app.command("ingest")
def bench_ingest(
    readings: Annotated[int, typer.Option(help="Readings a round.")] = 400_000,
) -> None:
    """Readings a second from the stream to committed rows, as a ratio to a bare COPY of the same rows."""
    from naoso.cli.bench import ingest

    measured(lambda: ingest.run(readings))


@app.command("cameras")
def bench_cameras() -> None:
    """409 simulated cameras: health, faults found, small pictures, 64 live streams, 50 recorded.

    Real RTSP, real decoding, real processes; takes about ten minutes. docs/ops/benchmarks.md explains the
    figures.
    """
    from naoso.cli.bench import cameras

    measured(cameras.run)


@app.command("latest")
def bench_latest(
    rows: Annotated[int, typer.Option(help="Stored readings.")] = 20_000_000,
) -> None:
    """10,000 series' latest values, and hourly means of one series over 30 days."""
    from naoso.cli.bench import latest

    measured(lambda: latest.run(rows))


@app.command("live")
def bench_live() -> None:
    """500 open maps: time from a reading, and from a storm of 1,000 alerts, to the browser's event.

    Real web server, ingest worker, relay, MQTT; takes about three minutes. docs/ops/benchmarks.md explains
    the figures.
    """
    from naoso.cli.bench import live

    measured(live.run)


@app.command("pages")
def bench_pages() -> None:
    """The duty room's pages with 100,000 incidents in the table, four people asking at once.

    p50, p95, size and queries of each page; takes about three minutes. docs/ops/benchmarks.md explains the
    figures.
    """
    from naoso.cli.bench import pages

    measured(pages.run)


@app.command("tiles")
def bench_tiles(
    rows: Annotated[
        int, typer.Option(help="How many trees; more than 530,000 measures panning alone.")
    ] = 530_000,
) -> None:
    """Vector tiles of 530,000 trees: tiles a second, p95, sums at every zoom, against tipg.

    Six clients, two web workers; takes about four minutes. docs/ops/benchmarks.md explains the figures.
    """
    from naoso.cli.bench import tiles

    measured(lambda: tiles.run(rows))


@app.command("registry")
def bench_registry(
    rows: Annotated[int, typer.Option(help="How many trees.")] = 530_000,
) -> None:
    """A file of 530,000 trees imported, as a ratio to a bare COPY of the same rows; a drawn area counted.

    Takes about five minutes. docs/ops/benchmarks.md explains the figures.
    """
    from naoso.cli.bench import registry

    measured(lambda: registry.run(rows))


@app.command("emergency")
def bench_emergency() -> None:
    """Alarms over MQTT to the wall, a storm of 10,000; nearest crews; a warning to 200,000 devices.

    Takes about four minutes. docs/ops/benchmarks.md explains the figures.
    """
    from naoso.cli.bench import emergency

    measured(emergency.run)


@app.command("reports")
def bench_reports(
    most: Annotated[
        int, typer.Option(help="The largest table; 1000000 takes about ten minutes.")
    ] = 1_000_000,
) -> None:
    """Citizen reports: list, detail, statistics, create, change of state, up to a million in the table.

    Eight clients, two web workers. docs/ops/benchmarks.md explains the figures.
    """
    from naoso.cli.bench import reports

    sizes = [size for size in reports.SIZES if size <= most]
    measured(lambda: reports.run(sizes))


@app.command("plates")
def bench_plates(
    folder: Annotated[
        Path | None, typer.Option(help="Photographs with ground_truth.csv; default ../shared/data/plates.")
    ] = None,
    *,
    crops: Annotated[bool, typer.Option("--crops", help="Plates alone as well.")] = False,
    speed: Annotated[
        bool, typer.Option("--speed", help="Instead: lists, storing and a plate's month at size.")
    ] = False,
    rows: Annotated[int, typer.Option(min=100_000, help="With --speed: passages of a month.")] = 5_000_000,
) -> None:
    """Number plates: exact, invented, accepted, right of those, processor time; photographs and drawn ones.

    Takes about three minutes. docs/ops/benchmarks.md explains the figures.
    """
    if speed:
        from naoso.cli.bench import passages

        measured(lambda: passages.run(rows=rows))
        return
    from naoso.cli.bench import plates

    measured(lambda: plates.run(folder, crops=crops))


def measured(run: Callable[[], bool]) -> None:
    """Exit 1 when a figure falls short."""
    with reported():
        if not run():
            raise typer.Exit(1)
