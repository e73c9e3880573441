"""From a device's word, and from a storm of alerts, to what five hundred open maps hear.

A reading is timed from the moment that the device hands it to MQTT until the page's socket has the event.
An alert of the storm is timed from just before the commit that makes all thousand true until the page has
its event, or, for those that the hub leaves out of a long list, the `resync` word that tells the page to
read the rest (what five hundred pages then cost by reading is not in it; `bench pages` times that
reading). Five accounts of different scopes sign in, and the pages share their sessions.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from naoso.cli.bench.house import House, Meter, house, tell_machine, tell_memory
from naoso.cli.bench.report import Report
from naoso.cli.engines import EngineError

PAGES = 500
READINGS_S, PER_SECOND = 60.0, 4.0
STORM = 1000
SETTLE_S, STORM_S = 5.0, 30.0
REACH_S = 1.0
ACCOUNTS = ("truc.ban", "lanh.dao", "moi.truong", "ioc.songcong", "ioc.phoyen")
QUANTITY, CALM = "temperature", 26.0
RULE = "bench-storm"

Reading = tuple[int, int]  # series, milliseconds since 1970


def run() -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("live")
    tell_machine(report)
    with house() as home:
        cookies = [home.sign_in(username) for username in ACCOUNTS]
        meter = Meter(home.pids)
        with listening(home, cookies, PAGES, report) as listeners:
            meter.pids |= {"the listening process": listeners.process.pid}
            meter.restart()
            readings = speak()
            time.sleep(SETTLE_S)
            meter.tell(report, "readings")
            meter.restart()
            storm = raise_storm(report)
            time.sleep(STORM_S)
            meter.tell(report, "storm")
            tell_memory(report, meter.pids)
            heard = listeners.finish()
        report.below("pages that lost their stream", len(heard.ended), "pages", 1)
        tell_readings(report, heard, readings)
        tell_storm(report, heard, storm)
    return report.ok


@dataclass(frozen=True)
class Message:
    """One server-sent event, read."""

    resync: bool = False
    readings: tuple[Reading, ...] = ()
    alerts: tuple[int, ...] = ()


def read_message(text: str) -> Message:
    """What of it this bench looks at."""
    lines = text.split("\n")
    if "event: resync" in lines:
        return Message(resync=True)
    told = [row for line in lines if line.startswith("data: [") for row in json.loads(line[6:])]
    readings = [
        (reading["series"], round(datetime.fromisoformat(reading["time"]).timestamp() * 1000))
        for row in told
        if row["name"] == "telemetry.observed"
        for reading in row["data"]["readings"]
    ]
    alerts = [
        row["data"]["id"]
        for row in told
        if row["name"] == "alerts.alert_raised" and row["data"]["subject"].startswith(f"{RULE}:")
    ]
    return Message(readings=tuple(readings), alerts=tuple(alerts))


@dataclass
class Heard:
    """What each page heard, in its order."""

    pages: list[list[tuple[float, Message]]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)


def read_heard(written: dict[str, Any], pages: int) -> Heard:
    """From the listeners' file."""
    messages = [read_message(text) for text in written["messages"]]
    heard = Heard([[] for _ in range(pages)], written["ended"])
    for page, at, index in written["rows"]:
        heard.pages[page].append((at, messages[index]))
    return heard


@dataclass
class Listeners:
    """The process of the pages."""

    process: subprocess.Popen[str]
    file: Path

    def finish(self) -> Heard:
        """Ends the pages; what they heard."""
        self.process.communicate("end\n", timeout=120)
        return read_heard(json.loads(self.file.read_text()), PAGES)


