"""Vector tiles of half a million trees through the real web server, with its scope checks.

Six people pan and zoom from zoom 5 to 18, each over a connection that stays open and without a pause; no
tile is asked twice, so none is a kept one, but in the phase that is called warm. `tipg` from PyPI serves
the same table in the same run, where a registry can be reached.
"""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psycopg

from naoso.cli import engines
from naoso.cli.bench.house import House, Meter, house, tell_machine, tell_memory
from naoso.cli.bench.report import Report
from naoso.cli.bench.tree_rows import fill
from naoso.core.objects.tiles.grid import Tile

CLIENTS, WEB_WORKERS = 6, 2
ZOOMS = range(5, 19)
COLUMNS, ROWS = 4, 3  # a screen of 1440 × 900 in tiles of 512
SECONDS = 12.0
SMALL = 530_000
PEER_SECONDS = 8.0
PEER_PATH = "/collections/public.objects_cityobject/tiles/WebMercatorQuad"


@dataclass
class Walk:
    """What one phase asked and how long each answer took."""

    took: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    by_zoom: dict[int, list[float]] = field(default_factory=dict)
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def run(rows: int = SMALL) -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("tiles")
    tell_machine(report)
    with house(web_workers=WEB_WORKERS, programs=("web",)) as home:
        url = home.stage.postgres.url
        took = fill(url, rows)
        report.note("trees", rows, "rows")
        report.note("written with cells and history", rows / took, "rows/s")
        tell_sizes(report, url)
        cookie = home.sign_in("truc.ban")
        spots = some_spots(url)
        if rows > SMALL:
            tell_phase(report, home, cookie, spots, "uncached", "", p95=60.0)
            tell_memory(report, home.pids)
            return report.ok
        tell_phase(report, home, cookie, spots, "uncached", "", p95=25.0, rate=400.0)
        tell_phase(report, home, cookie, spots, "filtered by a counted field", "health='poor'", p95=40.0)
        tell_phase(report, home, home.sign_in("ioc.songcong"), spots, "of one service area", "")
        tell_phase(report, home, cookie, spots, "filtered by a measured field", "girth_cm >= 150")
        tell_warm(report, home, cookie, spots)
        tell_sums(report, home, cookie, url)
        tell_edit(report, home, cookie)
        tell_peer(report, home, url, spots)
        tell_memory(report, home.pids)
    return report.ok


def tell_sizes(report: Report, url: str) -> None:
    """What the tables weigh."""
    with psycopg.connect(url) as connection:
        for table in ("objects_cityobject", "objects_cell"):
            size = connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()
            report.note(f"size of {table} with its indexes", size[0] / 2**20 if size else 0.0, "MB")


def some_spots(url: str) -> list[int]:
    """Where people look: trees drawn at random."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT spot FROM objects_cityobject TABLESAMPLE BERNOULLI (0.5) LIMIT 4000"
        )
        return [row[0] for row in rows]


def packed(value: int) -> int:
    """Inverse of `grid.spread`."""
    value &= 0x5555555555555555
    for shift, mask in ((1, 0x3333333333333333), (2, 0x0F0F0F0F0F0F0F0F), (4, 0x00FF00FF00FF00FF),
                        (8, 0x0000FFFF0000FFFF), (16, 0x00000000FFFFFFFF)):  # fmt: skip
        value = (value | value >> shift) & mask
    return value


def screens(spots: Sequence[int], seed: int) -> Iterator[list[Tile]]:
    """A person's way: to a place, in from zoom 5 to 18 and out again, a screen of tiles at each step."""
    dice = random.Random(seed)  # noqa: S311
    while True:
        spot = dice.choice(spots)
        x, y = packed(spot), packed(spot >> 1)
        for z in [*ZOOMS, *reversed(ZOOMS)]:
            tx = (x >> (24 - z)) + dice.randint(-2, 1)
            ty = (y >> (24 - z)) + dice.randint(-2, 1)
            yield [Tile(z, tx + i, ty + j) for j in range(ROWS) for i in range(COLUMNS)]


def path_of(tile: Tile, filter_: str) -> str:
    """The address of a tile of trees."""
    query = f"?filter={quote(filter_)}" if filter_ else ""
    return f"/tiles/objects/tree/{tile.z}/{tile.x}/{tile.y}.mvt{query}"


