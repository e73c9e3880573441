"""Housekeeping of the outbox."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.core.outbox import relay


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="outbox.sweep", pass_context=False)
def sweep_outbox(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Once a night."""
    relay.sweep()
