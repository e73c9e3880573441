"""Nothing leaves before the commit, nothing is handled twice, a failing subscriber stops nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import nats
import pytest
from django.db import transaction
from django.utils import timezone

from naoso.config import options
from naoso.core.outbox import relay as relays
from naoso.core.outbox.models import FailedEvent, HandledEvent, OutboxMessage
from naoso.core.outbox.services import emit, envelope, opened
from naoso.kernel.events import Audience, Event

heard: list[str] = []
batches: list[list[int]] = []
broken = False


def subscriber(event: Event) -> None:
    """Remembers; fails when told to."""
    if broken:
        raise ValueError("not today")
    heard.append(str(event.id))


def listener(events: Sequence[Event]) -> None:
    """Remembers a batch; fails when told to."""
    if broken:
        raise ValueError("not today")
    batches.append([event.data["n"] for event in events])


PATH = f"{__name__}.subscriber"
EVERY = f"{__name__}.listener"


def event(**data: Any) -> Event:
    return Event("test.happened", data, Audience("x.view", 1, 2))


def relay() -> relays.Relay:
    stream = options.stream()
    return relays.Relay(
        servers=stream.nats_url,
        user=stream.nats_user,
        password=stream.nats_password.get_secret_value(),
        subscribers={"test.happened": [PATH], "*": [EVERY]},
    )


@pytest.fixture(autouse=True)
def _quiet() -> None:
    global broken  # noqa: PLW0603
    heard.clear()
    batches.clear()
    broken = False


def test_an_event_comes_back_as_it_went() -> None:
    one = event(id=5)
    assert opened(json.loads(json.dumps(envelope(one)))) == one


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(RuntimeError):
        emit(event())


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_never_was() -> None:
    with transaction.atomic():
        emit(event())
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_second_delivery_does_nothing() -> None:
    body = envelope(event())
    assert relay().deliver(PATH, body)
    assert relay().deliver(PATH, body)
    assert len(heard) == 1
    assert HandledEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_failing_subscriber_is_kept_and_tried_again() -> None:
    global broken  # noqa: PLW0603
    broken = True
    body = envelope(event())
    assert not relay().deliver(PATH, body)
    row = FailedEvent.objects.get()
    assert "not today" in row.error
    broken = False
    FailedEvent.objects.update(next_try_at=timezone.now())
    relay().retry_failed()
    assert len(heard) == 1
    assert not FailedEvent.objects.exists()


@pytest.mark.django_db
def test_who_listens_to_everything_gets_batches_and_fails_alone() -> None:
    global broken  # noqa: PLW0603
    with transaction.atomic():
        emit(event(n=1))
        emit(event(n=2))
    rows = list(OutboxMessage.objects.order_by("id"))
    relay().settle(rows)
    assert batches == [[1, 2]]
    assert len(heard) == 2
    broken = True
    assert not relay().deliver_batch(EVERY, [row.body for row in rows])
    assert FailedEvent.objects.filter(subscriber=EVERY).count() == 2
    broken = False
    FailedEvent.objects.update(next_try_at=timezone.now())
    relay().retry_failed()
    assert batches[1:] == [[1], [2]]
    assert not FailedEvent.objects.exists()


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_the_stream_gets_each_event_once() -> None:
    with transaction.atomic():
        emit(event(n=1))
        emit(event(n=2))
    assert asyncio.run(sent()) == [1, 2]
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


async def sent() -> list[int]:
    """Relay what waits, twice, and read the stream."""
    stream = options.stream()
    credentials = {"user": stream.nats_user, "password": stream.nats_password.get_secret_value()}
    client = await nats.connect(stream.nats_url, **(credentials if stream.nats_user else {}))
    got: list[int] = []

    async def listen(message: Any) -> None:
        got.append(json.loads(message.data)["data"]["n"])

    await client.subscribe("events.test.happened", cb=listen)
    stop = asyncio.Event()
    task = asyncio.create_task(relay().run(stop))
    for _each in range(100):
        await asyncio.sleep(0.05)
        if len(got) >= 2:
            break
    stop.set()
    await task
    await client.close()
    return got
