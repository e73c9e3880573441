"""The process that looks after cameras: round after round, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import random
import signal

import uvloop
from asgiref.sync import sync_to_async
from django import db
from django.conf import settings

from naoso.domains.cameras.watching.book import Book
from naoso.domains.cameras.watching.rounds import go_round

log = logging.getLogger(__name__)

SWING = 0.07  # of a round: cameras that repeat themselves are not always met at the same picture


def run() -> None:
    """Django must be set up."""
    uvloop.run(main())


async def main() -> None:
    """A database that does not answer is waited for; a state is not changed by that."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    book, late = Book(), False
    while not stop.is_set():
        started = loop.time()
        await sync_to_async(db.close_old_connections)()  # one that broke is not used again
        try:
            told = await go_round(book)
        except db.Error as error:
            log.warning("cameras: the database does not answer: %s", error)
            book = Book()
        else:
            if late != (told.wall_s > settings.CAMERA_ROUND_S):
                late = not late
                log.warning(
                    "cameras: rounds take %.0f s, %s", told.wall_s, "too long" if late else "in time again"
                )
        swing = random.uniform(-SWING, SWING) * settings.CAMERA_ROUND_S  # noqa: S311
        pause = settings.CAMERA_ROUND_S - (loop.time() - started) + swing
        try:
            await asyncio.wait_for(stop.wait(), max(0.5, pause))
        except TimeoutError:
            continue
