"""One connection of this process to the stream, for messages that must be stored before an answer."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from django.conf import settings

from naoso.connectors.nats.client import Access, Connection
from naoso.connectors.nats.wire import StreamError, answer


class Publisher:
    """Connects when it is needed, again when the server went away; threads take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def publish(self, subject: str, payloads: Iterable[bytes]) -> None:
        """Each message is acknowledged by the stream before the next; raises StreamError."""
        with self._lock:
            for payload in payloads:
                self._publish(subject, payload)

    def close(self) -> None:
        """Drops the connection; the next message makes a new one."""
        with self._lock:
            self._drop()

    def _publish(self, subject: str, payload: bytes) -> None:
        if self._connection is not None:
            try:
                answer(self._connection.request(subject, payload).payload)
            except StreamError:
                self._drop()  # perhaps only the server's restart: once more on a new connection
            else:
                return
        self._connection = access().connect("naoso-front")
        try:
            answer(self._connection.request(subject, payload).payload)
        except StreamError:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def access() -> Access:
    """The house's own way, as the settings say."""
    stream = settings.STREAM
    return Access(stream.nats_url, stream.nats_user, stream.nats_password.get_secret_value())


publisher = Publisher()
