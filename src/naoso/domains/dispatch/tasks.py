"""Background jobs of dispatch."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.dispatch.services.positions import forget_tracks


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="dispatch.forget_tracks", pass_context=False)
def forget_old_tracks(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night."""
    forget_tracks()
