"""Background jobs of fire safety."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from naoso.domains.fire import mirroring, watching

AWAKE_SINCE = timezone.now()


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="fire.watch", queue="clock", pass_context=False)
def watch(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 20 s: lost transmitters, tests that end, alarms that are over."""
    watching.watch(awake_since=AWAKE_SINCE)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="fire.pull_mirrors", pass_context=False)
def pull_mirrors(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: feeds of the national fire database that are asked rather than pushed."""
    mirroring.pull_all()
