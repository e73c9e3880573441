"""One ingest worker as a process of a bench: says `ready`, begins at the first line that it reads."""

from __future__ import annotations

import signal
import sys
import threading

from naoso.cli.run import setup


def main() -> None:
    """Arguments: index, of, parts, and then the intakes."""
    setup()
    from naoso.config import options
    from naoso.connectors.nats.client import Access
    from naoso.core.ingest import worker
    from naoso.core.ingest.reader import Plan

    index, of, parts = (int(word) for word in sys.argv[1:4])
    stream = options.stream()
    access = Access(stream.nats_url, stream.nats_user, stream.nats_password.get_secret_value())
    plan = Plan(access, parts, sys.argv[4:], retention_days=730, index=index, of=of)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    print("ready", flush=True)
    sys.stdin.readline()
    worker.run(plan, stop)


if __name__ == "__main__":
    main()
