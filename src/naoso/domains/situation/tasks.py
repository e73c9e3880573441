"""What the clock does to situation reports."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.situation import services


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="situation.listen", queue="clock")
def listen(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: bodies that should have reported and have not."""
    services.listen()
