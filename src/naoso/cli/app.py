"""The commands, with the words that explain them."""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from naoso.cli import lifecycle
from naoso.cli.audit import app as audit_app
from naoso.cli.benches import app as bench_app
from naoso.cli.centre import here
from naoso.cli.exercise import app as exercise_app
from naoso.cli.import_objects import import_objects
from naoso.cli.import_places import import_places
from naoso.cli.import_roads import import_roads
from naoso.cli.plates import read_plates, train_plates
from naoso.cli.reporting import reported
from naoso.cli.simulations import app as simulate_app
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


app.command("read-plates")(read_plates)
app.command("train-plates")(train_plates)
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


@app.command("verify-evidence")
def verify_evidence(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The ZIP of an evidence package.")
    ],
) -> None:
    """Say whether an evidence package is as it was signed, without a centre. Exits 1 where it is not."""
    from naoso.cli.evidence import report

    raise typer.Exit(0 if report(file, typer.echo) else 1)


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


@run_app.command("media")
def run_media() -> None:
    """Live pictures and recordings of cameras."""
    from naoso.cli import run

    run.media()


@run_app.command("cameras")
def run_cameras() -> None:
    """Ask every camera for a picture, twice a minute."""
    from naoso.cli import run

    run.cameras()


@run_app.command("plates")
def run_plates() -> None:
    """Number plates from cameras."""
    from naoso.cli import run

    run.plates()


@run_app.command("demo-cameras")
def run_demo_cameras() -> None:
    """Cameras of the demonstration."""
    from naoso.cli import run

    run.demo_cameras()


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
