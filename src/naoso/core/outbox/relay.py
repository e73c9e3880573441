"""The relay: outbox rows → NATS stream EVENTS → the house's own subscribers.

A row is marked as sent only after the stream has it; a crash in between sends it again under the
same message id, which the stream drops. Subscribers run in a transaction of their own with a
row that says "handled", so a second delivery changes nothing. Subscribers of every event (`*`) get
whole batches, because a row for each event of theirs would cost a storm more than their own work.
"""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import nats
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection, connections, transaction
from django.utils import timezone
from nats.js.api import RetentionPolicy, StreamConfig

from naoso.core.outbox.models import FailedEvent, HandledEvent, OutboxMessage
from naoso.core.outbox.services import opened, waiting
from naoso.kernel.modules import resolve

log = logging.getLogger(__name__)

STREAM = "EVENTS"
BATCH = 500
IDLE_S = 5.0
ACK_S = 10.0
KEEP_SENT = timedelta(days=3)
KEEP_IN_STREAM_S = 7 * 24 * 3600
EVERY_EVENT = "*"

Subscribers = Mapping[str, Sequence[str]]


class Relay:
    """One process of it runs; a second one waits on the advisory lock."""

    def __init__(self, *, servers: str, user: str, password: str, subscribers: Subscribers) -> None:
        self.subscribers = subscribers
        self._connect: dict[str, Any] = {"servers": servers, "max_reconnect_attempts": -1}
        if user:
            self._connect |= {"user": user, "password": password}

    async def run(self, stop: asyncio.Event) -> None:
        """Send what waits, sleep until the database says that there is more."""
        client = await nats.connect(name="naoso-relay", **self._connect)
        stream = client.jetstream()
        config = StreamConfig(
            name=STREAM, subjects=["events.>"], retention=RetentionPolicy.LIMITS, max_age=KEEP_IN_STREAM_S
        )
        await stream.add_stream(config)
        outlet = Outlet(client)
        await outlet.open()
        try:
            while not stop.is_set():
                await sync_to_async(close_old_connections)()
                sent = await self.send_batch(outlet)
                await sync_to_async(self.retry_failed)()
                if not sent:
                    await sync_to_async(wait_for_more)(IDLE_S)
        finally:
            await client.close()
            await sync_to_async(connections.close_all)()

    async def send_batch(self, stream: Outlet) -> int:
        """Publish up to BATCH rows, wait for the stream's word on each, mark them, dispatch them."""
        rows = await sync_to_async(lambda: list(waiting()[:BATCH]))()
        if not rows:
            return 0
        await stream.send(rows)
        await sync_to_async(self.settle)(rows)
        return len(rows)

    def settle(self, rows: Sequence[OutboxMessage]) -> None:
        """Hand each row to its subscribers, then mark it as sent."""
        for path in self.subscribers.get(EVERY_EVENT, ()):
            self.deliver_batch(path, [row.body for row in rows])
        for row in rows:
            for path in self.subscribers.get(row.name, ()):
                self.deliver(path, row.body)
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=timezone.now())

    def deliver(self, path: str, body: dict[str, Any]) -> bool:
        """Run one subscriber once; a failure is kept with its trace and tried again later."""
        event = opened(body)
        try:
            with transaction.atomic():
                _, fresh = HandledEvent.objects.get_or_create(event_id=event.id, subscriber=path)
                if fresh:
                    resolve(path)(event)
                FailedEvent.objects.filter(event_id=event.id, subscriber=path).delete()
        except Exception:  # noqa: BLE001 - a subscriber may raise anything; the relay must go on
            keep_failure(path, body)
            return False
        return True

    def deliver_batch(self, path: str, bodies: Sequence[dict[str, Any]]) -> bool:
        """Hand over many events in one transaction; the subscriber knows by itself what it has seen."""
        try:
            with transaction.atomic():
                resolve(path)([opened(body) for body in bodies])
                FailedEvent.objects.filter(
                    subscriber=path, event_id__in=[body["id"] for body in bodies]
                ).delete()
        except Exception:  # noqa: BLE001 - as in `deliver`
            for body in bodies:
                keep_failure(path, body)
            return False
        return True

    def retry_failed(self) -> None:
        """Try again what failed and is due."""
        for failed in FailedEvent.objects.filter(next_try_at__lte=timezone.now())[:BATCH]:
            if failed.subscriber in self.subscribers.get(EVERY_EVENT, ()):
                self.deliver_batch(failed.subscriber, [failed.body])
            else:
                self.deliver(failed.subscriber, failed.body)


class Outlet:
    """Publishes a batch in one go and waits once for all its acknowledgements: one after another, each
    with a future of its own, a storm of a thousand alerts would take seconds."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._awaited: set[str] = set()
        self._done: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Listens for acknowledgements."""
        await self._client.subscribe(f"{self._inbox}.*", cb=self._heard)

    async def send(self, rows: Sequence[OutboxMessage]) -> None:
        """Returns when the stream has every row; raises when it refuses one or does not answer."""
        self._done = asyncio.get_running_loop().create_future()
        self._awaited = {f"{self._inbox}.{row.pk}" for row in rows}
        for row in rows:
            await self._client.publish(
                f"events.{row.name}",
                json.dumps(row.body).encode(),
                reply=f"{self._inbox}.{row.pk}",
                headers={"Nats-Msg-Id": str(row.event_id)},
            )
        await asyncio.wait_for(self._done, ACK_S)

    async def _heard(self, message: Any) -> None:
        if self._done is None or self._done.done() or message.subject not in self._awaited:
            return  # a late word on a batch that was given up
        told = json.loads(message.data) if message.data else {"error": "nobody keeps this subject"}
        if "error" in told:
            self._done.set_exception(RuntimeError(f"the stream refuses an event: {told['error']}"))
            return
        self._awaited.discard(message.subject)
        if not self._awaited:
            self._done.set_result(None)


def keep_failure(path: str, body: dict[str, Any]) -> None:
    """Back off by the square of the attempts, up to an hour."""
    error = traceback.format_exc(limit=8)
    log.error("subscriber %s failed on %s %s", path, body["name"], body["id"])
    row, fresh = FailedEvent.objects.get_or_create(
        event_id=body["id"],
        subscriber=path,
        defaults={"body": body, "error": error, "next_try_at": timezone.now() + timedelta(seconds=5)},
    )
    if not fresh:
        row.attempts += 1
        row.error = error
        row.next_try_at = timezone.now() + timedelta(seconds=min(3600, 5 * row.attempts**2))
        row.save(update_fields=["attempts", "error", "next_try_at"])


def wait_for_more(seconds: float) -> None:
    """Return at once when a transaction with events commits, else after `seconds`."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN naoso_outbox")
    raw = connection.connection
    assert raw is not None
    if not waiting().exists():
        next(iter(raw.notifies(timeout=seconds, stop_after=1)), None)


def sweep() -> int:
    """Drop rows sent long ago and the marks of their handling."""
    horizon = timezone.now() - KEEP_SENT
    gone, _ = OutboxMessage.objects.filter(sent_at__lt=horizon).delete()
    HandledEvent.objects.filter(handled_at__lt=horizon - KEEP_SENT).delete()
    return gone
