"""From an alarm's word over MQTT to the wall; a storm of ten thousand; the nearest crews; a warning to many.

An alarm is timed from just before the device hands it to MQTT. *Stored* is when another connection of the
database sees its message, which stands in one transaction with its incident and the procedure's tasks
(looked at ten times a second: more would slow what is measured). *Heard* is when a wall's socket has the
event of the incident. *Visible* adds what the wall waits before it reads its board, and the reading of the
board, taken from the slowest tenth of such readings in the same seconds. In the storm, incidents that the
hub leaves out of a long list are told by `resync`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import psycopg

from naoso.cli import engines
from naoso.cli.bench import emergency_rows as rows
from naoso.cli.bench.house import House, house, tell_machine
from naoso.cli.bench.live import Listeners, listening
from naoso.cli.bench.report import Report
from naoso.cli.centre import p256_key

WALLS = 5
PROBES, PROBE_EVERY_S = 60, 0.5
BACKGROUND, PER_SECOND = 250, 50.0
STORM_PREMISES, STORM, STORM_S = 500, 10_000, 10.0
WALL_WAIT_S = 0.5  # web/src/islands/live.ts: REFRESH_MS
LOOK_S = 0.1
SETTLE_S = 6.0
STORM_PATIENCE_S = 60.0
CREWS, DEVICES = 5000, 200_000
PROGRAMS = ("web", "relay", "messages", "worker")


def run() -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("emergency")
    tell_machine(report)
    os.environ.setdefault("NAOSO_PUSH_PRIVATE_KEY", p256_key())  # otherwise no channel carries warnings
    with house(programs=PROGRAMS) as home:
        premises = rows.premises(BACKGROUND + PROBES + STORM_PREMISES)
        with Device() as device:
            alarms(home, device, premises, report)
        rows.crews(CREWS)
        tell_nearest(report)
        rows.devices(DEVICES)
        tell_warning(report)
    return report.ok


Premises = tuple[int, str]  # id, code of its source


class Device:
    """One connection over the MQTT port, of the house itself, which may speak for every transmitter."""

    def __init__(self) -> None:
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        from naoso.config import options

        stream = options.stream()
        self.sent: dict[str, float] = {}
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench", protocol=paho.MQTTv311)
        self._client.username_pw_set(stream.nats_user, stream.nats_password.get_secret_value())
        self._client.max_inflight_messages_set(5000)
        self._client.max_queued_messages_set(0)
        self._client.connect(engines.LOOPBACK, stream.mqtt_port)
        self._client.loop_start()

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def alarm(self, name: str, code: str, detector: int) -> None:
        """At QoS 1."""
        body = {"id": name, "type": "alarm", "zone": "1", "detector": str(detector), "time": now_text()}
        self.sent[name] = time.time()
        self._client.publish(f"msg/{code}", json.dumps(body).encode(), qos=1)


def now_text() -> str:
    """As a panel writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


