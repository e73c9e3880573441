"""A centre of the tests' own: `naoso up` in a folder that is thrown away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg

from naoso.cli import engines
from naoso.cli.centre import Centre
from naoso.config.options import ROOT
from naoso.connectors.mqtt.device import Device

OURS = re.compile(r"^(NAOSO_|NATS_|DATABASE_URL$|DEMO|PG_|PYTEST_|DJANGO_)")
START_S = 240.0


class Gateway:
    """The carrier of SMS and Zalo messages, on loopback: what it was given lies in `letters`."""

    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []
        letters = self.letters

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                letters.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"id": "1"}')

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer((engines.LOOPBACK, 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the centre finds it."""
        return f"http://{engines.LOOPBACK}:{self.server.server_port}/"

    def until(self, number: str, pattern: str, seconds: float = 90) -> str:
        """The first thing of this pattern that it was given for a number."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for letter in self.letters:
                if letter["to"].endswith(number[1:]) and (found := re.search(pattern, letter["text"])):
                    return found.group(1)
            time.sleep(0.2)
        raise AssertionError(f"nothing like {pattern} came for {number}: {self.letters}")


class LiveCentre:
    """What a test asks of the running centre."""

    def __init__(self, centre: Centre, gateway: Gateway) -> None:
        self.centre, self.gateway = centre, gateway
        self.env = centre.env()
        self.url = centre.url
        self.password = self.env["DEMO_PASSWORD"]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds; Django's own connections belong to another database."""
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def tell(self, station: str, **values: float) -> None:
        """A station speaks over MQTT with its own credential and is heard."""
        device = Device(station, self.secret(station), engines.LOOPBACK, int(self.env["NAOSO_MQTT_PORT"]))
        device.start()
        try:
            device.await_connected(20)
            at = datetime.now(UTC).isoformat()
            readings = [
                {"series": f"{station}/{name}", "time": at, "value": value, "unit": "ug/m3"}
                for name, value in values.items()
            ]
            sent = device.publish(json.dumps({"readings": readings}).encode())
            assert sent is not None
            sent.wait_for_publish(20)
        finally:
            device.stop()

    def secret(self, station: str) -> str:
        """The demonstration's derived secret, asked of the centre's own code."""
        return self.python(
            f"from naoso.core.registry.secrets import demo_secret; print(demo_secret({station!r}))"
        )

    def python(self, code: str) -> str:
        """A line run as the centre's processes are."""
        setup = "from naoso.cli.run import setup; setup(); "
        return run([sys.executable, "-c", setup + code], environment(self.centre.var)).strip()

    def stop(self, process: str) -> None:
        """Ends one process and keeps it ended."""
        self.control("stop", process)

    def start(self, process: str) -> None:
        """Lets it run again."""
        self.control("start", process)

    def control(self, *words: str) -> None:
        """The supervisor's own command."""
        command = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(self.centre.supervisor_conf)]
        run([*command, *words], environment(self.centre.var))

    def until(self, condition: Callable[[], Any], what: str, seconds: float = 20) -> Any:
        """Waits for something that no page shows; returns it."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
            time.sleep(0.2)
        return found


def environment(var: Path) -> dict[str, str]:
    """The caller's, without what points at other servers."""
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return kept | {
        "NAOSO_VAR": str(var),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "naoso.config.settings",
    }


def run(command: list[str], env: dict[str, str]) -> str:
    """Runs it to its end; its output."""
    done = subprocess.run(
        command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=START_S
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


@contextmanager
def started(**more: str) -> Iterator[LiveCentre]:
    """Everything of a demo centre but its simulated devices: a test says what the stations say.

    `more` are lines of its env file.
    """
    command = [sys.executable, "-m", "naoso.cli"]
    gateway = Gateway()
    with engines.throwaway_folder() as folder:
        told = {
            "NAOSO_GATEWAY_URL": gateway.url, "NAOSO_GATEWAY_TOKEN": "e2e", "NAOSO_CAMERA_ROUND_S": "5",
            **more,
        }  # fmt: skip
        centre = up(command, folder / "first", told) or up(command, folder / "second", told, last=True)
        assert centre is not None
        try:
            yield LiveCentre(centre, gateway)
        finally:
            run([*command, "down"], environment(centre.var))
            gateway.server.shutdown()
            gateway.server.server_close()


def up(command: list[str], var: Path, told: dict[str, str], *, last: bool = False) -> Centre | None:
    """A centre that answers; None where a port was taken between choosing and using it."""
    centre = Centre(var)
    centre.var.mkdir()
    centre.write_env({"DEMO_DEVICES": "off", **told} | {name: str(engines.free_port()) for name in PORTS})
    try:
        run([*command, "up", "-d"], environment(centre.var))
    except AssertionError:
        run([*command, "down"], environment(centre.var))
        if last:
            raise
        return None
    return centre


PORTS = (
    "NAOSO_PORT", "PG_PORT", "NATS_PORT", "NAOSO_MQTT_PORT", "NAOSO_MEDIA_PORT",
    "NAOSO_CAMERA_SIMULATOR_PORT", "NAOSO_CAMERA_ONVIF_PORT",
)  # fmt: skip
