"""Background jobs of street lighting."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.lighting import services


@app.task(pass_context=False)
def send(pk: int) -> None:
    """One command to its cabinet."""
    services.send(pk)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="lighting.run_schedule", pass_context=False)
def run_schedule(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: what is due by the schedules; what was never acknowledged has failed."""
    services.run_schedule()
    services.give_up()