@contextmanager
def listening(home: House, cookies: Sequence[str], count: int, report: Report) -> Iterator[Listeners]:
    """So many pages, all open."""
    file = home.stage.folder / "heard.json"
    host, _, port = home.host.partition(":")
    plan = {"host": host, "port": int(port), "cookies": cookies, "pages": count, "file": str(file)}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "naoso.cli.bench.listeners"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps(plan) + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "open":
            raise EngineError("the pages do not open")
        report.note("open pages", count, "pages")
        report.note("accounts", len(cookies), "accounts")
        report.note("opening all of them", time.monotonic() - began, "s")
        yield Listeners(process, file)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def speak() -> list[Reading]:
    """One reading after another over MQTT, each of another station; their times are when they were sent."""
    from naoso.config import options
    from naoso.connectors.mqtt.device import Device
    from naoso.core.registry.secrets import demo_secret
    from naoso.core.telemetry.models import Series

    rows = list(
        Series.objects.filter(property=QUANTITY).select_related("source").order_by("key").only(
            "key", "unit", "source__code"
        )
    )  # fmt: skip
    stream = options.stream()
    devices = [
        Device(row.source.code, demo_secret(row.source.code), stream.mqtt_host, stream.mqtt_port)
        for row in rows
    ]
    for device in devices:
        device.start()
    for device in devices:
        device.await_connected(60)
    sent: list[Reading] = []
    due = time.monotonic()
    for n in range(int(READINGS_S * PER_SECOND)):
        row, device = rows[n % len(rows)], devices[n % len(rows)]
        due += 1 / PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        at = time.time_ns() // 1_000_000
        body = {"series": row.key, "time": at / 1000, "value": CALM + n % 7 / 10, "unit": row.unit}
        device.publish(json.dumps(body).encode())
        sent.append((row.pk, at))
    for device in devices:
        device.stop()
    return sent


@dataclass
class Storm:
    """Alerts in the order in which they were raised, and when they became true."""

    order: dict[int, int]
    committed: float
    units: dict[int, int | None]
    owner_id: int


def raise_storm(report: Report) -> Storm:
    """A thousand things over their limit, found in one transaction."""
    from django.db import transaction
    from django.utils import timezone

    from naoso.core.alerts.services import receive
    from naoso.core.registry.models import Thing
    from naoso.kernel.findings import Finding, Severity
    from naoso.kernel.geometry import LonLat
    from naoso.kernel.ids import SubjectRef

    things = list(Thing.objects.filter(domain="environment").order_by("code"))
    now = timezone.now()
    began = time.monotonic()
    with transaction.atomic():
        alerts = receive(
            Finding(
                rule=RULE, subject=SubjectRef(RULE, "station", str(n)), active=True,
                severity=Severity.SEVERE, observed_at=now, owner_id=thing.owner_id, unit_id=thing.unit_id,
                title=f"PM2.5 ở mức Rất xấu, điểm đo {n}", value=163.0, limit=150.0, quantity="µg/m³",
                place=LonLat(thing.point.x, thing.point.y) if thing.point else None,
            )
            for n, thing in ((n, things[n % len(things)]) for n in range(STORM))
        )  # fmt: skip
        committed = time.time()
    report.note("storm: alerts", len(alerts), "alerts")
    report.note("storm: raising them in one transaction", time.monotonic() - began, "s")
    return Storm(
        {alert.pk: n for n, alert in enumerate(alerts)},
        committed,
        {alert.pk: alert.unit_id for alert in alerts},
        things[0].owner_id,
    )


def tell_readings(report: Report, heard: Heard, sent: Sequence[Reading]) -> None:
    """Every page of an account that may see a reading shall have it."""
    visible = visible_readings(sent)
    delays: list[float] = []
    missing = expected = 0
    for number, page in enumerate(heard.pages):
        may = visible[number % len(ACCOUNTS)]
        got = first_heard(page)
        expected += len(may)
        missing += sum(reading not in got for reading in may)
        delays += [got[reading] - reading[1] / 1000 for reading in may if reading in got]
    report.note("readings published", len(sent), "readings")
    report.note("readings expected at all pages together", expected, "events")
    tell_delays(report, "reading to page", delays, reach=REACH_S)
    report.below("readings missing", missing, "events", 1)


def visible_readings(sent: Iterable[Reading]) -> list[set[Reading]]:
    """For each account, those of `sent` that it may see."""
    from naoso.core.people.models import Account
    from naoso.core.people.scope import scope_of
    from naoso.core.telemetry.models import Series

    sent = list(sent)
    places = {
        pk: (owner, unit)
        for pk, owner, unit in Series.objects.values_list("pk", "thing__owner_id", "thing__unit_id")
    }
    scopes = [scope_of(Account.objects.get(username=username), "environment.view") for username in ACCOUNTS]
    return [{reading for reading in sent if scope.admits(*places[reading[0]])} for scope in scopes]


