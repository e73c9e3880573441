"""Background jobs of warnings: each calls one service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.services import importing, publishing, queueing, sending, subscribing
from naoso.domains.warnings.services.waking import QUEUE, TASK


@app.task(name=TASK, queue=QUEUE, retry=5)
def queue_outgoing(warning: int) -> None:
    """Once for each warning that goes out; again is nothing."""
    queueing.queue_deliveries(PublicWarning.objects.get(pk=warning))


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="warnings.push", lock="warnings.push", queue=QUEUE, pass_context=False)
def send_push(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 3 s."""
    sending.send_due("push")


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="warnings.gateway", lock="warnings.gateway", queue=QUEUE, pass_context=False)
def send_gateway(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 3 s."""
    sending.send_due("gateway")


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="warnings.expire", queue=QUEUE, pass_context=False)
def expire(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 20 s: warnings end by the clock."""
    publishing.expire_due()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="warnings.poll", lock="warnings.poll", queue=QUEUE, pass_context=False)
def poll_sources(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: sources whose time has come."""
    importing.poll_due()


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="warnings.forget", queue=QUEUE, pass_context=False)
def forget(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night: numbers that were never confirmed."""
    subscribing.drop_unconfirmed()
