"""A worker died over its jobs: each has another turn, and no lock is held by the dead."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from naoso.core.jobs import rescue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]
GATEWAY = "naoso.domains.warnings.tasks.send_gateway"
JOB = """INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)
         VALUES ('warnings', %s, %s, %s, '{"timestamp": 0}', 'todo', NULL) RETURNING id"""


def one(sql: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def worker(seconds_ago: float) -> int:
    """A worker that was last heard so long ago."""
    return one(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) "
        "RETURNING id",
        seconds_ago,
    )


def job(by: int | None = None, *, lock: str | None = None, queueing: str | None = None) -> int:
    """One that a worker runs; one that waits where none is named."""
    made = one(JOB, GATEWAY, lock, queueing)
    if by:
        one(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s RETURNING id",
            by,
            made,
        )
    return made


def states() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def rescued(own: int | None = None) -> list[int]:
    async def ask() -> list[int]:
        with app.replace_connector(app.connector.get_worker_connector()) as opened:
            async with opened.open_async():
                return await rescue.give_back(opened.job_manager, own)

    return sorted(asyncio.run(ask()))


def next_job() -> int | None:
    """What a worker would take now."""

    async def ask() -> Job | None:
        with app.replace_connector(app.connector.get_worker_connector()) as opened:
            async with opened.open_async():
                manager = opened.job_manager
                return await manager.fetch_job(queues=None, worker_id=await manager.register_worker())

    found = asyncio.run(ask())
    return found.id if found else None


def test_what_a_silent_worker_did_waits_again_and_what_a_live_one_does_goes_on() -> None:
    lost, running = job(worker(60)), job(worker(1))
    assert rescued() == [lost]
    assert states() == {lost: "todo", running: "doing"}


def test_where_the_next_turn_waits_already_the_lost_one_ends_and_frees_its_lock() -> None:
    lost = job(worker(60), lock="warnings.gateway", queueing="warnings.gateway")
    waiting = job(lock="warnings.gateway", queueing="warnings.gateway")
    other = job(worker(60))
    assert next_job() is None
    assert rescued() == [lost, other]
    assert states() == {lost: "aborted", waiting: "todo", other: "todo"}
    assert next_job() == waiting


def test_after_a_pause_of_the_machine_a_worker_does_not_take_its_own_jobs_for_lost() -> None:
    own = worker(60)
    mine, lost = job(own), job(worker(60))
    assert rescued(own) == [lost]
    assert states()[mine] == "doing"


def test_a_worker_that_was_struck_off_leaves_its_job_to_another() -> None:
    dead = worker(60)
    lost = job(dead)
    one("DELETE FROM procrastinate_workers WHERE id = %s RETURNING id", dead)
    assert rescued(worker(0)) == [lost]
