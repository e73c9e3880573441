"""Real servers and workers that a test may kill and start again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from naoso.cli import engines, tables
from naoso.cli.bench.stage import Stage, servers
from naoso.config.options import ROOT

Row = tuple[Any, ...]


class Engine:
    """One process that is started with the same command again after its death."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start = start
        self.process = start()

    def kill(self) -> None:
        """As the kernel does when memory runs out: no farewell."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """What the supervisor does."""
        self.process = self._start()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Rig:
    """The stage, one ingest worker, the sources' secrets, and a look into the tables."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        path = f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        settings = os.environ.get("DJANGO_SETTINGS_MODULE", "naoso.config.settings")
        self.environment = (
            os.environ | stage.environment() | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": settings}
        )
        self.again: list[subprocess.Popen[bytes]] = []
        if dump := os.environ.get(tables.DUMP):
            tables.read(stage.postgres.url, Path(dump))
        self.python("-m", "django", "migrate", "--verbosity", "0", "--skip-checks")
        self.secrets: dict[str, str] = json.loads(self.python(str(Path(__file__).parent / "prepare.py")))

    def python(self, *arguments: str) -> str:
        """Runs Python to its end; its output."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def worker(self, index: int = 0, of: int = 1) -> Engine:
        """An ingest worker whose log stays in the rig's folder."""
        code = f"from naoso.cli.run import ingest; ingest({index}, {of})"
        return Engine(lambda: self.start("-c", code))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A Python process whose log stays in the rig's folder."""
        with (self.stage.folder / "ingest.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments], env=self.environment, stdout=log, stderr=log
            )

    def nats(self) -> None:
        """The stream's server again, on its port and files."""
        self._again(
            [engines.nats_program(ROOT / "var" / "tools"), "-c", str(self.stage.folder / "nats.conf")], "nats"
        )
        engines.await_port(self.stage.nats.port, what="NATS")

    def postgres(self) -> None:
        """The database again."""
        (self.stage.postgres.folder / "postmaster.pid").unlink(missing_ok=True)
        self._again([str(engines.postgres_bin() / "postgres"), "-D", str(self.stage.postgres.folder)], "pg")
        engines.await_postgres(self.stage.postgres.port, "throw-away")

    def _again(self, command: Sequence[str], name: str) -> None:
        self.again.append(engines.start(command, self.stage.folder / f"{name}.log"))

    def rows(self, sql: str, *values: object) -> list[Row]:
        """A query's rows."""
        with psycopg.connect(self.stage.postgres.url, autocommit=True) as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Waits; a database that is just starting is not the condition's fault."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(psycopg.OperationalError):
                if condition():
                    return
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def log(self) -> str:
        return (self.stage.folder / "ingest.log").read_text()[-3000:]


@contextmanager
def rigged() -> Iterator[Rig]:
    """Everything up; all that was started is stopped."""
    with servers() as stage:
        rig = Rig(stage)
        try:
            yield rig
        finally:
            for process in rig.again:
                process.terminate()
                process.wait(20)
