"""Plays runs that somebody started on the page."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.exercises.library import script_of
from naoso.domains.exercises.models import Run
from naoso.domains.exercises.playing import play
from naoso.domains.exercises.queue import JOB


@app.task(name=JOB, queue="exercises")
def play_run(run_id: int) -> None:
    """To its end."""
    run = Run.objects.select_related("started_by").get(pk=run_id)
    play(run, script_of(run.script))
