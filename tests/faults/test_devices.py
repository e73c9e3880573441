"""What a device may not do over MQTT, and what becomes of its mistakes; the servers are real."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from naoso.connectors.nats.client import Connection
from naoso.connectors.nats.config import part_of
from naoso.connectors.nats.wire import StreamError

from .device import Device
from .rig import Engine, Rig, rigged

pytestmark = [pytest.mark.engines]


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with rigged() as made:
        engine: Engine = made.worker()
        yield made
        engine.stop()


@pytest.fixture
def device(rig: Rig) -> Iterator[Device]:
    made = Device("rig-0", rig.secrets["rig-0"], rig.stage.mqtt_port).start()
    assert made.connected.wait(10)
    yield made
    made.stop()


def reading(code: str = "rig-0", **changes: object) -> bytes:
    body = {"series": f"{code}/no2", "time": time.time(), "value": 5, "unit": "ug/m3"}
    return json.dumps(body | changes).encode()


def rows_of(rig: Rig, key: str) -> int:
    sql = (
        "SELECT count(*) FROM telemetry_observation o"
        " JOIN telemetry_series s ON s.id = o.series_id WHERE s.key = %s"
    )
    return int(rig.rows(sql, key)[0][0])


@pytest.mark.parametrize(("code", "secret"), [("rig-0", "wrong"), ("nobody", "x"), ("rig-0", "")])
def test_a_wrong_password_is_refused(rig: Rig, code: str, secret: str) -> None:
    made = Device(code, secret, rig.stage.mqtt_port).start()
    assert not made.connected.wait(1.5)
    assert made.refusals
    made.stop()


def test_another_sources_subject_is_refused(rig: Rig, device: Device) -> None:
    before = rows_of(rig, "rig-1/no2")
    own = f"ingest/{part_of('rig-1')}/rig-1"
    for topic in ("obs/rig-1", own, "msg/rig-1", "events/x", "live/telemetry/observed"):
        device.publish(topic, reading("rig-1"))
    device.publish("obs/rig-0", reading(value=11))
    rig.until(lambda: rows_of(rig, "rig-0/no2") > 0)
    assert rows_of(rig, "rig-1/no2") == before
    assert "Publish Violation" in (rig.stage.folder / "nats.log").read_text()


def test_another_sources_series_lands_in_quarantine(rig: Rig, device: Device) -> None:
    device.publish("obs/rig-0", reading("rig-1"))
    sql = "SELECT count(*) FROM ingest_quarantine WHERE rule = 'foreign-series' AND subject = 'obs.rig-0'"
    rig.until(lambda: rig.rows(sql) == [(1,)])


def test_a_device_hears_nothing_and_rules_nothing(rig: Rig) -> None:
    secret = rig.secrets["rig-0"]
    with Connection(rig.stage.nats.url, "rig-0", secret) as connection:
        connection.subscribe("obs.*")
        with pytest.raises(StreamError, match="Permissions Violation"):
            connection.read(5)
    with Connection(rig.stage.nats.url, "rig-0", secret) as connection, pytest.raises(StreamError):
        connection.ask("$JS.API.STREAM.DELETE.INGEST", timeout=2)
    with pytest.raises(StreamError, match=r"(?i)authorization"):
        Connection(rig.stage.nats.url)


def test_ten_megabytes_stop_nobody(rig: Rig, device: Device) -> None:
    """The server closes that connection; the device comes back, others do not notice."""
    device.client.publish("obs/rig-0", b"x" * 10_000_000, qos=0)
    time.sleep(1)
    other = Device("rig-2", rig.secrets["rig-2"], rig.stage.mqtt_port).start()
    assert other.connected.wait(10)
    other.publish("obs/rig-2", reading("rig-2"))
    rig.until(lambda: rows_of(rig, "rig-2/no2") == 1)
    other.stop()


def test_a_flood_of_rubbish_and_a_good_reading(rig: Rig, device: Device) -> None:
    sql = "SELECT count(*) FROM ingest_quarantine WHERE rule = 'syntax'"
    before = rig.rows(sql)[0][0]
    stored = rows_of(rig, "rig-0/no2")
    for _ in range(200):
        device.client.publish("obs/rig-0", b'{"broken', qos=1)
    device.publish("obs/rig-0", reading(value=12))
    rig.until(lambda: rows_of(rig, "rig-0/no2") == stored + 1)
    rig.until(lambda: rig.rows(sql)[0][0] == before + 200)


def test_a_replayed_batch_changes_nothing(rig: Rig, device: Device) -> None:
    start = time.time() - 1000
    batch = json.dumps(
        {"readings": [{"series": "rig-0/pm10", "time": start + n, "value": n} for n in range(100)]}
    ).encode()
    for _ in range(5):
        device.publish("obs/rig-0", batch)
    device.publish("obs/rig-0", reading(series="rig-0/pm10", value=7))
    rig.until(lambda: rows_of(rig, "rig-0/pm10") == 101)
    assert rig.rows("SELECT count(*) FROM ingest_quarantine WHERE rule = 'conflict'") == [(0,)]
