"""Asks a worker to look after an endpoint; by name, because the task's module needs the sender's."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

TASK = "naoso.core.webhooks.tasks.deliver_to"
QUEUE = "webhooks"
LANES = 2


def wake(endpoint_id: int) -> None:
    """At most one job for each endpoint waits, and two run at once: slow systems take no more than
    that from the worker, which also carries alerts."""
    job = app.configure_task(
        TASK,
        queue=QUEUE,
        queueing_lock=f"webhooks.endpoint.{endpoint_id}",
        lock=f"webhooks.lane.{endpoint_id % LANES}",
    )
    try:
        with transaction.atomic():  # the refusal of a second job must not spoil the caller's transaction
            job.defer(endpoint_id=endpoint_id)
    except AlreadyEnqueued:
        return
