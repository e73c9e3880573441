"""Four hundred cameras: what it costs to know that they work, to watch and to record them.

The cameras are a process of their own that speaks RTSP and shows the number of each picture in the picture:
a delay is read out of the decoded picture, not reckoned. Processor time is the processes' own.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

from naoso.cli import engines
from naoso.cli.bench.house import House, cpu_seconds, house, started, tell_machine
from naoso.cli.bench.latest import own_mb
from naoso.cli.bench.report import Report
from naoso.config.options import ROOT

CAMERAS, LIVE, RECORDED, COLD = 409, 64, 50, 20
LIVE_S, RECORD_S, SETTLE_S, WALL_S = 20.0, 75.0, 8.0, 30.0  # a recording is of a minute
READY_S = 180.0
MOST_ROUNDS = 8
FAULTS = ("offline", "black", "frozen", "silent", "covered", "turned")
ROUND_S = 30.0


def run() -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("cameras")
    tell_machine(report)
    rtsp, media = engines.free_port(), engines.free_port()
    os.environ |= {
        "NAOSO_CAMERA_NETWORKS": "127.0.0.0/8", "NAOSO_MEDIA_PORT": str(media),
        "NAOSO_CAMERA_SIMULATOR_PORT": str(rtsp), "NAOSO_RECORDINGS_RESERVE_GB": "0",
    }  # fmt: skip
    with house(programs=("web",)) as home, simulator(rtsp):
        ids = make_sources(rtsp)
        tell_health(report, rtsp)
        tell_thumbnails(report, home)
        with started({"media": ["media"]}, home.stage.folder) as pids:
            engines.await_port(media, what="the media process")
            time.sleep(SETTLE_S)
            tell_cold(report, media, ids[-COLD:])
            tell_live(report, media, pids["media"], ids[:LIVE])
            tell_recording(report, pids["media"], ids[:RECORDED])
    return report.ok


@contextmanager
def simulator(port: int) -> Iterator[None]:
    """The cameras, ready."""
    words = ["simulate", "cameras", "-n", str(CAMERAS), "--port", str(port), "--faulty", "0"]
    process = subprocess.Popen([sys.executable, "-m", "naoso.cli", *words], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        until = time.monotonic() + READY_S
        assert process.stdout is not None
        while b"rtsp://" not in process.stdout.readline():
            if time.monotonic() > until or process.poll() is not None:
                raise engines.EngineError("the simulated cameras do not start")
        time.sleep(READY_S / 6)  # the other scenes are encoded behind the open door
        yield
    finally:
        engines.end(process, 15)


def make_sources(port: int) -> list[int]:
    """As many cameras as there are, in one group that is not recorded; those of the seed are out of use."""
    from naoso.core.objects.models import CityObject, ObjectKind
    from naoso.core.objects.services.editing import add_many
    from naoso.core.people.models import Organisation
    from naoso.domains.cameras.models import CameraGroup, CameraSource
    from naoso.domains.cameras.reaching import sealed

    CameraSource.objects.update(enabled=False)
    owner = Organisation.objects.get(code="ioc-tinh")
    kind = ObjectKind.objects.get(slug="camera")
    like = CityObject.objects.filter(kind=kind).exclude(unit=None)[0]
    codes = [f"camera-{number + 1:03d}" for number in range(CAMERAS)]
    add_many(
        actor=None, kind=kind, reason="bench",
        rows=[
            CityObject(
                code=code, owner=owner, unit=like.unit, shape=like.shape, data=like.data | {"name": code}
            )
            for code in codes
        ],
    )  # fmt: skip
    group = CameraGroup.objects.create(owner=owner, name="bench", purpose="bench")
    password = sealed("demo")
    found = {row.code: row.pk for row in CityObject.objects.filter(kind=kind, code__in=codes)}
    rows = CameraSource.objects.bulk_create(
        CameraSource(
            camera_id=found[code], group=group, main_url=f"rtsp://127.0.0.1:{port}/{code}",
            sub_url=f"rtsp://127.0.0.1:{port}/{code}/sub", username="demo", sealed_password=password,
        )
        for code in codes
    )  # fmt: skip
    return [row.pk for row in rows]


def tell_health(report: Report, port: int) -> None:
    """What a round costs; then whether faults are found, and nothing else is called one."""
    from naoso.cli.bench import camera_health
    from naoso.domains.cameras.models import CameraHealth
    from naoso.domains.cameras.rules.picture import LEARNT
    from naoso.domains.cameras.watching.book import Book
    from naoso.domains.cameras.watching.rounds import go_round

    book = Book()
    found = camera_health.measure(LEARNT, book)  # until then pictures are told against nothing of their own
    report.note("cameras that answered", found.answered, "cameras")
    report.below("health: a core, at a round every 30 s", 100 * found.core_share, "%", 15)
    report.note("health: a round takes", found.wall_s, "s")
    report.note("health: memory", found.memory_mb, "MB")
    wrong = CameraHealth.objects.filter(source__group__name="bench").exclude(state__in=["ok", "new"]).count()
    faulty = {f"camera-{10 * n + 5:03d}": FAULTS[n % len(FAULTS)] for n in range(36)}
    give_faults(port, faulty)
    flagged: dict[str, int] = {}
    for number in range(1, MOST_ROUNDS + 1):
        asyncio.run(go_round(book))
        states = CameraHealth.objects.filter(source__group__name="bench").exclude(state__in=["ok", "new"])
        for code in states.values_list("source__camera__code", flat=True):
            flagged.setdefault(str(code), number)
        if faulty.keys() <= flagged.keys():
            break
    late = [flagged.get(code, MOST_ROUNDS + 1) * ROUND_S for code in faulty]
    report.at_least("faults found", 100 * sum(code in flagged for code in faulty) / len(faulty), "%", 100)
    report.at_most("a fault is flagged after, the slowest", max(late), "s", 120)
    false = wrong + len(flagged.keys() - faulty.keys())
    report.below("false alarms of healthy cameras", 100 * false / CAMERAS, "%", 1)
    give_faults(port, dict.fromkeys(faulty, ""))


def give_faults(port: int, faults: dict[str, str]) -> None:
    """Tells the simulator."""
    from naoso.cli.simulated_cameras.running import tell
    from naoso.connectors.rtsp import Credentials

    async def all_of_them() -> None:
        for code, fault in faults.items():
            await tell(f"rtsp://127.0.0.1:{port}/{code}", fault, Credentials("demo", "demo"))

    asyncio.run(all_of_them())


def tell_thumbnails(report: Report, home: House) -> None:
    """A page of all small pictures, and every picture again after each round."""
    import re

    cookie = home.sign_in("quan.tri")
    connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)

    def read(path: str) -> str:
        connection.request("GET", path, headers={"Cookie": cookie})
        return connection.getresponse().read().decode("latin-1")

    read("/cameras/thumbnails/")
    before = cpu_seconds(home.pids["web"])
    page = read("/cameras/thumbnails/")
    pictures = sorted(set(re.findall(r'src="(/cameras/[^"]*thumbnail[^"]*)"', page)))
    for path in pictures:
        read(path.replace("&amp;", "&"))
    spent = cpu_seconds(home.pids["web"]) - before
    report.at_least("small pictures on the page", len(pictures), "pictures", CAMERAS * 0.9)
    report.at_most("wall of small pictures: a core, all anew every 30 s", 100 * spent / WALL_S, "%", 10)


def watch(port: int, ids: Sequence[int], seconds: float, decoded: int) -> dict[str, Any]:
    """So many pages in a process of their own; what they saw."""
    from naoso.domains.cameras.tickets import ticket

    until = datetime.now(UTC) + timedelta(minutes=10)
    tickets = [ticket(pk, "main", 1, until) for pk in ids]
    wish = {"url": f"ws://127.0.0.1:{port}/", "tickets": tickets, "seconds": seconds, "decoded": decoded}
    done = subprocess.run(
        [sys.executable, "-m", "naoso.cli.bench.camera_viewers"], input=json.dumps(wish), cwd=ROOT,
        capture_output=True, text=True, check=True, timeout=seconds + 60,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def tell_cold(report: Report, port: int, ids: Sequence[int]) -> None:
    """Nobody watches them yet: from the page's ticket to the first picture."""
    found = sorted(watch(port, ids, 4.0, 0)["first_s"])
    report.at_most("first picture of a camera that nobody watched, p50", statistics.median(found), "s", 2)
    report.at_most("first picture of a camera that nobody watched, slowest", found[-1], "s", 2)


