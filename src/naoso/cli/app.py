"""The commands, with the words that explain them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from naoso.cli import engines, lifecycle
from naoso.cli.audit import app as audit_app
from naoso.cli.centre import here
from naoso.cli.exercise import app as exercise_app
from naoso.cli.import_objects import import_objects
from naoso.cli.import_places import import_places
from naoso.cli.import_roads import import_roads
from naoso.kernel.errors import BadInput, shown
from naoso.kernel.modules import resolve

app = typer.Typer(
    help="Não Số: the operations centre of a province and its cities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)
run_app = typer.Typer(help="Processes of a centre; the supervisor starts them.")
import_app = typer.Typer(help="Bring data in from files.", no_args_is_help=True)
simulate_app = typer.Typer(help="Devices that are not there: simulated and replayed.", no_args_is_help=True)
bench_app = typer.Typer(
    help="Measure, on servers of its own; prints JSON lines and exits 1 when a figure falls short.",
    no_args_is_help=True,
)
app.add_typer(run_app, name="run", hidden=True)
app.add_typer(import_app, name="import")
app.add_typer(simulate_app, name="simulate")
app.add_typer(audit_app, name="audit")
app.add_typer(exercise_app, name="exercise")
app.add_typer(bench_app, name="bench")


@app.command()
def up(
    *,
    detach: Annotated[
        bool, typer.Option("-d", "--detach", help="Leave it running in the background.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="A demo province, or an empty centre.")
    ] = True,
    port: Annotated[int | None, typer.Option(help="Port of the web server; kept for later starts.")] = None,
) -> None:
    """Start a centre: its own database, stream, web server, workers; print the address.

    The first start makes everything below `var/`; later starts take what is there. Nothing outside is
    touched. Settings are lines `NAME=value` in `var/naoso.env`; docs/ops/settings.md lists them.
    """
    centre = here()
    with reported():
        lifecycle.up(centre, demo=demo, port=port)
        if not detach:
            lifecycle.watch(centre)


@app.command()
def down() -> None:
    """Stop everything of this centre. Data stays."""
    with reported():
        lifecycle.down(here())


@app.command()
def status() -> None:
    """Show every process, whether it runs, since when. Exits 1 when one does not."""
    with reported():
        if not lifecycle.status(here()):
            raise typer.Exit(1)


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="web, worker, ingest-0, postgres, … (none: all)")] = None,
    *,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on showing new lines.")] = False,
) -> None:
    """Show the last lines of a process's log."""
    with reported():
        lifecycle.logs(here(), name, follow=follow)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Run every check and test on servers of its own; needs nothing running, touches nothing running.

    With arguments, run pytest alone with them: ./naoso test src/naoso/core/alerts -k escalate
    """
    from naoso.cli import testing

    with reported():
        raise typer.Exit(testing.run(context.args))


@app.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The archive to write; default below var/backups.")
    ] = None,
) -> None:
    """Write database and files of the running centre into one archive."""
    from naoso.cli import backup as backups

    with reported():
        typer.echo(backups.backup(here(), file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `backup` wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in place of what the running centre holds. The files of before stay in files.before."""
    from naoso.cli import backup as backups

    if not yes:
        typer.confirm(f"Replace everything in this centre by {file}?", abort=True)
    with reported():
        backups.restore(here(), file)


@app.command("new-domain")
def new_domain(name: Annotated[str, typer.Argument(help="Such as flood or waste_collection.")]) -> None:
    """Make a folder in src/naoso/domains with a working first page and its tests."""
    from naoso.cli import new_domain as domains

    with reported():
        folder = domains.create(name)
        typer.echo(f"{folder} is there and switched on; its page: /{name.replace('_', '-')}/")


@simulate_app.command("replay")
def simulate_replay(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Hourly CSV in the form of the Beijing multi-site data set."
        ),
    ],
    *,
    speed: Annotated[
        float, typer.Option(min=0, help="Times faster than life; 0 is as fast as possible.")
    ] = 3600.0,
) -> None:
    """Replay a recorded file through the real path (MQTT, stream, ingest), shifted so that it ends now."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli import simulate

        simulate.replay(file, speed)


@simulate_app.command("fire")
def simulate_fire(
    *,
    premises: Annotated[
        list[str] | None, typer.Option(help="Code of premises; may be given again. Without it: all.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Alarms; a storm goes round all premises.")] = 1,
    seconds: Annotated[float, typer.Option(min=0, help="Spread over so many seconds.")] = 0.0,
    kind: Annotated[str, typer.Option(help="alarm, fault, test, isolate")] = "alarm",
    flapping: Annotated[bool, typer.Option("--flapping", help="One detector changes over and over.")] = False,
    clock_off: Annotated[float, typer.Option(help="The devices' clocks are off by so many minutes.")] = 0.0,
    restore: Annotated[bool, typer.Option("--restore", help="Reset the panels at the end.")] = False,
) -> None:
    """Fire alarms of the demonstration's premises over MQTT; `--count 10000 --seconds 10` is a storm."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli.fire_alarms import Show, play

        gone = dt.timedelta(minutes=clock_off)
        show = Show(tuple(premises or ()), count, seconds, kind, flapping, gone, restore)
        typer.echo(f"{play(show)} messages were taken by the stream")


@simulate_app.command("crews")
def simulate_crews(
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=5000, help="How many move.")] = 50,
    *,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two positions of one.")] = 5.0,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: until told to.")] = 0.0,
) -> None:
    """Crews and vehicles of the demonstration that drive about and tell their positions over MQTT.

    Who is sent drives to the incident. Where there are fewer resources than asked for, simulated ones
    are added.
    """
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli import simulate_crews as crews

        crews.run(number, every, seconds)


