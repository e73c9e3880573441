"""Jobs are put off here, so that services need not know the jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app


def import_later(run: int) -> None:
    """A file of plates is read when a worker is free, by one at a time."""
    app.configure_task("naoso.domains.traffic.tasks.import_list", lock=f"traffic.import.{run}").defer(run=run)
