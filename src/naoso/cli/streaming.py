"""The processes of the stream: ingest workers, and the file of who may speak to the stream's server."""

from __future__ import annotations

import signal
import threading

from naoso.config import options
from naoso.connectors.nats.client import Access


def access() -> Access:
    """The house's own way to the stream's server."""
    stream = options.stream()
    return Access(stream.nats_url, stream.nats_user, stream.nats_password.get_secret_value())


def ingest(index: int, of: int) -> None:
    """Worker `index` of `of`, until it is told to stop. Django must be set up."""
    from naoso.config.modules import registry
    from naoso.core.ingest.reader import Plan
    from naoso.core.ingest.worker import run

    plan = Plan(
        access=access(),
        parts=options.stream().ingest_partitions,
        intakes=[path for module in registry for path in module.intake],
        retention_days=options.store().retention_days,
        index=index,
        of=of,
    )
    run(plan, stopping())


def messages() -> None:
    """The worker of alarms, positions and other messages, until it is told to stop."""
    from naoso.config.modules import registry
    from naoso.core.ingest.messages import run
    from naoso.core.ingest.reader import Plan

    takers = {module.slug: module.messages for module in registry if module.messages}
    run(Plan(access=access(), parts=options.stream().ingest_partitions), takers, stopping())


def stopping() -> threading.Event:
    """Set by the first signal to end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def nats_users() -> None:
    """Makes the streams, then lets the server know the registered sources: none speaks into the void."""
    from naoso.core.ingest import messages, worker
    from naoso.core.ingest.subscribers import users_file

    worker.make_stream(access())
    messages.make_stream(access())
    users_file().follow()