def walk(home: House, cookie: str, spots: Sequence[int], filter_: str) -> tuple[Walk, float]:
    """All clients for some seconds; no tile twice."""
    found, seen = Walk(), set[Tile]()
    began = time.monotonic()

    def client(number: int) -> None:
        connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)
        for tiles in screens(spots, number):
            for tile in tiles:
                with found.lock:
                    if tile in seen or not tile.exists:
                        continue
                    seen.add(tile)
                ask(connection, path_of(tile, filter_), cookie, found, tile.z)
            if time.monotonic() - began > SECONDS:
                return

    together(client)
    return found, time.monotonic() - began


def together(client: object) -> None:
    """Runs the clients side by side."""
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask(connection: HTTPConnection, path: str, cookie: str, found: Walk, z: int) -> None:
    """One tile."""
    began = time.monotonic()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    took = time.monotonic() - began
    with found.lock:
        found.took.append(took)
        found.sizes.append(len(body))
        found.by_zoom.setdefault(z, []).append(took)
        found.failed += answer.status != 200


def tell_phase(
    report: Report, home: House, cookie: str, spots: Sequence[int], words: str, filter_: str,
    *, p95: float | None = None, rate: float | None = None,
) -> None:  # fmt: skip
    """Tiles a second, percentiles, the largest, the slowest zoom."""
    meter = Meter(home.pids)
    found, span = walk(home, cookie, spots, filter_)
    each = len(found.took)
    speed = each / span
    p50, high = (1000 * float(value) for value in np.percentile(found.took, (50, 95)))
    if rate is None:
        report.note(f"{words}: tiles", speed, "tiles/s")
    else:
        report.at_least(f"{words}: tiles", speed, "tiles/s", rate)
    report.note(f"{words}: p50", p50, "ms")
    if p95 is None:
        report.note(f"{words}: p95", high, "ms")
    else:
        report.below(f"{words}: p95", high, "ms", p95)
    report.below(f"{words}: largest tile, gzipped", max(found.sizes) / 1024, "KB", 100.0)
    report.below(f"{words}: failed", found.failed, "tiles", 1)
    slow = {z: 1000 * float(np.percentile(took, 95)) for z, took in found.by_zoom.items()}
    worst = max(slow, key=lambda z: slow[z])
    report.note(f"{words}: slowest zoom {worst}, p95", slow[worst], "ms")
    meter.tell(report, words)


def tell_warm(report: Report, home: House, cookie: str, spots: Sequence[int]) -> None:
    """The same tiles again and again: each answer is checked against the log of changes."""
    tiles = [
        tile
        for _, screen in zip(range(60), screens(spots, 99), strict=False)
        for tile in screen
        if tile.exists
    ]
    found = Walk()
    for _round in range(2 * WEB_WORKERS):
        connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)
        for tile in tiles:
            ask(connection, path_of(tile, ""), cookie, Walk(), tile.z)
    began = time.monotonic()

    def client(number: int) -> None:
        connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)
        dice = random.Random(number)  # noqa: S311
        while time.monotonic() - began < SECONDS / 2:
            tile = dice.choice(tiles)
            ask(connection, path_of(tile, ""), cookie, found, tile.z)

    together(client)
    report.at_least("warm: tiles", len(found.took) / (time.monotonic() - began), "tiles/s", 1500.0)
    report.note("warm: p95", 1000 * float(np.percentile(found.took, 95)), "ms")


