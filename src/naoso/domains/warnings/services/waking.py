"""Asks a worker to queue a warning's deliveries; by name, because the task's module needs the services."""

from __future__ import annotations

from procrastinate.contrib.django import app

TASK = "naoso.domains.warnings.tasks.queue_outgoing"
QUEUE = "warnings"


def queue_later(warning: int) -> None:
    """In the running transaction: nothing is queued for a warning that did not come out."""
    app.configure_task(TASK, queue=QUEUE).defer(warning=warning)
