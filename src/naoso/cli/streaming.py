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
    from naoso.core.ingest.worker import Plan, run

    plan = Plan(
        access=access(),
        parts=options.stream().ingest_partitions,
        intakes=[path for module in registry for path in module.intake],
        retention_days=options.store().retention_days,
        index=index,
        of=of,
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(plan, stop)


def nats_users() -> None:
    """Makes the stream, then lets the server know the registered sources: none speaks into the void."""
    from naoso.core.ingest.subscribers import users_file
    from naoso.core.ingest.worker import make_stream

    make_stream(access())
    users_file().follow()
