"""Background jobs of this app."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from naoso.core.people import sealing

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="people.seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:  # noqa: ARG001
    """Every minute: what has been committed joins the chain."""
    count = sealing.seal()
    if count:
        log.info("audit: %d rows sealed", count)
