"""What the clock does to incidents."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.core.response import clock, stages
from naoso.core.response.queue import JOB


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="response.late", queue="clock")
def warn_late(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: tell of incidents whose deadline has passed."""
    clock.warn_late()


@app.task(name=JOB, queue="response", retry=5)
def act(incident_id: int) -> None:
    """The centre does its own steps of an incident's procedure."""
    stages.act(incident_id)
