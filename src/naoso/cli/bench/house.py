"""A whole throw-away centre: the demo province, a real web server, an ingest worker, the relay."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from naoso.cli import engines, run
from naoso.cli.bench.latest import children, own_mb
from naoso.cli.bench.report import Report
from naoso.cli.bench.stage import Stage, centre
from naoso.config.options import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
DRAIN_S = 120.0
STAT_TIMES = slice(11, 15)  # utime, stime and the same of children that have ended, after the state


@dataclass(frozen=True)
class House:
    """What runs, and how to come in."""

    stage: Stage
    port: int
    password: str
    pids: dict[str, int]

    @property
    def host(self) -> str:
        """As browsers write it."""
        return f"{engines.LOOPBACK}:{self.port}"

    def sign_in(self, username: str) -> str:
        """Through the sign-in page; the Cookie header of the session."""
        connection = HTTPConnection(engines.LOOPBACK, self.port, timeout=60)
        connection.request("GET", "/account/login/")
        page = connection.getresponse()
        page.read()
        token = cookies_of(page.headers.get_all("Set-Cookie", [])).get("csrftoken", "")
        form = urlencode({"login": username, "password": self.password, "csrfmiddlewaretoken": token})
        headers = {
            "Cookie": f"csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://{self.host}",
        }
        connection.request("POST", "/account/login/", form, headers)
        answer = connection.getresponse()
        answer.read()
        session = cookies_of(answer.headers.get_all("Set-Cookie", [])).get("sessionid")
        if not session:
            raise engines.EngineError(f"{username} is not let in: {answer.status}")
        return f"sessionid={session}"


def cookies_of(lines: Sequence[str]) -> dict[str, str]:
    """Names and values of Set-Cookie lines."""
    pairs = (line.partition(";")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


@contextmanager
def house(*, web_workers: int = 1, programs: Sequence[str] = ("web", "relay", "ingest")) -> Iterator[House]:
    """Seeded and answering; everything ends with the block."""
    port, password = engines.free_port(), secrets.token_urlsafe(18)
    os.environ |= {
        "NAOSO_HOST": engines.LOOPBACK, "NAOSO_PORT": str(port), "NAOSO_SITE_URL": "",
        "NAOSO_WEB_WORKERS": str(web_workers), "NAOSO_INGEST_WORKERS": "1",
    }  # fmt: skip
    with centre() as stage:
        run.seed(password)
        run.nats_users()
        words = {
            "web": ["web"], "relay": ["relay"], "ingest": ["ingest", "0", "1"], "messages": ["messages"],
            "worker": ["worker"],
        }  # fmt: skip
        with started({name: words[name] for name in programs}, stage.folder) as pids:
            engines.await_port(port, what="the web server")
            if "relay" in programs:
                drain()
            yield House(
                stage, port, password, pids | {"postgres": stage.postgres.pid, "nats": stage.nats.pid}
            )


@contextmanager
def started(programs: dict[str, list[str]], folder: Path) -> Iterator[dict[str, int]]:
    """Processes as the supervisor would start them, with a log file each."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        pids = {}
        for name, words in programs.items():
            with (folder / f"{name}.log").open("wb") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "naoso.cli", "run", *words], cwd=ROOT, stdout=log, stderr=log
                )
            running.append(process)
            pids[name] = process.pid
        yield pids
    finally:
        for process in running:
            engines.end(process, 15)


def drain() -> None:
    """Return when the relay has sent what the seed has said."""
    from naoso.core.outbox.services import waiting

    until = time.monotonic() + DRAIN_S
    while waiting().exists():
        if time.monotonic() > until:
            raise engines.EngineError("the relay does not send the outbox")
        time.sleep(0.2)


def family(pid: int) -> list[int]:
    """The process and all below it."""
    return [pid, *(member for child in children(pid) for member in family(child))]


def cpu_seconds(pid: int) -> float:
    """Spent by the process and all below it, ended ones included."""
    spent = 0
    for member in family(pid):
        try:
            stat = Path(f"/proc/{member}/stat").read_text()
        except OSError:
            continue
        spent += sum(map(int, stat.rpartition(")")[2].split()[STAT_TIMES]))
    return spent / TICKS


@dataclass
class Meter:
    """CPU that named processes take between two moments."""

    pids: dict[str, int]

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Counts from now."""
        self._at, self._before = time.monotonic(), {n: cpu_seconds(pid) for n, pid in self.pids.items()}

    def tell(self, report: Report, phase: str) -> None:
        """Per cent of one core, since `restart`."""
        span = time.monotonic() - self._at
        for name, pid in self.pids.items():
            share = 100 * (cpu_seconds(pid) - self._before[name]) / span
            report.note(f"{phase}: CPU of {name}", share, "% of one core")


def tell_machine(report: Report) -> None:
    """How many cores, and how busy others kept them before anything was started here."""
    report.note("cores", len(os.sched_getaffinity(0)), "cores")
    report.note("load of the machine before", os.getloadavg()[0], "processes")


def tell_memory(report: Report, pids: dict[str, int]) -> None:
    """Pages of their own, with all below; shared buffers and program text apart."""
    for name, pid in pids.items():
        members = family(pid)
        words = f"memory of {name}" + (f", {len(members)} processes" if len(members) > 1 else "")
        report.note(words, sum(map(own_mb, members)), "MB")
