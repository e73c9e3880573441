"""Jobs whose worker died: else they would stay "running" for ever, and so would the locks that they hold."""

from __future__ import annotations

from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

HEARTBEAT_S = 3.0
STALLED_S = 15.0


async def give_back(manager: JobManager, own: int | None) -> list[int]:
    """Each job of a silent worker waits again; where its next turn waits already, it ends. Their numbers.

    `own` is the worker that asks: after a pause of the whole machine its own heartbeat is old too.
    """
    found = [
        job
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S)
        if own is None or job.worker_id != own
    ]
    for job in found:
        try:
            await manager.retry_job(job)
        except (AlreadyEnqueued, UniqueViolation):  # one of its kind may wait at a time, and one does
            await manager.finish_job(job, Status.ABORTED, delete_job=False)
    return [job.id for job in found if job.id is not None]
