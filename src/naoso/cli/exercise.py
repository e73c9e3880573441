"""`./naoso exercise …`: a second centre of the same rules, marked on every page, that nothing leaves."""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from naoso.config.options import var_dir
from naoso.kernel.modules import resolve

app = typer.Typer(help="A space for exercises beside the real centre.", no_args_is_help=True)
console = Console(highlight=False)
PORT = 8100
IDLE_S = 2.0


def space() -> Path:
    """Where the space keeps its state: inside that of the centre that it belongs to."""
    own = var_dir()
    return own if os.environ.get("NAOSO_EXERCISE") else own / "exercise"


def in_space(*words: str) -> None:
    """Becomes the same command with the space's state."""
    theirs = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "NATS_URL"}}
    environment = theirs | {"NAOSO_VAR": str(space()), "NAOSO_EXERCISE": "true"}
    os.execve(sys.executable, [sys.executable, "-m", "naoso.cli", *words], environment)


@app.command()
def up(
    *,
    detach: Annotated[bool, typer.Option("-d", "--detach", help="Leave it running.")] = False,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="A demo province, or empty.")] = True,
    port: Annotated[int, typer.Option(help="Port of its web server.")] = PORT,
) -> None:
    """Start the space. To exercise with your own data: `backup` in the centre, `exercise restore` here."""
    space().mkdir(parents=True, exist_ok=True)
    flags = [*(["-d"] if detach else []), "--demo" if demo else "--no-demo", "--port", str(port)]
    in_space("up", *flags)


@app.command()
def down() -> None:
    """Stop the space. What was exercised stays."""
    in_space("down")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive that the centre's `backup` wrote.")],
) -> None:
    """Fill the space with a copy of the centre's data."""
    in_space("restore", str(file.resolve()), "--yes")


@app.command()
def scripts() -> None:
    """List the scripts."""
    _setup()
    for script in resolve("naoso.domains.exercises.library.scripts")().values():
        console.print(f"[bold]{script.slug}[/] {script.title} ({script.length_s:.0f} s)")


@app.command()
def run(
    script: Annotated[str, typer.Argument(help="Name of a script, or a file that `record` wrote.")],
    *,
    speed: Annotated[float, typer.Option(help="The script's time over real time.")] = 1.0,
    unattended: Annotated[
        bool, typer.Option("--unattended", help="The script plays the people too.")
    ] = False,
    actor: Annotated[str, typer.Option(help="Who plays: an account of the space.")] = "truc.ban",
) -> None:
    """Play a script into the running space and print the score. Exits 1 below 100 when unattended."""
    if not os.environ.get("NAOSO_EXERCISE"):
        in_space(*sys.argv[1:])
    _setup()
    library = "naoso.domains.exercises.library"
    path = Path(script)
    chosen = (
        resolve(f"{library}.recorded")(path) if path.is_file() else resolve(f"{library}.script_of")(script)
    )
    account = resolve("naoso.core.people.models.Account").objects.get(username=actor)
    asked = resolve("naoso.domains.exercises.services.ask")(
        script=chosen,
        actor=account,
        owner=account.organisation,
        speed=speed,
        unattended=unattended,
        later=False,
    )
    played = resolve("naoso.domains.exercises.playing.play")(asked, chosen)
    for result in played.results:
        took = "never" if result["took_s"] is None else f"{result['took_s']:.1f} s"
        console.print(
            f"{'✓' if result['met'] else '✗'} {result['say']} ({took}, limit {result['limit_s']:.0f} s)"
        )
    console.print(f"[bold]{played.title}[/]: {played.state}, score {played.score}")
    if played.state != "done" or (unattended and played.score not in (None, 100)):
        raise typer.Exit(1)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="JSON lines to write.")],
    *,
    hours: Annotated[float, typer.Option(help="How far back; the stream keeps seven days.")] = 24.0,
) -> None:
    """Write down what sources told this centre, to be played in the space."""
    _setup()
    since = datetime.now(UTC) - timedelta(hours=hours)
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for at, subject, payload in told_since(since):
            line = {"at": at, "subject": subject, "payload": base64.b64encode(payload).decode()}
            out.write(json.dumps(line) + "\n")
            count += 1
    console.print(f"{count} messages of the last {hours:g} hours lie in {file}")


def told_since(since: datetime) -> Iterator[tuple[float, str, bytes]]:
    """Seconds since the beginning, what a device published to, and the message: of both streams, in order."""
    rows = sorted(
        (row for name in ("INGEST", "MESSAGES") for row in _of_stream(name, since)), key=lambda r: r[0]
    )
    for at, subject, payload in rows:
        yield (at - since).total_seconds(), subject, payload


def _of_stream(name: str, since: datetime) -> Iterator[tuple[datetime, str, bytes]]:
    from naoso.cli.streaming import access
    from naoso.connectors.nats.jetstream import mark
    from naoso.core.ingest.keeping import SPOKEN

    with access().connect("naoso-record") as stream:
        inbox = f"{stream.inbox}.record"
        stream.subscribe(inbox)
        config: dict[str, Any] = {
            "deliver_subject": inbox, "deliver_policy": "by_start_time", "opt_start_time": since.isoformat(),
            "ack_policy": "none", "replay_policy": "instant",
        }  # fmt: skip
        stream.ask(f"$JS.API.CONSUMER.CREATE.{name}", {"stream_name": name, "config": config})
        last = time.monotonic()
        while time.monotonic() - last < IDLE_S:
            for message in stream.read(0.2):
                if message.reply:
                    last = time.monotonic()
                    word, _dot, rest = message.subject.decode().partition(".")
                    at = datetime.fromtimestamp(mark(message).stored_ns / 1e9, UTC)
                    yield at, f"{SPOKEN[word]}.{rest.partition('.')[2]}", message.payload


def _setup() -> None:
    from naoso.cli.run import setup

    setup()
