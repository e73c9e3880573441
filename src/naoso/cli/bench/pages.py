"""How long the pages of a duty room take with 100,000 incidents and 5,000 alerts in the tables.

Four people ask at the same time, each over a connection that stays open, without a pause, of a web server
with two workers: an operator who sees the whole province, an operator of one area, a leader and an officer.
Reaches are what people feel: a page that a person opens stands within 300 ms, a part that a map asks for by
itself within 200 ms, p95, of two cores that PostgreSQL and the asking process share. Queries and processor
time of one answer are taken in this process, with the same view, middleware and account: they stay the same
on a machine that others use too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection

import numpy as np

from naoso.cli import engines
from naoso.cli.bench.house import House, Meter, house, tell_machine, tell_memory
from naoso.cli.bench.report import Report
from naoso.cli.bench.rows import fill

INCIDENTS, ALERTS = 100_000, 5_000
ACCOUNTS = ("truc.ban", "ioc.songcong", "lanh.dao", "moi.truong")
WEB_WORKERS = 2
ROUNDS, WARM = 25, 4
INSIDE = 5
PAGE_MS, PART_MS = 300.0, 200.0


@dataclass(frozen=True)
class Asked:
    """One address; `{incident}` is the number of an incident that the asking account sees."""

    what: str
    path: str
    reach_ms: float


ASKED = (
    Asked("map page", "/", PAGE_MS),
    Asked("feed of the map", "/map/feed/", PART_MS),
    Asked("counters", "/map/counters/", PART_MS),
    Asked("layer of incidents", "/map/layers/incidents.json?bbox={box}", PART_MS),
    Asked("layer of alerts", "/map/layers/alerts.json?bbox={box}", PART_MS),
    Asked("incidents, open", "/incidents/", PAGE_MS),
    Asked("incidents, open, page 20", "/incidents/?page=20", PAGE_MS),
    Asked("incidents, all", "/incidents/?state=all", PAGE_MS),
    Asked("incidents, all, the last page", "/incidents/?state=all&page=2000", PAGE_MS),
    Asked("incidents, late", "/incidents/?state=late", PAGE_MS),
    Asked("incidents, closed, by words", "/incidents/?state=closed&q=ngap+ung", PAGE_MS),
    Asked("incidents, all, by a rare word", "/incidents/?state=all&q=ngo+976+duong+65", PAGE_MS),
    Asked("incidents, all, by words that no title has", "/incidents/?state=all&q=khong+co+dau", PAGE_MS),
    Asked("incident page", "/incidents/{incident}/", PAGE_MS),
    Asked("incident panel", "/incidents/{incident}/panel/", PART_MS),
    Asked("alerts, open", "/alerts/", PAGE_MS),
    Asked("alerts, all", "/alerts/?state=all", PAGE_MS),
    Asked("search over everything", "/search/?q=ngap+ung", PAGE_MS),
    Asked("hand-over", "/incidents/handover/", PAGE_MS),
)


def run() -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("pages")
    tell_machine(report)
    with house(web_workers=WEB_WORKERS, programs=("web",)) as home:
        began = time.monotonic()
        for name, count in fill(home.stage.postgres.url, incidents=INCIDENTS, alerts=ALERTS).items():
            report.note(name, count, "rows")
        report.note("filling took", time.monotonic() - began, "s")
        report.note("people asking at once", len(ACCOUNTS), "people")
        cookies = [home.sign_in(username) for username in ACCOUNTS]
        incidents = [visible_incidents(username) for username in ACCOUNTS]
        meter = Meter(home.pids)
        for asked in ASKED:
            tell_page(report, home, asked, cookies, incidents)
        meter.tell(report, "all pages")
        tell_memory(report, home.pids)
    return report.ok


def tell_page(
    report: Report, home: House, asked: Asked, cookies: Sequence[str], incidents: Sequence[Sequence[int]]
) -> None:
    """p50, p95, and the queries."""
    took, size = ask_together(home, asked, cookies, incidents)
    p50, p95 = percentiles(took)
    report.note(f"{asked.what}, p50", p50, "ms")
    report.below(f"{asked.what}, p95", p95, "ms", asked.reach_ms)
    report.note(f"{asked.what}, size", size / 1024, "KB")
    alone = look_inside(home, asked, ACCOUNTS[0], incidents[0])
    report.note(f"{asked.what}, queries", alone.queries, "queries")
    report.note(f"{asked.what}, slowest query", alone.slowest_ms, "ms")
    report.note(f"{asked.what}, processor time of the web process", alone.processor_ms, "ms")


def percentiles(took: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 of seconds, in milliseconds."""
    p50, p95 = np.percentile(took, (50, 95))
    return 1000 * float(p50), 1000 * float(p95)


