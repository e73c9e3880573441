"""Background jobs of ingest."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app

from naoso.core.ingest import intakes
from naoso.core.ingest.models import Quarantine, QuarantineState

KEEP_CLOSED = dt.timedelta(days=90)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ingest.retry_intakes", pass_context=False)
def retry_intakes(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: readings that a domain failed on are handed to it again."""
    intakes.retry_failed(timezone.now())


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="ingest.sweep", pass_context=False)
def sweep(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night: what was dealt with long ago goes; open messages stay until somebody decides."""
    closed = Quarantine.objects.exclude(state=QuarantineState.OPEN)
    closed.filter(received_at__lt=timezone.now() - KEEP_CLOSED).delete()
