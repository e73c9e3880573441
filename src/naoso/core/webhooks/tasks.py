"""Deliveries leave in the background."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.core.webhooks import sending, services
from naoso.core.webhooks.queue import QUEUE, TASK


@app.task(name=TASK, queue=QUEUE)
def deliver_to(endpoint_id: int) -> None:
    """What waits for one endpoint."""
    sending.deliver_waiting(endpoint_id)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="webhooks.wake", queue=QUEUE, pass_context=False)
def wake_endpoints(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 5 s: retries that have come due, and what a lost job left."""
    sending.wake_all()


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="webhooks.tidy", queue=QUEUE, pass_context=False)
def tidy(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every hour: endpoints that have been failing for days, deliveries of last month."""
    services.switch_off_failing()
    services.drop_old()
