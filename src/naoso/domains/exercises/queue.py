"""A run is a job of its own; by name, because the task's module needs the services."""

from __future__ import annotations

from procrastinate.contrib.django import app

JOB = "exercises.play"


def play_later(run_id: int) -> None:
    """Queued in the transaction that made the run."""
    app.configure_task(JOB, queue="exercises").defer(run_id=run_id)
