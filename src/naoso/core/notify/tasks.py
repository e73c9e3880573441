"""Deliveries leave in the background, a few seconds after they are due."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.core.notify import services


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="notify.send", queue="notify")
def send_deliveries(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 5 s."""
    services.send_due()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="notify.repeat", queue="notify")
def repeat_notifications(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute."""
    services.repeat_due()
