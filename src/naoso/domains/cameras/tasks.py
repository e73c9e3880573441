"""Background jobs of cameras."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.cameras import finding, recordings
from naoso.domains.cameras.models import Search
from naoso.domains.cameras.services import evidence


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cameras.tidy", pass_context=False)
def tidy(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: what new incidents want to keep, what is over, and room on the disk."""
    recordings.keep_for_incidents()
    recordings.tidy()
    Search.objects.over().delete()


@app.task(pass_context=False)
def find_cameras(pk: int) -> None:
    """Search a network."""
    finding.search(pk)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="cameras.sweep", pass_context=False)
def sweep(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every hour: files that no row knows."""
    recordings.sweep()


@app.task(pass_context=False, retry=3)
def make_package(pk: int) -> None:
    """Write the ZIP of an evidence package."""
    evidence.make(pk)
