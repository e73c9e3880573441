"""kill -9 of each engine under load: every acknowledged reading is in the table, exactly once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from .device import Device
from .rig import Engine, Rig, rigged

pytestmark = [pytest.mark.engines]

STORED = (
    "SELECT s.key, extract(epoch FROM o.time)::bigint, o.value"
    " FROM telemetry_observation o JOIN telemetry_series s ON s.id = o.series_id"
)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with rigged() as made:
        yield made


@pytest.fixture
def worker(rig: Rig) -> Iterator[Engine]:
    engine = rig.worker()
    yield engine
    engine.stop()


class Load:
    """All devices publish until told to stop."""

    def __init__(self, rig: Rig, days_ago: int) -> None:
        self.devices = [
            Device(code, secret, rig.stage.mqtt_port, days_ago=days_ago).start()
            for code, secret in rig.secrets.items()
        ]
        for device in self.devices:
            assert device.connected.wait(10), device.refusals
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._publish, daemon=True)
        self._thread.start()

    def _publish(self) -> None:
        while not self._stop.is_set():
            for device in self.devices:
                for _ in range(20):
                    device.publish_next()
            time.sleep(0.02)

    def end(self) -> tuple[set[tuple[str, int, float]], set[tuple[str, int, float]]]:
        """(acknowledged, sent)"""
        self._stop.set()
        self._thread.join()
        for device in self.devices:
            device.settle()
            device.stop()
        return (
            set().union(*(device.acknowledged for device in self.devices)),
            set().union(*(set(device.sent.values()) for device in self.devices)),
        )


def check(rig: Rig, acknowledged: set[tuple[str, int, float]], sent: set[tuple[str, int, float]]) -> None:
    """Waits for the last reading, then counts."""
    assert len(acknowledged) > 2000
    with suppress(AssertionError):
        rig.until(lambda: acknowledged <= set(rig.rows(STORED)), 20)
    rows = rig.rows(STORED)
    missing = acknowledged - set(rows)
    assert not missing, f"{len(missing)} of {len(acknowledged)}: {sorted(missing)[:5]}\n{rig.log()}"
    assert len(rows) == len(set(rows))
    assert rig.rows("SELECT count(*) FROM ingest_quarantine") == [(0,)]
    assert rig.rows("SELECT count(*) FROM telemetry_latestvalue") == [(len(rig.secrets),)]
    newest = max(row for row in acknowledged if row[0] == "rig-0/pm25")
    latest = "SELECT extract(epoch FROM max(time))::bigint FROM telemetry_latestvalue"
    assert rig.rows(latest)[0][0] >= newest[1]


def test_worker_killed_thrice(rig: Rig, worker: Engine) -> None:
    load = Load(rig, days_ago=20)
    for _ in range(3):
        time.sleep(1.5)
        worker.kill()
        time.sleep(0.3)
        worker.restart()
    time.sleep(1)
    check(rig, *load.end())


def test_stream_server_killed(rig: Rig, worker: Engine) -> None:
    load = Load(rig, days_ago=15)
    time.sleep(2)
    pid = int((rig.stage.folder / "nats" / "nats.pid").read_text())
    kill(pid)
    rig.nats()
    time.sleep(3)
    check(rig, *load.end())


def test_database_killed(rig: Rig, worker: Engine) -> None:
    load = Load(rig, days_ago=10)
    time.sleep(2)
    kill(int((rig.stage.postgres.folder / "postmaster.pid").read_text().split()[0]))
    time.sleep(1)
    rig.postgres()
    time.sleep(3)
    check(rig, *load.end())


def kill(pid: int) -> None:
    """-9, and gone when this returns."""
    os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        try:
            os.kill(pid, 0)
            os.waitpid(pid, os.WNOHANG)
        except (ProcessLookupError, ChildProcessError):
            return
        time.sleep(0.05)
