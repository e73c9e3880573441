"""A device: connects with its own credential, publishes its own topic at QoS 1, connects again by itself."""

from __future__ import annotations

import ssl
import threading
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

KEEP_ALIVE_S = 60
IN_FLIGHT = 100


class Refused(Exception):
    """The server does not accept the credential, or does not answer."""


class Device:
    """`code` is the user name and the last part of its topics.

    `voice` tells two connections of one device apart: a server keeps one for each name of a client.
    """

    def __init__(
        self, code: str, secret: str, host: str, port: int, *, ca_file: str = "", voice: str = ""
    ) -> None:
        self.code, self._host, self._port = code, host, port
        self._connected = threading.Event()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=f"naoso-{code}{voice}", protocol=paho.MQTTv311
        )
        self._client.username_pw_set(code, secret)
        self._client.reconnect_delay_set(1, 30)
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        if ca_file:
            self._client.tls_set_context(ssl.create_default_context(cafile=ca_file))

    def start(self) -> None:
        """Connects in the background, for as long as it takes."""
        self._client.connect_async(self._host, self._port, KEEP_ALIVE_S)
        self._client.loop_start()

    def await_connected(self, seconds: float) -> None:
        """Raises Refused when the server has not let it in by then."""
        if not self._connected.wait(seconds):
            raise Refused(f"{self.code} is not let in at {self._host}:{self._port}")

    def publish(self, body: bytes, *, lane: str = "obs") -> paho.MQTTMessageInfo | None:
        """None while there is no connection: what is said then is lost, as with a device without memory.

        Readings go to `obs/<code>`, messages that are none to `msg/<code>`.
        """
        if not self._connected.is_set():
            return None
        return self._client.publish(f"{lane}/{self.code}", body, qos=1)

    def stop(self) -> None:
        """Says goodbye."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:  # noqa: ARG002
        if not reason.is_failure:
            self._connected.set()

    def _on_disconnect(self, *_: Any) -> None:
        self._connected.clear()
