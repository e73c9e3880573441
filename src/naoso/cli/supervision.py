"""supervisord, seen from the command: start it, ask it, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xmlrpc.client import Error as RpcError
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from naoso.cli.centre import Centre
from naoso.cli.engines import EngineError

START_S = 20.0
STOP_S = 90.0


@dataclass(frozen=True, slots=True)
class ProcessState:
    """What supervisord says of one process."""

    name: str
    state: str
    pid: int
    since: int
    why: str

    @property
    def runs(self) -> bool:
        """Up, or on its way up."""
        return self.state in {"RUNNING", "STARTING"}


@contextmanager
def control(centre: Centre) -> Iterator[Any]:
    """supervisord's XML-RPC over its socket, closed afterwards."""
    transport = SupervisorTransport("", "", f"unix://{centre.supervisor_socket}")
    try:
        yield ServerProxy("http://localhost", transport=transport).supervisor
    finally:
        transport.close()


def is_up(centre: Centre) -> bool:
    """Whether a supervisord of this centre answers."""
    try:
        with control(centre) as supervisor:
            return bool(supervisor.getState()["statename"] == "RUNNING")
    except (OSError, RpcError):
        return False


def launch(centre: Centre) -> None:
    """Start supervisord in a session of its own; the first wave starts with it."""
    centre.supervisor_socket.unlink(missing_ok=True)
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(centre.supervisor_conf)]
    with (centre.logs / "supervisord.out").open("ab") as out:
        subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + START_S
    while not is_up(centre):
        if time.monotonic() > deadline:
            raise EngineError(f"the supervisor did not start; see {centre.logs}/supervisord.out")
        time.sleep(0.1)


def start_all(centre: Centre) -> None:
    """Start what does not run yet, without waiting for each."""
    waiting = [state.name for state in states(centre) if not state.runs]
    with control(centre) as supervisor:
        for name in waiting:
            supervisor.startProcess(name, False)


def states(centre: Centre) -> list[ProcessState]:
    """Every process with its state."""
    with control(centre) as supervisor:
        rows = supervisor.getAllProcessInfo()
    return [
        ProcessState(
            row["name"], row["statename"], row["pid"], row["start"], row["spawnerr"] or row["description"]
        )
        for row in rows
    ]


def stop(centre: Centre) -> None:
    """Stop everything, the servers last; returns when supervisord is gone."""
    with control(centre) as supervisor:
        pid = int(supervisor.getPID())
        supervisor.shutdown()
    deadline = time.monotonic() + STOP_S
    while alive(pid):
        if time.monotonic() > deadline:
            raise EngineError(f"the supervisor (process {pid}) does not stop; see {centre.logs}")
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether a process runs. A zombie child of ours counts as gone."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Interrupted(Exception):
    """Ctrl-C, or a polite request to end."""


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGINT and SIGTERM become `Interrupted`."""

    def raise_it(_number: int, _frame: object) -> None:
        raise Interrupted

    before = {number: signal.signal(number, raise_it) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
