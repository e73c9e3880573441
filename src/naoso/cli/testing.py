"""`./naoso test`: every check and every test, on servers of its own, two at a time."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from naoso.cli import build, engines, tables
from naoso.cli.lifecycle import console
from naoso.config.options import ROOT
from naoso.connectors.nats.config import bootstrap_users, server_conf

SOURCES = ("src", "tests", "conftest.py")


@dataclass(frozen=True, slots=True)
class Check:
    """A tool that says yes or no."""

    name: str
    command: Sequence[str]


def python(module: str, *arguments: str) -> list[str]:
    """A tool of the virtual environment."""
    return [sys.executable, "-m", module, *arguments]


def checks() -> list[Check]:
    """The longest first."""
    bin_dir = Path(sys.executable).parent
    return [
        Check("types (mypy)", python("mypy")),
        Check("front end: types and style", ["npm", "run", "--silent", "check"]),
        Check("front end: tests", ["npm", "run", "--silent", "test"]),
        Check("style (ruff)", python("ruff", "check", *SOURCES)),
        Check("format (ruff)", python("ruff", "format", "--check", *SOURCES)),
        Check("layers (import-linter)", [str(bin_dir / "lint-imports"), "--no-cache"]),
        Check("templates (djLint)", python("djlint", "src", "--lint", "--quiet")),
        Check("dependencies (deptry)", python("deptry", "src")),
        Check("migrations are complete", python("django", "makemigrations", "--check", "--dry-run")),
    ]


def run_check(check: Check, environment: dict[str, str]) -> tuple[Check, bool, str, float]:
    """Run one tool; its output is kept for the case that it says no."""
    began = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    return check, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - began


def run(arguments: Sequence[str]) -> int:
    """With arguments: pytest alone with them. Without: checks, then all tests. Returns the exit code."""
    with engines.throwaway_folder() as folder, test_servers(folder) as environment:
        if not arguments:
            log = folder / "build.log"
            build.build_front_end(log)
            build.install_packages(log)
        build.compile_messages()
        with ThreadPoolExecutor(1) as beside:
            made = beside.submit(tables.prepared, environment)
            failed = [] if arguments else run_checks(environment)
        tests = run_pytest(arguments, environment | made.result())
    for name in failed:
        console.print(f"[red]✗ {name}[/]")
    return 1 if failed or tests else 0


def test_servers(folder: Path) -> Servers:
    """PostgreSQL and NATS for one run."""
    return Servers(folder)


class Servers:
    """Throw-away servers and the environment that points at them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.contexts: list[object] = []

    def __enter__(self) -> dict[str, str]:
        """Start both."""
        tools = ROOT / "var" / "tools"
        nats_port, mqtt_port = engines.free_port(), engines.free_port()
        data = self.folder / "nats"
        engines.give(data)
        password = secrets.token_hex(16)
        users = self.folder / "users.conf"  # the server wants it beside its main file
        users.write_text(bootstrap_users("house", password))
        engines.hand_over(users)
        conf = server_conf(port=nats_port, mqtt_port=mqtt_port, folder=data)
        self.postgres = engines.postgres(self.folder, durable=False)
        self.nats = engines.nats(self.folder, conf, port=nats_port, tools=tools)
        database, stream = self.postgres.__enter__(), self.nats.__enter__()
        return os.environ | {
            "DATABASE_URL": database.url,
            "NATS_URL": stream.url,
            "NAOSO_NATS_USER": "house",
            "NAOSO_NATS_PASSWORD": password,
            "NAOSO_MQTT_PORT": str(mqtt_port),
            "NAOSO_SECRET_KEY": secrets.token_urlsafe(40),
            "NAOSO_VAR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "naoso.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }

    def __exit__(self, *error: object) -> None:
        """Stop both."""
        self.nats.__exit__(None, None, None)
        self.postgres.__exit__(None, None, None)


def run_checks(environment: dict[str, str]) -> list[str]:
    """Two at a time; the names of those that said no."""
    failed: list[str] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        running: list[Future[tuple[Check, bool, str, float]]] = [
            pool.submit(run_check, check, environment) for check in checks()
        ]
        for future in running:
            check, good, output, seconds = future.result()
            mark = "[green]✓[/]" if good else "[red]✗[/]"
            console.print(f"{mark} {check.name} [dim]{seconds:.1f} s[/]")
            if not good:
                failed.append(check.name)
                print(output[-6000:], flush=True)
    return failed


def run_pytest(arguments: Sequence[str], environment: dict[str, str]) -> int:
    """All tests on two processes, or the given ones."""
    given = list(arguments) or ["-n", "2", "--dist", "loadscope", "-q"]
    return subprocess.run(python("pytest", *given), cwd=ROOT, env=environment, check=False).returncode
