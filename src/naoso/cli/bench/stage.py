"""A throw-away centre without web: PostgreSQL and NATS of its own, migrated, Django ready in this process."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from naoso.cli import engines
from naoso.cli.run import setup
from naoso.config import options
from naoso.connectors.nats.client import Access
from naoso.connectors.nats.config import USERS_FILE, bootstrap_users, server_conf

HOUSE = "naoso"


@dataclass(frozen=True)
class Stage:
    """The running servers."""

    folder: Path
    postgres: engines.Running
    nats: engines.Running
    mqtt_port: int
    access: Access

    def environment(self) -> dict[str, str]:
        """What points a process here; it counts before a running centre's file."""
        return {
            "DATABASE_URL": self.postgres.url,
            "NATS_URL": self.nats.url,
            "NAOSO_NATS_USER": self.access.user,
            "NAOSO_NATS_PASSWORD": self.access.password,
            "NAOSO_MQTT_PORT": str(self.mqtt_port),
            "NAOSO_NATS_CONF": str(self.folder / USERS_FILE),
            "NAOSO_NATS_PID_FILE": str(self.folder / "nats" / "nats.pid"),
            "NAOSO_SECRET_KEY": "throw-away",
            "NAOSO_VAR": str(self.folder),
        }


@contextmanager
def servers(*, durable: bool = True) -> Iterator[Stage]:
    """Both servers up."""
    with engines.throwaway_folder() as folder:
        port, mqtt_port, password = engines.free_port(), engines.free_port(), secrets.token_urlsafe(24)
        conf = server_conf(port=port, mqtt_port=mqtt_port, folder=folder / "nats")
        (folder / USERS_FILE).write_text(bootstrap_users(HOUSE, password))
        tools = options.ROOT / "var" / "tools"
        with (
            engines.postgres(folder, durable=durable) as postgres,
            engines.nats(folder, conf, port=port, tools=tools) as nats,
        ):
            yield Stage(folder, postgres, nats, mqtt_port, Access(nats.url, HOUSE, password))


@contextmanager
def centre(*, durable: bool = True) -> Iterator[Stage]:
    """The same with every table made; this process may use the models."""
    with servers(durable=durable) as stage:
        point_here(stage)
        done = subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise engines.EngineError(f"the tables could not be made: {done.stderr[-1500:]}")
        setup()
        yield stage


def point_here(stage: Stage) -> None:
    """This process and its children."""
    os.environ |= stage.environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naoso.config.settings")
    for cached in (options.web, options.store, options.stream):
        cached.cache_clear()
