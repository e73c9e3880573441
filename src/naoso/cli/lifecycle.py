"""`up`, `down`, `status`, `logs`: the life of a centre."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from naoso.cli import build, engines, supervision
from naoso.cli.centre import Centre, own_nats, own_postgres, prepare, programs, supervisor_conf
from naoso.config.options import ROOT
from naoso.connectors.nats.config import bootstrap_users, server_conf

console = Console(highlight=False)
WEB_READY_S = 60.0
SHOWN_LOG_LINES = 40


@contextmanager
def step(text: str) -> Iterator[Callable[[str], None]]:
    """Show a step while it runs and how long it took; `say` adds a word to the line."""
    began = time.monotonic()
    words: list[str] = []
    if console.is_terminal:
        with console.status(text):
            yield words.append
    else:
        console.print(f"  {text} …")
        yield words.append
    extra = f" ({', '.join(words)})" if words else ""
    console.print(f"[green]✓[/] {text}{extra} [dim]{time.monotonic() - began:.1f} s[/]")


def up(centre: Centre, *, demo: bool, port: int | None) -> None:
    """Start a centre; every step is safe to repeat."""
    if supervision.is_up(centre):
        console.print(f"This centre runs already: {centre.url}")
        return
    first = not centre.env_file.exists()
    env = prepare(centre, port=port, demo=demo)
    if not demo and env.get("DEMO"):
        raise engines.EngineError(
            "this centre was started as a demo; start an empty one with another folder: "
            "NAOSO_VAR=/path/to/folder ./naoso up --no-demo"
        )
    with step("Building the pages' code") as say:
        log = centre.logs / "build.log"
        built = build.build_front_end(log)
        translated = build.compile_messages()
        say("built" if built or translated else "unchanged")
    start_servers(centre, env)
    with step("Bringing the database's tables up to date"):
        manage("migrate", "--verbosity", "0")
    cast: list[list[str]] = []
    if env.get("DEMO"):
        with step("Filling in the demo province"):
            cast = seed(env["DEMO_PASSWORD"])
    render_users()
    with step("Starting the centre's processes"):
        supervision.start_all(centre)
        await_web(centre)
    greet(centre, env, cast, first=first)


def start_servers(centre: Centre, env: dict[str, str]) -> None:
    """The private PostgreSQL and NATS, made at the first start; none where the environment names others."""
    data = centre.engines_dir
    if data != centre.var:
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o755)
    if own_postgres():
        prepare_cluster(data / "pg", env)
    if own_nats():
        write_nats_conf(data / "nats", env)
    with step("Starting PostgreSQL and NATS") as say:
        centre.supervisor_conf.write_text(supervisor_conf(centre, programs(centre, env)))
        centre.supervisor_conf.chmod(0o600)
        supervision.launch(centre)
        if own_postgres():
            engines.await_postgres(int(env["PG_PORT"]), env["PG_PASSWORD"])
        if own_nats():
            engines.await_port(int(env["NATS_PORT"]), what="NATS")
            say(f"NATS {env['NATS_PORT']}, MQTT {env['NAOSO_MQTT_PORT']}")


def prepare_cluster(folder: Path, env: dict[str, str]) -> None:
    """Make the cluster, or bring its settings up to date."""
    settings = engines.postgres_settings(int(env["PG_PORT"]))
    if (folder / "PG_VERSION").exists():
        engines.write_postgres_conf(folder, settings)
        return
    with step("Making a private PostgreSQL cluster"):
        engines.make_cluster(folder, password=env["PG_PASSWORD"], settings=settings)


def write_nats_conf(folder: Path, env: dict[str, str]) -> None:
    """The server's configuration, readable by its user alone: it holds the house's password."""
    engines.give(folder)
    conf = server_conf(
        port=int(env["NATS_PORT"]),
        mqtt_port=int(env["NAOSO_MQTT_PORT"]),
        folder=folder,
        tls_cert=env.get("NAOSO_TLS_CERT", ""),
        tls_key=env.get("NAOSO_TLS_KEY", ""),
    )
    (folder / "nats.conf").write_text(conf)
    users = folder / "users.conf"
    if not users.exists():
        users.write_text(bootstrap_users(env["NAOSO_NATS_USER"], env["NAOSO_NATS_PASSWORD"]))
    engines.hand_over(folder / "nats.conf", users)


def manage(*arguments: str) -> None:
    """A Django management command; its output is shown when it fails."""
    command = [sys.executable, "-m", "django", *arguments]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "naoso.config.settings"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    if done.returncode:
        raise engines.EngineError(f"{arguments[0]} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def seed(password: str) -> list[list[str]]:
    """Run the modules' seeds in a process of their own; returns who can sign in."""
    done = subprocess.run(
        [sys.executable, "-m", "naoso.cli", "run", "seed"], check=False, capture_output=True, text=True,
        cwd=ROOT, env=os.environ | {"NAOSO_DEMO_PASSWORD": password},
    )  # fmt: skip
    if done.returncode:
        raise engines.EngineError(f"the seed failed:\n{(done.stdout + done.stderr)[-2000:]}")
    cast: list[list[str]] = json.loads(done.stdout.strip().splitlines()[-1])
    return cast


