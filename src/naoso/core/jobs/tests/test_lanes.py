"""Long jobs fill their lane; what people wait for goes by in its own."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable

import pytest
from procrastinate import App
from procrastinate.contrib.django import app as house

from naoso.core.jobs import lanes

PLACES = lanes.EVERYTHING["concurrency"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - threads set it
            await asyncio.sleep(0.05)


def test_a_warning_goes_out_while_long_jobs_fill_every_place() -> None:
    app = App(connector=house.connector.get_worker_connector())
    let_go, busy, sent = threading.Event(), list[int](), threading.Event()

    @app.task(name="long")
    def long() -> None:
        busy.append(1)
        let_go.wait(30)

    @app.task(name="send", queue="warnings")
    def send() -> None:
        sent.set()

    async def scene() -> bool:
        async with app.open_async():
            for _ in range(PLACES + 1):
                await long.defer_async()
        running = asyncio.create_task(lanes.run(app))
        await until(lambda: len(busy) == PLACES)
        async with App(connector=house.connector.get_worker_connector()).open_async() as other:
            await other.configure_task("send", queue="warnings").defer_async()
        await until(sent.is_set)
        waiting = len(busy) == PLACES
        let_go.set()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 20)
        return waiting

    assert asyncio.run(scene())
