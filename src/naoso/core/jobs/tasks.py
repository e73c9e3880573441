"""Housekeeping of background jobs."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from naoso.core.jobs import rescue


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="jobs.rescue", queue="clock", pass_context=True)
async def give_back(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 10 s: what a worker that died was doing is done by another."""
    await rescue.give_back(app.job_manager, context.job.worker_id)