def render_users() -> None:
    """Write the NATS users of the registered sources and let the server read them."""
    done = subprocess.run(
        [sys.executable, "-m", "naoso.cli", "run", "nats-users"],
        check=False, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise engines.EngineError(f"writing the NATS users failed:\n{done.stderr[-2000:]}")


def await_web(centre: Centre) -> None:
    """Return when the sign-in page answers."""
    deadline = time.monotonic() + WEB_READY_S
    env = centre.env()
    address = f"http://{env['NAOSO_HOST']}:{env['NAOSO_PORT']}/account/login/"
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError as error:
            raise engines.EngineError(
                f"the sign-in page answers {error.code}; see ./naoso logs web"
            ) from error
        except OSError as error:
            if time.monotonic() > deadline:
                raise engines.EngineError("the web server does not answer; see ./naoso logs web") from error
            time.sleep(0.2)


def greet(centre: Centre, env: dict[str, str], cast: list[list[str]], *, first: bool) -> None:
    """The address, and who can sign in."""
    console.print(f"\n[bold]Não Số runs at {centre.url}[/]")
    console.print(f"Citizens report at {centre.url}/reports/new/")
    if cast:
        table = Table("sign in as", "who", "role", box=None)
        for username, name, role in cast:
            table.add_row(username, name, role)
        console.print(table)
        console.print(f"Password of all of them: [bold]{env['DEMO_PASSWORD']}[/]")
    elif first:
        code = subprocess.run(
            [sys.executable, "-m", "naoso.cli", "run", "first-code"],
            check=True, capture_output=True, text=True, cwd=ROOT,
        ).stdout.strip()  # fmt: skip
        console.print(f"Make the first administrator at {centre.url}/account/first/ with the code {code}")


def watch(centre: Centre) -> None:
    """Stay in the foreground, tell of every change, stop all of it at Ctrl-C."""
    console.print("[dim]Ctrl-C stops everything; ./naoso up -d leaves it running.[/]")
    seen = {state.name: state.state for state in supervision.states(centre)}
    try:
        with supervision.interruptible():
            while supervision.is_up(centre):
                for state in supervision.states(centre):
                    if seen.get(state.name) != state.state:
                        stamp = dt.datetime.now().astimezone().strftime("%H:%M:%S")
                        console.print(f"[dim]{stamp}[/] {state.name}: {state.state.lower()} {state.why}")
                        seen[state.name] = state.state
                time.sleep(1)
    except supervision.Interrupted:
        down(centre)


def down(centre: Centre) -> None:
    """Stop everything of this centre."""
    if not supervision.is_up(centre):
        console.print("Nothing runs here.")
        return
    with step("Stopping the centre"):
        supervision.stop(centre)


def status(centre: Centre) -> bool:
    """Print the processes; True when all of them run."""
    if not supervision.is_up(centre):
        console.print("Nothing runs here. Start with: ./naoso up")
        return False
    found = supervision.states(centre)
    about = {program.name: program.what for program in programs(centre, centre.env())}
    table = Table("process", "state", "pid", "since", "what it does", box=None)
    for state in found:
        since = dt.datetime.fromtimestamp(state.since).strftime("%d/%m %H:%M:%S") if state.since else ""  # noqa: DTZ006 - the reader's own clock
        colour = "green" if state.state == "RUNNING" else "red"
        word = f"[{colour}]{state.state.lower()}[/]"
        table.add_row(state.name, word, str(state.pid or ""), since, about.get(state.name, ""))
    console.print(table)
    console.print(f"Address: {centre.url}")
    return all(state.state == "RUNNING" for state in found)


def logs(centre: Centre, name: str | None, *, follow: bool) -> None:
    """Show the last lines of one log, or of all."""
    files = sorted(centre.logs.glob(f"{name or '*'}.log"))
    if not files:
        known = ", ".join(sorted(file.stem for file in centre.logs.glob("*.log")))
        raise engines.EngineError(f"no log of that name; there are: {known or 'none yet'}")
    arguments = ["tail", "-n", str(SHOWN_LOG_LINES), *(["-F"] if follow else []), *map(str, files)]
    subprocess.run(arguments, check=False)
