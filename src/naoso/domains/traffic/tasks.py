"""Background jobs of traffic."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from naoso.domains.traffic.services import importing, retention

TRIES = 3


@app.periodic(cron="11 1 * * *")
@app.task(queueing_lock="traffic.forget_old", pass_context=False)
def forget_old(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night: coming days are made, passages past their days dropped with their pictures."""
    retention.forget_old()


@app.task(pass_context=True, retry=TRIES)
def import_list(context: JobContext, run: int) -> None:
    """A file of plates into its list; tried again, it goes on where it was left."""
    importing.run_import(run_id=run, last=context.job.attempts >= TRIES)
