"""Jobs are put off here, so that services need not know the jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app


def send_later(pk: int, in_s: int = 0) -> None:
    """The command leaves when a worker is free, or after some seconds."""
    job = app.configure_task("naoso.domains.lighting.tasks.send", schedule_in={"seconds": in_s})
    job.defer(pk=pk)
