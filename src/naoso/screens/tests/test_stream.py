"""The stream over the real server: from the subject to the page, until the session ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import cast

import nats
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import StreamingHttpResponse
from django.test import AsyncClient

from naoso.core.outbox.services import envelope
from naoso.kernel.events import Audience, Event
from naoso.screens.live import views
from naoso.screens.tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


async def next_rows(body: AsyncIterator[bytes]) -> list[dict[str, object]]:
    """The envelopes of the next chunk that has some."""
    async with asyncio.timeout(10):
        async for chunk in body:
            for line in chunk.decode().splitlines():
                if line.startswith("data: ["):
                    rows: list[dict[str, object]] = json.loads(line.removeprefix("data: "))
                    return rows
    return []


async def hear_one_of_two() -> None:
    world = await sync_to_async(factories.world)()
    client = AsyncClient()
    await client.aforce_login(world.owner)
    response = cast("StreamingHttpResponse", await client.get("/live/stream"))
    assert response["Content-Type"] == "text/event-stream"
    body = cast("AsyncIterator[bytes]", response.streaming_content).__aiter__()
    await anext(body)
    stream = settings.STREAM
    credentials = {"user": stream.nats_user, "password": stream.nats_password.get_secret_value()}
    server = await nats.connect(stream.nats_url, **(credentials if stream.nats_user else {}))
    for owner in (world.health, world.environment):
        event = Event("alerts.alert_raised", {"id": owner.pk}, Audience("alerts.view", owner.pk))
        await asyncio.sleep(0.5)
        await server.publish("live.alerts.alert_raised", json.dumps(envelope(event)).encode())
    await server.close()
    rows = await next_rows(body)
    assert [row["data"] for row in rows] == [{"id": world.environment.pk}]
    await views.hub().stop()


async def listen_until_the_end() -> None:
    world = await sync_to_async(factories.world)()
    client = AsyncClient()
    await client.aforce_login(world.owner)
    response = cast("StreamingHttpResponse", await client.get("/live/stream"))
    await sync_to_async(Session.objects.all().delete)()
    async with asyncio.timeout(10):
        chunks = [chunk async for chunk in cast("AsyncIterator[bytes]", response.streaming_content)]
    assert all(b"data: [" not in chunk for chunk in chunks)
    await views.hub().stop()


async def open_without_an_account() -> None:
    response = await AsyncClient().get("/live/stream")
    assert response.status_code == 302


def test_an_event_reaches_the_page_that_may_know_it() -> None:
    async_to_sync(hear_one_of_two)()


def test_the_stream_ends_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "RECHECK_S", 0.2)
    async_to_sync(listen_until_the_end)()


def test_strangers_hear_nothing() -> None:
    async_to_sync(open_without_an_account)()