def first_heard(page: Iterable[tuple[float, Message]]) -> dict[Reading, float]:
    """When each reading came first."""
    got: dict[Reading, float] = {}
    for at, message in page:
        for reading in message.readings:
            got.setdefault(reading, at)
    return got


def tell_storm(report: Report, heard: Heard, storm: Storm) -> None:
    """Told by name, or covered by the word to read anew; both counted."""
    from naoso.core.people.models import Account
    from naoso.core.people.scope import scope_of

    may = []
    for username in ACCOUNTS:
        scope = scope_of(Account.objects.get(username=username), "alerts.view")
        may.append({pk: n for pk, n in storm.order.items() if scope.admits(storm.owner_id, storm.units[pk])})
    told: list[float] = []
    resynced: list[float] = []
    missing = 0
    for number, page in enumerate(heard.pages):
        by_name, by_word, none = storm_times(page, may[number % len(ACCOUNTS)], storm.committed)
        told += [at - storm.committed for at in by_name]
        resynced += [at - storm.committed for at in by_word]
        missing += none
    report.note("storm: alerts expected at all pages together", len(told) + len(resynced) + missing, "events")
    report.note("storm: told by name", len(told), "events")
    report.note("storm: covered by the word to read anew", len(resynced), "events")
    tell_delays(report, "storm, told by name", told)
    tell_delays(report, "storm, by the word to read anew", resynced)
    tell_delays(report, "storm, alert to page", told + resynced, reach=REACH_S)
    report.below("storm: alerts missing", missing, "events", 1)


def storm_times(
    page: Sequence[tuple[float, Message]], order: dict[int, int], since: float
) -> tuple[list[float], list[float], int]:
    """(when told by name, when covered by a `resync`, how many never).

    An alert left out is covered by the last `resync` that the page hears after the last earlier alert and
    before the first later one: the latest moment that can be meant.
    """
    named: dict[int, float] = {}
    told: dict[int, int] = {}  # rank: position
    words: list[tuple[int, float]] = []
    for position, (at, message) in enumerate(page):
        if at < since:
            continue
        if message.resync:
            words.append((position, at))
        for pk in message.alerts:
            if pk in order and pk not in named:
                named[pk] = at
                told[order[pk]] = position
    by_word = [covering(span, words) for span in spans(sorted(order.values()), told)]
    found = [at for at in by_word if at is not None]
    return list(named.values()), found, len(by_word) - len(found)


Span = tuple[float, float]


def spans(ranks: Sequence[int], told: dict[int, int]) -> list[Span]:
    """For each rank that was not told: position after all earlier ones, position before all later ones."""
    after: dict[int, float] = {}
    edge: float = -1
    for rank in ranks:
        edge = max(edge, told.get(rank, -1))
        after[rank] = edge
    found: list[Span] = []
    edge = math.inf
    for rank in reversed(ranks):
        if rank in told:
            edge = min(edge, told[rank])
        else:
            found.append((after[rank], edge))
    return found


def covering(span: Span, words: Sequence[tuple[int, float]]) -> float | None:
    """When the page was told to read what it was not told."""
    return next((at for position, at in reversed(words) if span[0] < position < span[1]), None)


def tell_delays(report: Report, figure: str, delays: Sequence[float], *, reach: float | None = None) -> None:
    """p50, p95 and the worst; the p95 is what is promised."""
    if not delays:
        if reach is not None:
            report.below(f"{figure}, p95", float("inf"), "s", reach)
        return
    p50, p95 = (float(value) for value in np.percentile(delays, (50, 95)))
    report.note(f"{figure}, p50", p50, "s")
    if reach is None:
        report.note(f"{figure}, p95", p95, "s")
    else:
        report.below(f"{figure}, p95", p95, "s", reach)
    report.note(f"{figure}, worst", max(delays), "s")
