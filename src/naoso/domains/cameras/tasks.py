"""Background jobs of cameras."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from naoso.domains.cameras import finding, live, recordings
from naoso.domains.cameras.models import Search
from naoso.domains.cameras.services import evidence

TRIES = 3


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cameras.tidy", pass_context=False)
def tidy(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: what new incidents want to keep, what is over, and room on the disk."""
    recordings.keep_for_incidents()
    recordings.tidy()
    Search.objects.over().delete()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="cameras.tidy_server", pass_context=False)
def tidy_server(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every five minutes: what a media server of its own should no longer offer."""
    live.tidy_server()


@app.task(pass_context=False)
def find_cameras(pk: int) -> None:
    """Search a network."""
    finding.search(pk)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="cameras.sweep", pass_context=False)
def sweep(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every hour: files that no row knows."""
    recordings.sweep()


@app.task(pass_context=True, retry=TRIES)
def make_package(context: JobContext, pk: int) -> None:
    """Write the ZIP of an evidence package."""
    evidence.make(pk, last=context.job.attempts >= TRIES)
