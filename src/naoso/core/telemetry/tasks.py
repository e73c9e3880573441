"""Background jobs of the readings' tables."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from naoso.core.telemetry import partitions, rollups

AHEAD = 4  # weeks that stand before they are needed
SETTLED = dt.timedelta(days=3)  # a week is clustered when late readings have become rare


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="telemetry.roll_up", pass_context=False)
def roll_up(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: means of the hours that got readings."""
    rollups.roll_up()


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="telemetry.keep_partitions", pass_context=False)
def keep_partitions(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night: coming weeks are made, weeks past retention dropped, finished ones clustered."""
    today = timezone.now().astimezone(dt.UTC).date()
    this_week = partitions.week_of(today)
    partitions.ensure({this_week + n * partitions.WEEK for n in range(AHEAD)})
    partitions.drop_before(today - dt.timedelta(days=retention_days()))
    partitions.cluster_old(today - SETTLED, at_most=2)


def retention_days() -> int:
    """How long raw readings are kept; means stay."""
    return int(getattr(settings, "TELEMETRY_RETENTION_DAYS", 730))
