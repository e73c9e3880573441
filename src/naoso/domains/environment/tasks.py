"""The index follows the hourly means."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.environment import services


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="environment.index", queue="clock")
def index_air(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute, so that it follows the means at once."""
    services.index_recent()


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="environment.week", queue="clock")
def index_week(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Once an hour."""
    services.index_week()
