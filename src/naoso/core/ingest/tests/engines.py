"""A stream server for tests: real, private, gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.test import override_settings

from naoso.cli import engines
from naoso.config.options import ROOT, StreamOptions
from naoso.connectors.nats.config import USERS_FILE, bootstrap_users, server_conf
from naoso.core.ingest import known, messages, worker
from naoso.core.ingest.publisher import access, publisher
from naoso.core.ingest.reader import PartReader, Plan

HOUSE, PASSWORD = "naoso", "throw-away"


@contextmanager
def stream_server() -> Iterator[StreamOptions]:
    """The settings point at it while it runs."""
    with engines.throwaway_folder() as folder:
        port, mqtt_port = engines.free_port(), engines.free_port()
        (folder / USERS_FILE).write_text(bootstrap_users(HOUSE, PASSWORD))
        conf = server_conf(port=port, mqtt_port=mqtt_port, folder=folder / "nats")
        with engines.nats(folder, conf, port=port, tools=ROOT / "var" / "tools") as running:
            options = settings.STREAM.model_copy(
                update={
                    "nats_url": running.url, "nats_user": HOUSE, "mqtt_port": mqtt_port,
                    "nats_password": type(settings.STREAM.nats_password)(PASSWORD),
                    "nats_conf": folder / USERS_FILE, "nats_pid_file": folder / "nats" / "nats.pid",
                }
            )  # fmt: skip
            with override_settings(STREAM=options):
                publisher.close()
                worker.make_stream(access())
                messages.make_stream(access())
                try:
                    yield options
                finally:
                    publisher.close()


def work_until_idle(*intakes: str, rounds: int = 40) -> None:
    """What the worker of readings does, in this thread and this test's transaction, until none is left."""
    with access().connect("test") as stream, parts_given_back():
        _read_all(worker.Session(Plan(access(), 4, intakes), stream), rounds)


def hand_over_until_idle(takers: messages.Takers, *, rounds: int = 40) -> None:
    """The same for the worker of messages."""
    with access().connect("test") as stream, parts_given_back():
        _read_all(messages.Session(Plan(access(), 4), stream, takers), rounds)


def _read_all(session: PartReader, rounds: int) -> None:
    session.open()
    quiet = 0
    while quiet < 2 and rounds:
        found = session._gather()
        quiet = 0 if found else quiet + 1
        if found:
            session._store(found, known.current())
        rounds -= 1


@contextmanager
def parts_given_back() -> Iterator[None]:
    """Locks of a session outlive a test: a pooled connection would carry them into the next one."""
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