@simulate_app.command("sos")
def simulate_sos(
    *,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many people call.")] = 1,
    moving: Annotated[
        bool, typer.Option("--moving", help="Their phones go on telling where they are.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=0, help="How long they move.")] = 60.0,
) -> None:
    """Calls for help over the real address, in communes chosen by chance."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli.sos_calls import play

        typer.echo(f"{play(count, moving=moving, seconds=seconds)} calls were taken")


@bench_app.command("ingest")
def bench_ingest(
    readings: Annotated[int, typer.Option(help="Readings a round.")] = 400_000,
) -> None:
    """Readings a second from the stream to committed rows, as a ratio to a bare COPY of the same rows."""
    from naoso.cli.bench import ingest

    measured(lambda: ingest.run(readings))


@bench_app.command("latest")
def bench_latest(
    rows: Annotated[int, typer.Option(help="Stored readings.")] = 20_000_000,
) -> None:
    """10,000 series' latest values, and hourly means of one series over 30 days."""
    from naoso.cli.bench import latest

    measured(lambda: latest.run(rows))


@bench_app.command("live")
def bench_live() -> None:
    """500 open maps: time from a reading, and from a storm of 1,000 alerts, to the browser's event.

    Real web server, ingest worker, relay, MQTT; takes about three minutes. docs/ops/benchmarks.md explains
    the figures.
    """
    from naoso.cli.bench import live

    measured(live.run)


@bench_app.command("pages")
def bench_pages() -> None:
    """The duty room's pages with 100,000 incidents in the table, four people asking at once.

    p50, p95, size and queries of each page; takes about three minutes. docs/ops/benchmarks.md explains the
    figures.
    """
    from naoso.cli.bench import pages

    measured(pages.run)


@bench_app.command("tiles")
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


@bench_app.command("registry")
def bench_registry(
    rows: Annotated[int, typer.Option(help="How many trees.")] = 530_000,
) -> None:
    """A file of 530,000 trees imported, as a ratio to a bare COPY of the same rows; a drawn area counted.

    Takes about five minutes. docs/ops/benchmarks.md explains the figures.
    """
    from naoso.cli.bench import registry

    measured(lambda: registry.run(rows))


@bench_app.command("emergency")
def bench_emergency() -> None:
    """Alarms over MQTT to the wall, a storm of 10,000; nearest crews; a warning to 200,000 devices.

    Takes about four minutes. docs/ops/benchmarks.md explains the figures.
    """
    from naoso.cli.bench import emergency

    measured(emergency.run)


@bench_app.command("reports")
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


def measured(run: Callable[[], bool]) -> None:
    """Exit 1 when a figure falls short."""
    with reported():
        if not run():
            raise typer.Exit(1)


import_app.command("places")(import_places)
import_app.command("objects")(import_objects)


@app.command("import-roads")
@wraps(import_roads)
def import_roads_command(**values: Any) -> None:
    """Load a road graph in place of the one before; needs pgRouting in the database to be used."""
    with reported():
        import_roads(**values)


@app.command("train")
def train() -> None:
    """Learn anew which category words and place suggest, from the centre's own closed reports.

    The same happens every night. Prints how often the first guess, and one of three, was right on reports
    that it had not seen; the new version comes into use unless it is worse than the one in use.
    """
    with reported():
        resolve("django.setup")()
        version = resolve("naoso.domains.citizen_reports.services.training.train")()
        typer.echo(
            f"version {version.pk}: {version.examples} examples, {version.from_reports} from reports; "
            f"right at first {version.accuracy:.1%}, among three {version.accuracy_of_three:.1%}; "
            f"{'in use' if version.active else 'not in use: worse than the one in use'}"
        )


class reported:  # noqa: N801 - reads as a word where it is used
    """Turns an engine's error into a line and exit 1."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """The error's own text is what a person needs; a trace is not."""
        if isinstance(error, BadInput):
            for broken in error.errors:
                line = f"naoso: {broken.field} {shown(broken.value)}: {broken.message}"
                lifecycle.console.print(line, markup=False)
            raise typer.Exit(1) from error
        if isinstance(error, engines.EngineError):
            lifecycle.console.print(f"[red]naoso:[/] {error}", markup=True)
            raise typer.Exit(1) from error


@run_app.command("web")
def run_web() -> None:
    """Web server."""
    from naoso.cli import run

    run.web()


@run_app.command("worker")
def run_worker() -> None:
    """Background jobs."""
    from naoso.cli import run

    run.worker()


@run_app.command("relay")
def run_relay() -> None:
    """Outbox relay."""
    from naoso.cli import run

    run.relay()


@run_app.command("ingest")
def run_ingest(index: int, of: int) -> None:
    """One ingest worker."""
    from naoso.cli import run

    run.ingest(index, of)


@run_app.command("messages")
def run_messages() -> None:
    """The worker of alarms, positions and other messages."""
    from naoso.cli import run

    run.messages()


@run_app.command("simulators")
def run_simulators() -> None:
    """Demo devices."""
    from naoso.cli import run

    run.simulators()


@run_app.command("seed")
def run_seed() -> None:
    """Demo province."""
    from naoso.cli import run

    typer.echo(run.seed(os.environ["NAOSO_DEMO_PASSWORD"]))


@run_app.command("nats-users")
def run_nats_users() -> None:
    """Write the NATS users of the registered sources."""
    from naoso.cli import run

    run.nats_users()


@run_app.command("first-code")
def run_first_code() -> None:
    """Print the one-time code of the first administrator."""
    from naoso.cli import run

    typer.echo(run.first_code())