def tell_sums(report: Report, home: House, cookie: str, url: str) -> None:
    """What one sees adds up to the table, at every zoom."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM objects_cityobject o JOIN objects_objectkind k ON k.id = o.kind_id "
            "WHERE k.slug = 'tree' AND state <> 'removed'"
        ).fetchone()
        wanted = row[0] if row else 0
        wrong = 0
        for z in ZOOMS:
            tiles = connection.execute(
                """SELECT objects_pack(spot) >> %s, objects_pack(spot >> 1) >> %s, count(*)
                   FROM objects_cityobject o JOIN objects_objectkind k ON k.id = o.kind_id
                   WHERE k.slug = 'tree' AND state <> 'removed' GROUP BY 1, 2""",
                [24 - z, 24 - z],
            ).fetchall()
            dice = random.Random(z)  # noqa: S311
            chosen = tiles if len(tiles) < 300 else dice.sample(tiles, 150)
            seen = sum(count_in(home, cookie, Tile(z, x, y)) for x, y, _n in chosen)
            wrong += abs(seen - sum(n for _x, _y, n in chosen))
            wrong += abs(sum(n for _x, _y, n in tiles) - wanted)
    report.below("objects missing or doubled over all zooms", wrong, "objects", 1)


def count_in(home: House, cookie: str, tile: Tile) -> int:
    """Objects that one tile shows."""
    connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)
    connection.request("GET", path_of(tile, ""), headers={"Cookie": cookie})
    body = gzip.decompress(connection.getresponse().read())
    return counted(body)


def counted(tile: bytes) -> int:
    """Sum of `n` of cells, or the number of objects, read by GDAL."""
    import tempfile

    import pyogrio

    if not tile:
        return 0
    with tempfile.NamedTemporaryFile(suffix=".mvt") as file:
        file.write(tile)
        file.flush()
        total = 0
        for name, _shape in pyogrio.list_layers(file.name):
            meta, _fids, _shapes, columns = pyogrio.raw.read(file.name, layer=name, read_geometry=False)
            if name == "cells":
                total += int(columns[list(meta["fields"]).index("n")].sum())
            else:
                total += len(columns[0])
        return total


def tell_edit(report: Report, home: House, cookie: str) -> None:
    """One edit through the service, until a fresh tile shows it; other tiles stay kept."""
    from naoso.core.objects.models import CityObject
    from naoso.core.objects.services.editing import change_object

    row = CityObject.objects.filter(kind__slug="tree", code="B000000042").select_related("kind").get()
    connection = HTTPConnection(engines.LOOPBACK, home.port, timeout=60)
    waits, writes = [], []
    for turn in range(12):
        before = {z: etag(connection, cookie, z, row.spot) for z in (6, 12, 17)}
        began = time.monotonic()
        row = change_object(actor=None, row=row, data={"health": "dying" if turn % 2 == 0 else "dead"})
        writes.append(time.monotonic() - began)
        while any(etag(connection, cookie, z, row.spot) == before[z] for z in (17,)):
            time.sleep(0.005)
        waits.append(time.monotonic() - began)
    report.note("one edit: write with cells, history, audit, event", 1000 * float(np.median(writes)), "ms")
    report.below("one edit: until a fresh tile shows it", 1000 * max(waits), "ms", 2000.0)


def etag(connection: HTTPConnection, cookie: str, z: int, spot: int) -> str:
    """Of the tile in which a spot lies."""
    tile = Tile(z, packed(spot) >> (24 - z), packed(spot >> 1) >> (24 - z))
    connection.request("GET", path_of(tile, ""), headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    return answer.headers["etag"] or ""


def tell_peer(report: Report, home: House, url: str, spots: Sequence[int]) -> None:
    """tipg on the same table: how many times slower."""
    own, span = walk(home, home.sign_in("truc.dem"), spots[::-1], "")
    ours = len(own.took) / span
    with peer(home.stage.folder, url) as port:
        if port is None:
            report.note("tipg", "cannot be installed here", "")
            return
        found = Walk()
        began = time.monotonic()

        def client(number: int) -> None:
            connection = HTTPConnection(engines.LOOPBACK, port, timeout=60)
            for tiles in screens(spots[::-1], number):
                for tile in tiles:
                    if tile.exists:
                        ask(connection, f"{PEER_PATH}/{tile.z}/{tile.x}/{tile.y}",
                            "", found, tile.z)  # fmt: skip
                    if time.monotonic() - began > PEER_SECONDS:
                        return

        together(client)
        theirs = len(found.took) / (time.monotonic() - began)
        report.note("tipg: tiles", theirs, "tiles/s")
        report.note("tipg: p95", 1000 * float(np.percentile(found.took, 95)), "ms")
        report.at_least("times as many tiles as tipg", ours / theirs, "times", 8.0)


@contextmanager
def peer(folder: Path, url: str) -> Iterator[int | None]:
    """tipg in an environment of its own; None where it cannot be installed."""
    home = folder / "tipg"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
    done = subprocess.run(
        [str(home / "bin" / "pip"), "install", "--quiet", "tipg", "uvicorn"], check=False, capture_output=True
    )
    if done.returncode:
        yield None
        return
    port = engines.free_port()
    environment = {"DATABASE_URL": url, "TIPG_DB_SCHEMAS": '["public"]', "PATH": str(home / "bin")}
    with (folder / "tipg.log").open("wb") as log:
        process = subprocess.Popen(
            [str(home / "bin" / "python"), "-m", "uvicorn", "tipg.main:app", "--host", engines.LOOPBACK,
             "--port", str(port), "--workers", "2", "--log-level", "warning"],
            env=environment, start_new_session=True, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        engines.await_port(port, what="tipg")
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # its workers too
        engines.end(process, 10)
