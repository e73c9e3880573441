"""Background jobs of reports: each calls one service."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.citizen_reports.services import clocks


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="citizen_reports.clocks", pass_context=False)
def run_clocks(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: warnings, untaken reports, escalation."""
    while clocks.run_clocks() >= clocks.BATCH:
        pass
