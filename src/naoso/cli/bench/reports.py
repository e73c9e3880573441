"""Citizen reports with 10,000, 100,000 and 1,000,000 of them in the table, in one run.

Eight clients ask at the same time, each over a connection that stays open, of a web server with two workers:
the operator's list with its filters and at any depth and one report, as JSON like the peer's and as the page
that people open, the figures of performance; then citizens send and officers accept, as fast as they are
answered. Clients, web and PostgreSQL share the cores of the
machine. Processor time is what the web processes and PostgreSQL spent, over the requests of that phase: it
stays nearly the same on a machine that others use too. Reaches are those of the peer's measure (see
docs/ops/benchmarks.md): a list of 50 in at most 10 queries and 40 ms of processor time.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

import numpy as np

from naoso.cli import engines
from naoso.cli.bench.house import House, cookies_of, cpu_seconds, house, tell_machine, tell_memory
from naoso.cli.bench.report import Report
from naoso.cli.bench.report_rows import fill

SIZES = (10_000, 100_000, 1_000_000)
MEASURED_AT = 100_000
CLIENTS, WEB_WORKERS = 8, 2
READS, WRITES, WARM = 20, 40, 2
OPERATOR = "truc.ban"
LIST_QUERIES, LIST_CPU_MS, FILTER_MS, DETAIL_CPU_MS = 10, 40.0, 100.0, 10.0
CREATE_QUERIES, WRITES_PER_S, GROWTH, CLASSIFY_MS = 20, 90.0, 1.5, 5.0
FAR_OFF = 1_000_000.0


@dataclass(frozen=True)
class Asked:
    """One address of the operator; `kind`: list, filter, detail or other decides its reach."""

    what: str
    path: str
    kind: str


def asked(facts: dict[str, str]) -> tuple[Asked, ...]:
    """Addresses with ids of this centre in them."""
    api = "/api/v1/citizen_reports/desk/reports"
    base = f"{api}?state=all"
    return (
        Asked("list", base, "list"),
        Asked("list, a deep page", f"{base}&after={facts['deep']}", "list"),
        Asked("list, open", api, "list"),
        Asked("list, due first", f"{api}?sort=due", "filter"),
        Asked("list, late", f"{api}?queue=late", "filter"),
        Asked("list, one category, answered", f"{api}?state=answered&category={facts['category']}", "filter"),
        Asked("list, one unit", f"{base}&unit={facts['unit']}", "filter"),
        Asked("list, one owner", f"{base}&owner={facts['owner']}", "filter"),
        Asked("list, frequent words", f"{base}&q=ngap+ung", "filter"),
        Asked("list, rare words", f"{base}&q=ngo+976+duong+65", "filter"),
        Asked("detail", f"{api}/{{report}}", "detail"),
        Asked("inbox page", "/reports/?state=all", "list"),
        Asked("panel of a report", "/reports/{report}/panel/", "other"),
        Asked("performance of 30 days", "/reports/performance/", "other"),
        Asked("public list", "/reports/public/", "other"),
        Asked("public map tile, zoom 8", "/reports/public/tiles/8/203/112.mvt", "other"),
        Asked("public map tile, zoom 12", "/reports/public/tiles/12/3252/1796.mvt", "other"),
        Asked("public statistics", "/reports/public/statistics/", "other"),
    )


def run(sizes: Sequence[int] = SIZES) -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("reports")
    tell_machine(report)
    os.environ["NAOSO_LIMIT_FACTOR"] = str(FAR_OFF)
    with house(web_workers=WEB_WORKERS, programs=("web",)) as home:
        p95s: dict[str, dict[int, float]] = {}
        here = 0
        for size in sizes:
            began = time.monotonic()
            fill(home.stage.postgres.url, first=here + 1, last=size)
            here = size
            report.note(f"{size} reports, filling took", time.monotonic() - began, "s")
            facts, ids = facts_of_centre()
            for one in asked(facts):
                p95s.setdefault(one.what, {})[size] = tell_read(report, home, one, ids, size)
            if size == MEASURED_AT:
                tell_create(report, home, facts, size)
                tell_moves(report, home, size)
        tell_growth(report, p95s, sizes)
        tell_classifying(report)
        tell_memory(report, home.pids)
    return report.ok


def tell_read(report: Report, home: House, one: Asked, ids: Sequence[int], size: int) -> float:
    """p50, p95, requests per second, processor time, queries; returns p95."""
    cookie = home.sign_in(OPERATOR)

    def ask(connection: HTTPConnection, n: int) -> None:
        path = one.path.format(report=ids[n % len(ids)])
        answer_of(connection, "GET", path, {"Cookie": cookie}, expected=HTTPStatus.OK)

    run_of = together(home, ask, READS)
    name = f"{size} reports, {one.what}"
    p95 = tell_run(report, name, run_of, None if one.kind != "filter" or size > MEASURED_AT else FILTER_MS)
    judged = size == MEASURED_AT
    queries = queries_of(home, one.path.format(report=ids[0]))
    if judged and one.kind in {"list", "filter"}:
        report.below(f"{name}, queries", queries, "queries", LIST_QUERIES + 1)
    else:
        report.note(f"{name}, queries", queries, "queries")
    reach = {"list": LIST_CPU_MS, "filter": LIST_CPU_MS, "detail": DETAIL_CPU_MS}.get(one.kind)
    if judged and reach:
        report.below(f"{name}, processor time", run_of.cpu_ms, "ms", reach)
    else:
        report.note(f"{name}, processor time", run_of.cpu_ms, "ms")
    return p95


def tell_create(report: Report, home: House, facts: dict[str, str], size: int) -> None:
    """Citizens send without photos."""
    tokens = csrf_cookies(home)

    def send(connection: HTTPConnection, n: int) -> None:
        form = {
            "draft": str(uuid.uuid4()), "category": facts["quiet_category"], "text": f"Ổ gà trước số {n}",
            "lon": "105.84", "lat": "21.59",
        }  # fmt: skip
        headers = {
            "Cookie": f"csrftoken={tokens}; naoso_device={uuid.uuid4()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": tokens,
            "Origin": f"http://{home.host}",
        }
        answer_of(connection, "POST", "/reports/send/", headers, urlencode(form), expected=HTTPStatus.CREATED)

    run_of = together(home, send, WRITES)
    tell_run(report, f"{size} reports, create", run_of)
    report.at_least(f"{size} reports, create, rate", run_of.per_second, "requests/s", WRITES_PER_S)
    report.note(f"{size} reports, create, processor time", run_of.cpu_ms, "ms")
    report.below(f"{size} reports, create, queries", queries_of_create(facts), "queries", CREATE_QUERIES + 1)


def tell_moves(report: Report, home: House, size: int) -> None:
    """Officers accept, each report once; then eight people change one at once."""
    cookie = home.sign_in(OPERATOR)
    token = csrf_cookies(home)
    waiting = iter(new_reports(CLIENTS * (WARM + WRITES) + 1))
    lock = threading.Lock()

    def headers() -> dict[str, str]:
        return {
            "Cookie": f"{cookie}; csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": token,
            "Origin": f"http://{home.host}",
        }

    def accept(connection: HTTPConnection, _n: int) -> None:
        with lock:
            pk = next(waiting)
        answer_of(connection, "POST", f"/reports/{pk}/do/accept/", headers(), "", expected=HTTPStatus.FOUND)

    run_of = together(home, accept, WRITES)
    tell_run(report, f"{size} reports, change of state", run_of)
    report.at_least(f"{size} reports, change of state, rate", run_of.per_second, "requests/s", WRITES_PER_S)
    report.note(f"{size} reports, change of state, processor time", run_of.cpu_ms, "ms")

    contested, statuses = next(waiting), []

    def fight(connection: HTTPConnection, _n: int) -> None:
        connection.request("POST", f"/reports/{contested}/do/accept/", "accept-seen=3", headers())
        answer = connection.getresponse()
        answer.read()
        with lock:
            statuses.append(answer.status)

    together(home, fight, 1, warm=0)
    report.at_least(
        "eight people change one report at once: who win", statuses.count(HTTPStatus.FOUND), "people", 1
    )
    report.below(
        "eight people change one report at once: who win", statuses.count(HTTPStatus.FOUND), "people", 2
    )
    report.at_least(
        "eight people change one report at once: who hear 409",
        statuses.count(HTTPStatus.CONFLICT),
        "people",
        7,
    )


def tell_growth(report: Report, p95s: dict[str, dict[int, float]], sizes: Sequence[int]) -> None:
    """List and detail must not grow with the table."""
    if len(sizes) < 2:
        return
    for what in ("list", "list, a deep page", "list, open", "detail"):
        growth = p95s[what][sizes[-1]] / p95s[what][sizes[0]]
        report.below(f"{what}, p95 from {sizes[0]} to {sizes[-1]} reports", growth, "times", GROWTH)


def tell_classifying(report: Report) -> None:
    """Route and classify in this process: processor time of one decision."""
    from django.utils import timezone

    from naoso.core.places.selectors import unit_at
    from naoso.domains.citizen_reports.models import Category
    from naoso.domains.citizen_reports.selectors.directory import directory
    from naoso.domains.citizen_reports.services.routing import case_of
    from naoso.domains.citizen_reports.services.suggesting import suggest
    from naoso.kernel.geometry import LonLat

    place, text = LonLat(105.84, 21.59), "Ống nước vỡ tràn ra đường trước cổng chợ"
    unit, category = unit_at(place), Category.objects.first()
    suggest(text, place)
    took = []
    for _turn in range(50):
        began = time.perf_counter()
        book = directory()
        book.decide(case_of(book, category=category, unit=unit, text=text, at=timezone.now()))
        suggest(text)
        took.append(1000 * (time.perf_counter() - began))
    report.below("route and classify one report, p50", float(np.median(took)), "ms", CLASSIFY_MS)


@dataclass
class Run:
    """What a phase of many clients took."""

    took: list[float]
    span: float
    cpu_s: float

    @property
    def per_second(self) -> float:
        """Answers of all clients together."""
        return len(self.took) / self.span

    @property
    def cpu_ms(self) -> float:
        """Web and database together, of one answer."""
        return 1000 * self.cpu_s / len(self.took)


def tell_run(report: Report, name: str, run_of: Run, reach_ms: float | None = None) -> float:
    """p50, p95 and the rate."""
    p50, p95 = (1000 * float(value) for value in np.percentile(run_of.took, (50, 95)))
    report.note(f"{name}, p50", p50, "ms")
    if reach_ms:
        report.below(f"{name}, p95", p95, "ms", reach_ms)
    else:
        report.note(f"{name}, p95", p95, "ms")
    report.note(f"{name}, requests", run_of.per_second, "requests/s")
    return p95


@dataclass
class Client:
    """Asks again and again, over one connection."""

    home: House
    ask: Callable[[HTTPConnection, int], None]
    numbers: Sequence[int]
    warm: int
    begin: threading.Barrier
    took: list[float] = field(default_factory=list)
    failure: str = ""

    def ask_all(self) -> None:
        """The first few warm it up, then everybody begins together."""
        connection = HTTPConnection(engines.LOOPBACK, self.home.port, timeout=120)
        try:
            for number in self.numbers[: self.warm]:
                self.ask(connection, number)
            self.begin.wait(120)
            for number in self.numbers[self.warm :]:
                began = time.perf_counter()
                self.ask(connection, number)
                self.took.append(time.perf_counter() - began)
        except (OSError, engines.EngineError, threading.BrokenBarrierError, StopIteration) as error:
            self.failure = f"{type(error).__name__}: {error}"
            self.begin.abort()
        finally:
            connection.close()


def together(
    home: House, ask: Callable[[HTTPConnection, int], None], rounds: int, *, warm: int = WARM
) -> Run:
    """All clients at once; the meter runs while they do."""
    marks: list[tuple[float, float]] = []
    begin = threading.Barrier(CLIENTS, action=lambda: marks.append((time.perf_counter(), spent(home))))
    clients = [
        Client(home, ask, [n * 1000 + k for k in range(warm + rounds)], warm, begin) for n in range(CLIENTS)
    ]
    threads = [threading.Thread(target=client.ask_all) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failures = [client.failure for client in clients if client.failure]
    if failures:
        raise engines.EngineError("; ".join(failures[:2]))
    at, before = marks[0]
    took = [one for client in clients for one in client.took]
    return Run(took, time.perf_counter() - at, spent(home) - before)


def spent(home: House) -> float:
    """Processor seconds of the web processes and PostgreSQL so far."""
    return cpu_seconds(home.pids["web"]) + cpu_seconds(home.pids["postgres"])


def answer_of(
    connection: HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str | None = None,
    *,
    expected: HTTPStatus,
) -> HTTPResponse:
    """The whole answer, which must be the expected one."""
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != expected:
        raise engines.EngineError(f"{path}: {answer.status} {content[:300]!r}")
    return answer


def csrf_cookies(home: House) -> str:
    """A token as a page gives it."""
    connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)
    answer = answer_of(connection, "GET", "/reports/token/", {}, expected=HTTPStatus.OK)
    connection.close()
    return cookies_of(answer.headers.get_all("Set-Cookie", []))["csrftoken"]


def facts_of_centre() -> tuple[dict[str, str], list[int]]:
    """Ids that the addresses need, and reports to open."""
    from naoso.domains.citizen_reports.models import Category
    from naoso.domains.citizen_reports.models import Report as Row
    from naoso.domains.citizen_reports.selectors.inbox import write_key

    rows = Row.objects.order_by("-created_at", "-id")
    middle = rows[rows.count() // 2]
    Category.objects.filter(code="khac").update(opens_incident=False)
    facts = {
        "deep": write_key(middle.created_at, middle.pk),
        "category": str(middle.category_id),
        "unit": str(middle.unit_id),
        "owner": str(middle.owner_id),
        "quiet_category": str(Category.objects.get(code="khac").pk),
    }
    return facts, list(rows.values_list("pk", flat=True)[:200])


def new_reports(count: int) -> Iterator[int]:
    """Reports that nobody has taken."""
    from naoso.domains.citizen_reports.models import Report as Row

    yield from Row.objects.filter(state="new", version=3).values_list("pk", flat=True)[:count]


def queries_of(home: House, path: str) -> int:
    """Of one answer, in this process with the same view, middleware and account."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    from naoso.core.people.models import Account

    browser = Browser(SERVER_NAME=home.host.partition(":")[0], SERVER_PORT=str(home.port))
    browser.force_login(Account.objects.get(username=OPERATOR))
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    return len(captured)


def queries_of_create(facts: dict[str, str]) -> int:
    """The same for a report that a citizen sends."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    form = {
        "category": facts["quiet_category"], "text": secrets.token_hex(8), "lon": "105.84", "lat": "21.59",
    }  # fmt: skip
    browser = Browser(HTTP_HOST="127.0.0.1")
    browser.post("/reports/send/", form | {"draft": str(uuid.uuid4())})
    with CaptureQueriesContext(connection) as captured:
        answer = browser.post("/reports/send/", form | {"draft": str(uuid.uuid4())})
    assert answer.status_code == HTTPStatus.CREATED, json.dumps(answer.content.decode()[:300])
    return len(captured)