def tell_live(report: Report, port: int, pid: int, ids: Sequence[int]) -> None:
    """64 full pictures (1080p, 15 a second, 1.5 Mbit/s)."""
    watch(port, ids, SETTLE_S, 0)
    before, began = cpu_seconds(pid), time.monotonic()
    found = watch(port, ids, LIVE_S, 2)
    share = 100 * (cpu_seconds(pid) - before) / (time.monotonic() - began)
    report.at_least("live: streams that gave pictures", found["alive"], "streams", len(ids))
    report.at_most("live: 64 streams, a core", share, "%", 20)
    report.at_most("live: delay read from the picture, p50", found["delay_p50"], "s", 0.5)
    report.note("live: delay read from the picture, p95", found["delay_p95"], "s")
    report.note("live: memory of the media process", own_mb(pid), "MB")


def tell_recording(report: Report, pid: int, ids: Sequence[int]) -> None:
    """50 cameras, copied as they come, until each has begun its second file."""
    from naoso.domains.cameras.models import CameraGroup, CameraSource, Footage

    time.sleep(12)  # the watched streams are let go
    group = CameraGroup.objects.get(name="bench")
    kept = CameraGroup.objects.create(owner=group.owner, name="bench kept", purpose="bench", retention_days=1)
    CameraSource.objects.filter(pk__in=ids).update(group=kept)
    time.sleep(SETTLE_S + 5)
    before, began, highest = cpu_seconds(pid), time.monotonic(), 0.0
    while time.monotonic() < began + RECORD_S:
        time.sleep(1)
        highest = max(highest, own_mb(pid))
    share = 100 * (cpu_seconds(pid) - before) / (time.monotonic() - began)
    files = Footage.objects.filter(source__in=ids).values("source").distinct().count()
    report.at_least("cameras with a recording in the database", files, "cameras", len(ids))
    report.at_most("recording of 50 cameras, a core", share, "%", 10)
    report.at_most("recording of 50 cameras, memory at its highest", highest, "MB", 100)
