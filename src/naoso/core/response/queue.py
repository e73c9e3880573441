"""Steps that the centre does by itself are jobs: queued in the transaction that gave them their turn."""

from __future__ import annotations

from collections.abc import Sequence

from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

JOB = "response.act"


def act_later(incident_ids: Sequence[int]) -> None:
    """One job an incident, in one statement."""
    if incident_ids:
        job = app.configure_task(JOB, queue="response", allow_unknown=False)
        wanted: list[JSONDict] = [{"incident_id": pk} for pk in incident_ids]
        job.batch_defer(*wanted)
