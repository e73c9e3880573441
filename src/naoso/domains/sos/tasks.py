"""Background jobs of SOS calls: each calls one service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.sos.services import retention


@app.periodic(cron="35 3 * * *")
@app.task(queueing_lock="sos.retention", pass_context=False)
def keep_no_longer(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night at 03:35: numbers, tracks, photos and voices of calls that ended long ago go."""
    while retention.wipe_old() >= retention.BATCH:
        pass
