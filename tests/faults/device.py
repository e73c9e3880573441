"""A device that remembers which of its readings the MQTT server has acknowledged."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion


class Device:
    """Publishes at QoS 1; connects again by itself, as real ones do."""

    def __init__(self, code: str, secret: str, port: int, *, days_ago: int = 20) -> None:
        self.start_at = int(time.time()) - days_ago * 86_400
        self.code, self.port = code, port
        self.sent: dict[int, tuple[str, int, float]] = {}
        self.connected = threading.Event()
        self.refusals: list[str] = []
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"device-{code}-{id(self)}",
            protocol=mqtt.MQTTv311,
            clean_session=False,
        )
        self.client.username_pw_set(code, secret)
        self.client.reconnect_delay_set(0.2, 1)
        self.client.max_inflight_messages_set(200)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.connected.clear()
        self.client.on_publish = self._on_publish
        self._next = 0
        self._mids: set[int] = set()

    def start(self) -> Device:
        self.client.connect_async("127.0.0.1", self.port, keepalive=5)
        self.client.loop_start()
        return self

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def publish_next(self) -> None:
        """One reading of its own pm25, each second of the past once."""
        self._next += 1
        seconds = self.start_at + self._next
        value = float(self._next % 1000)
        body = {
            "series": f"{self.code}/pm25", "value": value, "unit": "ug/m3",
            "time": dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(),
        }  # fmt: skip
        told = self.client.publish(f"obs/{self.code}", json.dumps(body), qos=1)
        self.sent[told.mid] = (f"{self.code}/pm25", seconds, value)

    def publish(self, topic: str, body: bytes) -> None:
        """Anything, anywhere."""
        self.client.publish(topic, body, qos=1).wait_for_publish(5)

    @property
    def acknowledged(self) -> set[tuple[str, int, float]]:
        """No lock: the client calls back while it holds its own."""
        return {self.sent[mid] for mid in tuple(self._mids) if mid in self.sent}

    def settle(self, seconds: float = 30) -> None:
        """Until everything sent is acknowledged."""
        deadline = time.monotonic() + seconds
        while len(self._mids) < len(self.sent) and time.monotonic() < deadline:
            time.sleep(0.05)

    def _on_connect(self, client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self.refusals.append(str(reason))
        else:
            self.connected.set()

    def _on_publish(self, client: Any, data: Any, mid: int, reason: Any, properties: Any) -> None:
        self._mids.add(mid)
