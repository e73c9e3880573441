"""What the clock does to alerts."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from naoso.core.alerts import services, silence

AWAKE_SINCE = timezone.now()


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="alerts.escalate", queue="clock")
def escalate_alerts(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 20 s: alerts that nobody acknowledged go one level up."""
    services.escalate_due()


@app.periodic(cron="* * * * * */20")
@app.task(queueing_lock="alerts.silence", queue="clock")
def hear_silence(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 20 s: sources that fell silent, and those that speak again."""
    silence.listen(awake_since=AWAKE_SINCE)