def path_of(asked: Asked, incidents: Sequence[int], n: int) -> str:
    """Another incident and another box each time, so that no answer is a kept one."""
    return asked.path.format(
        incident=incidents[n % len(incidents)], box=f"105.4,21.2,{106.3 + n / 1000:.3f},22.1"
    )


@dataclass
class Person:
    """Asks again and again, over one connection."""

    home: House
    cookie: str
    paths: Sequence[str]
    together: threading.Barrier
    took: list[float] = field(default_factory=list)
    size: int = 0
    failure: str = ""

    def ask_all(self) -> None:
        """The first few warm it up, then everybody begins together."""
        connection = HTTPConnection(engines.LOOPBACK, self.home.port, timeout=60)
        try:
            for path in self.paths[:WARM]:
                self.ask(connection, path)
            self.together.wait(60)
            for path in self.paths[WARM:]:
                self.took.append(self.ask(connection, path))
        except (OSError, engines.EngineError, threading.BrokenBarrierError) as error:
            self.failure = str(error)
            self.together.abort()
        finally:
            connection.close()

    def ask(self, connection: HTTPConnection, path: str) -> float:
        """Seconds until the whole answer is here."""
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        self.size = max(self.size, len(answer.read()))
        if answer.status != HTTPStatus.OK:
            raise engines.EngineError(f"{path}: {answer.status}")
        return time.perf_counter() - began


def ask_together(
    home: House, asked: Asked, cookies: Sequence[str], incidents: Sequence[Sequence[int]]
) -> tuple[list[float], int]:
    """Seconds of every answer, and how large the largest was."""
    together = threading.Barrier(len(cookies))
    people = [
        Person(home, cookie, [path_of(asked, mine, n) for n in range(WARM + ROUNDS)], together)
        for cookie, mine in zip(cookies, incidents, strict=True)
    ]
    threads = [threading.Thread(target=person.ask_all) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failures = [person.failure for person in people if person.failure]
    if failures:
        raise engines.EngineError("; ".join(failures))
    return [took for person in people for took in person.took], max(person.size for person in people)


def visible_incidents(username: str) -> list[int]:
    """Half open, half closed."""
    from naoso.core.people.models import Account
    from naoso.core.response.models import Incident

    rows = Incident.objects.visible_to(Account.objects.get(username=username))
    return [
        pk
        for pair in zip(
            rows.open().values_list("pk", flat=True)[:ROUNDS],
            rows.filter(state="closed").values_list("pk", flat=True)[:ROUNDS],
            strict=False,
        )
        for pk in pair
    ]


@dataclass(frozen=True)
class Inside:
    """What one answer takes, whoever else uses the machine."""

    queries: int
    slowest_ms: float
    processor_ms: float


def look_inside(home: House, asked: Asked, username: str, incidents: Sequence[int]) -> Inside:
    """In this process: the queries of one answer, and the median of its processor time, nothing kept."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from naoso.core.people.models import Account
    from naoso.screens import layers, views

    client = Client(SERVER_NAME=home.host.partition(":")[0], SERVER_PORT=str(home.port))
    client.force_login(Account.objects.get(username=username))
    path = path_of(asked, incidents, 0)
    client.get(path)
    spent = []
    for _ in range(INSIDE):
        layers.kept.answers.clear()
        views.feeds.answers.clear()
        began = time.process_time()
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        spent.append(1000 * (time.process_time() - began))
    took = [1000 * float(query["time"]) for query in captured.captured_queries]
    return Inside(len(took), max(took, default=0.0), float(np.median(spent)))
