"""Background jobs of this app."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from naoso.core.people import letters, sealing

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="people.seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:  # noqa: ARG001
    """Every minute: what has been committed joins the chain."""
    count = sealing.seal()
    if count:
        log.info("audit: %d rows sealed", count)


@app.task(queue="mail", retry=5)
def send_password_link(account_id: int) -> None:
    """By e-mail, to the account's owner alone: the link is good once and for a limited time."""
    letters.send_password_link(account_id)