@dataclass
class Watch:
    """When another connection first saw each message, and each incident with its tasks."""

    url: str
    stored: dict[str, float] = field(default_factory=dict)
    incidents: dict[int, tuple[float, str, int]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def looking(self) -> Iterator[Watch]:
        """In a thread, until the block ends."""
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()

    def _look(self) -> None:
        message, incident = 0, 0
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self._stop.wait(LOOK_S):
                found = connection.execute(
                    "SELECT id, message_id FROM fire_panelmessage WHERE id > %s ORDER BY id", [message]
                ).fetchall()
                opened = connection.execute(
                    "SELECT i.id, i.subject,"
                    " (SELECT count(*) FROM response_task t WHERE t.incident_id = i.id)"
                    " FROM response_incident i WHERE i.id > %s ORDER BY i.id",
                    [incident],
                ).fetchall()
                at = time.time()
                message = max((number for number, _name in found), default=message)
                for _number, name in found:
                    self.stored.setdefault(name, at)
                for incident, subject, tasks in opened:
                    self.incidents[incident] = (at, subject, tasks)


def alarms(home: House, device: Device, premises: Sequence[Premises], report: Report) -> None:
    """A trickle with probes in it, then the storm."""
    background = premises[:BACKGROUND]
    probes, storm = premises[BACKGROUND : BACKGROUND + PROBES], premises[BACKGROUND + PROBES :]
    cookie = home.sign_in("truc.ban")
    with listening(home, [cookie], WALLS, report) as walls, Watch(home.stage.postgres.url).looking() as watch:
        with boards(home, cookie) as steady:
            trickle(device, background, probes)
            time.sleep(SETTLE_S)
        with boards(home, cookie) as stormy:
            raise_storm(device, storm)
            await_all(lambda: sum(name.startswith("s-") for name in watch.stored) >= STORM)
            time.sleep(SETTLE_S)
        heard = told(walls)
    tell_steady(report, device, watch, heard, probes, steady)
    tell_storm(report, device, watch, heard, storm, stormy)


def trickle(device: Device, background: Sequence[Premises], probes: Sequence[Premises]) -> None:
    """Fifty a second, and twice a second one of premises that were silent."""
    begun = time.monotonic()
    total = int(PROBES * PROBE_EVERY_S * PER_SECOND)
    probed = 0
    for n in range(total):
        time.sleep(max(0.0, begun + n / PER_SECOND - time.monotonic()))
        code = background[n % len(background)][1]
        device.alarm(f"b-{n}", code, 1 + n // len(background) % rows.DETECTORS)
        if n >= probed * PROBE_EVERY_S * PER_SECOND and probed < len(probes):
            device.alarm(f"p-{probed}", probes[probed][1], 1)
            probed += 1


def raise_storm(device: Device, storm: Sequence[Premises]) -> None:
    """Every detector of every premises within ten seconds."""
    begun = time.monotonic()
    for n in range(STORM):
        time.sleep(max(0.0, begun + n * STORM_S / STORM - time.monotonic()))
        device.alarm(f"s-{n}", storm[n % len(storm)][1], 1 + n // len(storm))


def await_all(done: Callable[[], bool]) -> None:
    """Returns when it is so; raises when it does not become so."""
    until = time.monotonic() + STORM_PATIENCE_S
    while not done():
        if time.monotonic() > until:
            raise engines.EngineError("the storm is not stored in time")
        time.sleep(0.1)


@contextmanager
def boards(home: House, cookie: str) -> Iterator[list[float]]:
    """Reads the wall's board twice a second, as an open wall in a storm does; seconds of each reading."""
    stop, took = threading.Event(), []

    def read() -> None:
        connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=30)
        while not stop.wait(WALL_WAIT_S):
            began = time.monotonic()
            connection.request("GET", "/wall/board/", headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise engines.EngineError(f"the board answers {answer.status}")
            took.append(time.monotonic() - began)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


@dataclass
class Told:
    """When each wall heard of each incident, and when it was told to read anew."""

    opened: dict[int, list[float]] = field(default_factory=dict)
    resyncs: list[list[float]] = field(default_factory=list)

    def heard(self, incident: int, committed: float) -> float:
        """By the slowest wall: the event, or the first word to read anew after the commit."""
        known = self.opened.get(incident, [])
        if len(known) == WALLS:
            return max(known)
        anew = [min((at for at in wall if at >= committed), default=float("inf")) for wall in self.resyncs]
        return max(anew, default=float("inf"))


def told(walls: Listeners) -> Told:
    """From the listeners' file."""
    walls.process.communicate("end\n", timeout=120)
    written = json.loads(Path(walls.file).read_text())
    found = Told(resyncs=[[] for _wall in range(WALLS)])
    read = [(("event: resync" in text), opened_in(text)) for text in written["messages"]]
    for wall, at, index in written["rows"]:
        anew, ids = read[index]
        if anew:
            found.resyncs[wall].append(at)
        for incident in ids:
            found.opened.setdefault(incident, []).append(at)
    return found


def opened_in(text: str) -> list[int]:
    """Incidents that a server-sent event tells of."""
    lines = [line[6:] for line in text.split("\n") if line.startswith("data: [")]
    return [
        row["data"]["id"]
        for line in lines
        for row in json.loads(line)
        if row["name"] == "response.incident_opened"
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """NaN of none."""
    return float(np.percentile(values, share)) if len(values) else float("nan")


def opened_of(watch: Watch, premises: Sequence[Premises]) -> dict[int, list[tuple[int, float, int]]]:
    """Premises → (incident, when it was seen, its tasks)."""
    wanted = {f"fire:premises:{pk}": pk for pk, _code in premises}
    found: dict[int, list[tuple[int, float, int]]] = {}
    for incident, (at, subject, tasks) in watch.incidents.items():
        if subject in wanted:
            found.setdefault(wanted[subject], []).append((incident, at, tasks))
    return found


def tell_steady(
    report: Report,
    device: Device,
    watch: Watch,
    heard: Told,
    probes: Sequence[Premises],
    took: Sequence[float],
) -> None:
    """Of the probes; the background is there to disturb."""
    opened = opened_of(watch, probes)
    stored, reached = [], []
    for n, (pk, _code) in enumerate(probes):
        [(incident, at, tasks)] = opened[pk]
        assert tasks > 0
        sent = device.sent[f"p-{n}"]
        stored.append(at - sent)
        reached.append(heard.heard(incident, at) - sent)
    board = percentile(took, 90)
    report.note("steady: alarms in the background", PER_SECOND, "1/s")
    report.note("steady: alarm to incident stored, p95", percentile(stored, 95), "s")
    report.note("steady: alarm to event at the wall, p95", percentile(reached, 95), "s")
    report.note("steady: reading of the board, p90", board, "s")
    visible = percentile(reached, 95) + WALL_WAIT_S + board
    report.below("steady: alarm to incident visible on the wall, p95", visible, "s", 1.0)


def tell_storm(
    report: Report,
    device: Device,
    watch: Watch,
    heard: Told,
    storm: Sequence[Premises],
    took: Sequence[float],
) -> None:
    """Every alarm of it, and every incident."""
    names = [name for name in device.sent if name.startswith("s-")]
    late = [watch.stored[name] - device.sent[name] for name in names]
    opened = opened_of(watch, storm)
    report.note("storm: alarms", len(names), "alarms")
    report.note("storm: sent within", max(map(device.sent.__getitem__, names)) - device.sent["s-0"], "s")
    doubled = sum(len(found) != 1 for found in opened.values()) + len(storm) - len(opened)
    report.below("storm: premises without exactly one incident", doubled, "premises", 1)
    report.below("storm: alarms without a row", len(names) - len(late), "alarms", 1)
    report.note("storm: alarm to stored, p50", percentile(late, 50), "s")
    report.below("storm: alarm to stored with its incident, p99", percentile(late, 99), "s", 3.0)
    reached = [
        heard.heard(incident, at) - device.sent[f"s-{n}"]
        for n, (pk, _code) in enumerate(storm)
        for incident, at, _tasks in opened.get(pk, [])
    ]
    visible = percentile(reached, 99) + WALL_WAIT_S + percentile(took, 90)
    report.below("storm: first alarm to incident visible on the wall, p99", visible, "s", 3.0)
    report.note("storm: reading of the board, p90", percentile(took, 90), "s")


def tell_nearest(report: Report) -> None:
    """Ten of five thousand, by straight line, as a dispatcher's screen asks."""
    from naoso.core.people.models import Account
    from naoso.domains.dispatch.selectors.nearest import available, nearest
    from naoso.kernel.geometry import LonLat

    user = Account.objects.get(username="truc.ban")
    took = []
    for lon, lat in rows.spread(200, seed=3):
        began = time.perf_counter()
        found, _places = nearest(available(user, ["fire", "rescue"]), LonLat(lon, lat), 10)
        took.append(time.perf_counter() - began)
        assert len(found) == 10
    report.note("nearest ten of 5,000, p50", 1000 * percentile(took, 50), "ms")
    report.below("nearest ten of 5,000, p95", 1000 * percentile(took, 95), "ms", 20.0)


def tell_warning(report: Report) -> None:
    """A published warning for the whole province."""
    from django.db import transaction

    from naoso.domains.warnings.services import queueing

    warning = rows.warning_for_all()
    with transaction.atomic():
        began = time.monotonic()
        queued = queueing.queue_deliveries(warning)
        took = time.monotonic() - began
        again = queueing.queue_deliveries(warning)
    report.at_least("warning: deliveries queued", queued, "deliveries", DEVICES)
    report.below("warning: queueing them", took, "s", 30.0)
    report.below("warning: doubled when queued again", again, "deliveries", 1)
