"""kill -9 of each engine in an alarm storm: every acknowledged alarm has its incident, exactly once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import MQTTMessageInfo

from naoso.connectors.mqtt.device import Device

from .rig import Engine, Rig, rigged
from .test_kills import kill

pytestmark = [pytest.mark.engines]
STORED = "SELECT message_id, count(*) FROM fire_panelmessage GROUP BY message_id"
INCIDENTS = (
    "SELECT subject, count(*) FROM response_incident WHERE subject LIKE 'fire:premises:%%' GROUP BY subject"
)
ALERTS = "SELECT subject, count(*) FROM alerts_alert WHERE rule = 'fire-alarm' GROUP BY subject"
LEAST = 400


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with rigged() as made:
        made.premises = json.loads(made.python(str(Path(__file__).parent / "prepare_fire.py")))  # type: ignore[attr-defined]
        yield made


@pytest.fixture
def worker(rig: Rig) -> Iterator[Engine]:
    command = ["-c", "from naoso.cli.run import messages; messages()"]
    engine = Engine(lambda: rig.start(*command))
    yield engine
    engine.stop()


class Storm:
    """Every transmitter alarms, as fast as it may, until told to stop."""

    def __init__(self, rig: Rig, name: str) -> None:
        self.name, self.told = name, list[tuple[str, MQTTMessageInfo]]()
        self.devices = []
        for _pk, code, secret in rig.premises:  # type: ignore[attr-defined]
            device = Device(code, secret, "127.0.0.1", rig.stage.mqtt_port)
            device.start()
            device.await_connected(20)
            self.devices.append(device)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._publish, daemon=True)
        self._thread.start()

    def _publish(self) -> None:
        number = 0
        while not self._stop.is_set():
            for device in self.devices:
                number += 1
                at = datetime.now(UTC).isoformat()
                name = f"{self.name}-{number}"
                body = {"id": name, "type": "alarm", "zone": "1", "detector": "1", "time": at}
                sent = device.publish(json.dumps(body).encode(), lane="msg")
                if sent is not None:
                    self.told.append((name, sent))
            time.sleep(0.05)

    def acknowledged(self) -> set[str]:
        """Ends it; what the stream has said yes to."""
        self._stop.set()
        self._thread.join()
        until = time.monotonic() + 20
        while time.monotonic() < until and not all(sent.is_published() for _name, sent in self.told):
            time.sleep(0.1)
        for device in self.devices:
            device.stop()
        return {name for name, sent in self.told if sent.is_published()}


def worker_thrice(rig: Rig, worker: Engine) -> None:
    for _each in range(3):
        time.sleep(1)
        worker.kill()
        time.sleep(0.3)
        worker.restart()


def stream(rig: Rig, worker: Engine) -> None:
    time.sleep(2)
    kill(int((rig.stage.folder / "nats" / "nats.pid").read_text()))
    rig.nats()
    time.sleep(3)


def database(rig: Rig, worker: Engine) -> None:
    time.sleep(2)
    kill(int((rig.stage.postgres.folder / "postmaster.pid").read_text().split()[0]))
    time.sleep(1)
    rig.postgres()
    time.sleep(3)


@pytest.mark.parametrize("fault", [worker_thrice, stream, database])
def test_every_acknowledged_alarm_has_its_incident_once(
    rig: Rig, worker: Engine, fault: Callable[[Rig, Engine], None]
) -> None:
    storm = Storm(rig, fault.__name__)
    time.sleep(1)
    fault(rig, worker)
    time.sleep(1)
    acknowledged = storm.acknowledged()
    assert len(acknowledged) > LEAST
    with suppress(AssertionError):
        rig.until(lambda: acknowledged <= {name for name, _n in rig.rows(STORED)}, 60)
    rows = dict(rig.rows(STORED))
    missing = acknowledged - set(rows)
    assert not missing, f"{len(missing)} of {len(acknowledged)}\n{rig.log()}"
    assert set(rows.values()) == {1}
    wanted = {f"fire:premises:{pk}": 1 for pk, _code, _secret in rig.premises}  # type: ignore[attr-defined]
    assert dict(rig.rows(INCIDENTS)) == wanted
    assert dict(rig.rows(ALERTS)) == wanted
    assert rig.rows("SELECT count(*) FROM ingest_quarantine") == [(0,)]
