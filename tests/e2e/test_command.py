"""The command on a running centre: status, a process killed hard, backup and restore, the audit chain."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from naoso.cli import supervision

from .centre import LiveCentre, environment, run

pytestmark = [pytest.mark.engines]
REPORTS = "SELECT count(*) FROM citizen_reports_report"
TAKEN = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)
SELECT 'warnings', 'naoso.domains.warnings.tasks.send_gateway', 'warnings.gateway', 'warnings.gateway',
       '{"timestamp": 0}', 'doing', max(id)
FROM procrastinate_workers ON CONFLICT DO NOTHING RETURNING id"""
WAITING = "SELECT id FROM procrastinate_jobs WHERE lock = 'warnings.gateway' AND status = 'todo'"
LEFT = "SELECT 1 FROM procrastinate_jobs WHERE id = %s"


def naoso(centre: LiveCentre, *words: str) -> str:
    """`./naoso …` on that centre; a failure fails the test."""
    return run([sys.executable, "-m", "naoso.cli", *words], environment(centre.centre.var))


def pid_of(centre: LiveCentre, name: str) -> int:
    """The process that the supervisor started; 0 while it is down."""
    found = {state.name: state for state in supervision.states(centre.centre)}
    return found[name].pid if found[name].state == "RUNNING" else 0


def test_status_names_every_process(centre: LiveCentre) -> None:
    said = naoso(centre, "status")
    for name in ("postgres", "nats", "web", "worker", "relay", "ingest-0"):
        assert name in said
    assert centre.url in said


@pytest.mark.parametrize("name", ["relay", "worker", "web", "ingest-0"])
def test_a_killed_process_is_started_again(centre: LiveCentre, name: str) -> None:
    before = centre.until(lambda: pid_of(centre, name), name, 40)
    assert before > 1  # 0 would be our own process group
    os.kill(before, signal.SIGKILL)
    after = centre.until(
        lambda: (now := pid_of(centre, name)) not in {0, before} and now, f"{name} again", 40
    )
    assert after != before


def test_the_sender_of_warnings_goes_on_after_the_worker_died_over_it(centre: LiveCentre) -> None:
    centre.until(lambda: centre.rows(TAKEN), "a turn that the worker had begun")
    os.kill(pid_of(centre, "worker"), signal.SIGKILL)
    waiting = centre.until(lambda: centre.rows(WAITING), "its next turn, which waits for the lock", 40)
    centre.until(lambda: not centre.rows(LEFT, waiting[0][0]), "that turn", 60)


def test_a_backup_brings_back_what_was_there(centre: LiveCentre, tmp_path: Path) -> None:
    archive = tmp_path / "centre.tar"
    before = centre.rows(REPORTS)
    photos = photos_of(centre)
    naoso(centre, "backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0
    with psycopg.connect(centre.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("TRUNCATE citizen_reports_report CASCADE")
    assert centre.rows(REPORTS) == [(0,)]
    naoso(centre, "restore", str(archive), "--yes")
    assert centre.rows(REPORTS) == before
    assert photos_of(centre) == photos
    assert "rows hold" in naoso(centre, "audit", "verify")


def test_something_else_is_no_backup_and_nothing_stops(centre: LiveCentre, tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    other.write_bytes(b"not an archive")
    pid = pid_of(centre, "web")
    with pytest.raises(AssertionError, match="no archive"):
        naoso(centre, "restore", str(other), "--yes")
    assert pid_of(centre, "web") == pid


def test_an_unknown_log_names_those_that_there_are(centre: LiveCentre) -> None:
    with pytest.raises(AssertionError, match="ingest-0"):
        naoso(centre, "logs", "nonsense")


def photos_of(centre: LiveCentre) -> list[str]:
    """As they were sent; what is made of them, blurred, is made again."""
    folder = centre.centre.var / "files/reports"
    return sorted(path.name for path in folder.iterdir() if path.is_file())
