"""Half a million trees from a file through the whole import, and figures of a drawn area.

The import is the command that people use, in a process of its own: read, typed, judged, staged, written with
cells, audit and history. Beside it the same rows go into the same table by a bare binary COPY, with the same
triggers and indexes, and once more without triggers.
"""

from __future__ import annotations

import csv
import json
import math
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from naoso.cli import run as programs
from naoso.cli.bench.house import tell_machine
from naoso.cli.bench.report import Report
from naoso.cli.bench.stage import centre
from naoso.config.options import ROOT

ROWS, DRAWN, ASKED = 530_000, 50_000, 40
HEAD = (
    "Mã cây",
    "Loài",
    "Sức khỏe",
    "Phân loại",
    "Chu vi (cm)",
    "Chiều cao (m)",
    "Đường phố",
    "Kinh độ",
    "Vĩ độ",
)
MAPPED = ("code=Mã cây", "species=Loài", "health=Sức khỏe", "class=Phân loại", "girth_cm=Chu vi (cm)",
          "height_m=Chiều cao (m)", "street=Đường phố", "x=Kinh độ", "y=Vĩ độ")  # fmt: skip
COLUMNS = "kind_id, code, owner_id, unit_id, state, shape, data, version, changed_at"


def run(rows: int = ROWS) -> bool:
    """Prints the figures; True when each reaches what is promised."""
    report = Report("registry")
    tell_machine(report)
    with centre() as stage:
        programs.seed("a-password-of-the-bench")
        url = stage.postgres.url
        file = stage.folder / "trees.csv"
        write_file(file, rows, url)
        report.note("size of the file", file.stat().st_size / 2**20, "MB")
        took = tell_import(report, file, rows)
        tell_area(report, url)
        tell_again(report, file, rows)
        tell_copy(report, url, rows, took)
    return report.ok


def write_file(path: Path, rows: int, url: str) -> None:
    """Trees in rows along streets around the centres of communes and wards."""
    with psycopg.connect(url) as connection:
        places = connection.execute(
            "SELECT ST_X(centre), ST_Y(centre) FROM places_adminunit "
            "WHERE valid_to IS NULL AND kind IN ('commune', 'ward') ORDER BY code"
        ).fetchall()
        species = [row[0] for row in connection.execute("SELECT name FROM trees_species ORDER BY id")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(trees(rows, places, species))


def trees(rows: int, places: list[tuple[float, float]], species: list[str]) -> Iterator[tuple[Any, ...]]:
    """40 trees a street, eight metres apart."""
    dice = random.Random(19)  # noqa: S311
    for street in range(math.ceil(rows / 40)):
        lon, lat = places[dice.randrange(len(places))]
        lon, lat = lon + dice.uniform(-0.02, 0.02), lat + dice.uniform(-0.02, 0.02)
        turn, kind = dice.random() * 2 * math.pi, species[dice.randrange(len(species))]
        for step in range(min(40, rows - street * 40)):
            girth, height = dice.randint(10, 150), dice.randint(4, 24) / 2
            yield (
                f"R{street * 40 + step:07d}", kind, dice.choice(("Tốt", "Tốt", "Khá", "Yếu")), "Thông thường",
                girth, height, f"Đường {street % 900}", f"{lon + step * 0.00008 * math.cos(turn):.7f}",
                f"{lat + step * 0.00008 * math.sin(turn):.7f}",
            )  # fmt: skip


def command(file: Path) -> list[str]:
    """As a person types it."""
    words = [sys.executable, "-m", "naoso.cli", "import", "objects", "tree", str(file), "--crs", "EPSG:4326"]
    for pair in MAPPED:
        words += ["--map", pair]
    return words


def imported(file: Path) -> tuple[float, float, str]:
    """Seconds, the largest memory of the process in MB, and what it said."""
    began = time.monotonic()
    done = subprocess.run(command(file), cwd=ROOT, check=False, capture_output=True, text=True)
    took = time.monotonic() - began
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, done.stdout


def tell_import(report: Report, file: Path, rows: int) -> float:
    """Everything from the file to counted objects."""
    took, memory, said = imported(file)
    stored = re.search(r"stored: (\d+) new", said)
    report.at_least("objects stored", int(stored.group(1)) if stored else 0, "rows", rows)
    report.note("import, end to end", rows / took, "rows/s")
    report.below("peak memory of the importing process", memory, "MB", 400.0)
    return took


def tell_again(report: Report, file: Path, rows: int) -> None:
    """The same file doubles nothing."""
    took, _memory, said = imported(file)
    same = re.search(r"0 new, 0 changed, (\d+) unchanged", said)
    report.at_least("second import: unchanged", int(same.group(1)) if same else 0, "rows", rows)
    report.note("second import", rows / took, "rows/s")


def tell_copy(report: Report, url: str, rows: int, took: float) -> None:
    """The same rows by COPY in binary form into the same table, with its triggers and without."""
    with psycopg.connect(url, autocommit=True) as connection:
        kind = connection.execute("SELECT id FROM objects_objectkind WHERE slug = 'tree'").fetchone()
        assert kind is not None
        rows_of = f"SELECT {COLUMNS} FROM objects_cityobject WHERE code ~ '^R[0-9]{{7}}$'"  # noqa: S608
        with connection.cursor().copy(f"COPY ({rows_of}) TO STDOUT (FORMAT BINARY)") as out:
            blocks = list(out)
        times = {}
        for words, role in (("with triggers", "origin"), ("without triggers", "replica")):
            emptied(connection, kind[0])
            connection.execute(f"SET session_replication_role = {role}")
            began = time.monotonic()
            with connection.cursor().copy(
                f"COPY objects_cityobject ({COLUMNS}) FROM STDIN (FORMAT BINARY)"
            ) as copy:
                for block in blocks:
                    copy.write(block)
            times[words] = time.monotonic() - began
            report.note(f"bare binary COPY {words}", rows / times[words], "rows/s")
    report.note(
        "import, rows/s as a ratio to that COPY with triggers", times["with triggers"] / took, "ratio"
    )


def emptied(connection: psycopg.Connection[Any], kind: int) -> None:
    """Neither objects of the kind nor their cells."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("DELETE FROM objects_cityobject WHERE code ~ '^R[0-9]{7}$'")
    for table in ("objects_cell", "objects_celldelta", "objects_group"):
        connection.execute(f"DELETE FROM {table} WHERE kind_id = {kind}")  # noqa: S608
    connection.execute("VACUUM objects_cityobject, objects_cell")


def tell_area(report: Report, url: str) -> None:
    """Figures of a polygon drawn by hand around 50,000 trees, unfiltered and filtered."""
    from naoso.core.objects.models import ObjectKind
    from naoso.core.objects.pages.counting import statistics
    from naoso.core.objects.selectors import question
    from naoso.core.people.models import Account

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) objects_cityobject")
        area = drawn(connection)
    kind, user = ObjectKind.objects.get(slug="tree"), Account.objects.get(username="truc.ban")
    for words, text in (("statistics", ""), ("statistics, filtered", "girth_cm >= 60 AND health='good'")):
        took = []
        for _turn in range(ASKED):
            began = time.monotonic()
            found = statistics(question(kind, user, text, area), "health", figures=True)
            took.append(1000 * (time.monotonic() - began))
        report.note(f"{words}: trees counted", found["total"], "trees")
        report.note(f"{words}: p50", float(np.percentile(took, 50)), "ms")
        report.below(f"{words}: p95", float(np.percentile(took, 95)), "ms", 300.0)


def drawn(connection: psycopg.Connection[Any]) -> str:
    """A polygon of 24 uneven corners around a town that holds about 50,000 trees."""
    centre = connection.execute(
        "SELECT ST_X(c), ST_Y(c) FROM (SELECT ST_Centroid(ST_Collect(shape)) AS c FROM objects_cityobject "
        "TABLESAMPLE BERNOULLI (2)) s"
    ).fetchone()
    assert centre is not None
    low, high = 0.001, 1.0
    for _step in range(24):
        middle = (low + high) / 2
        ring = polygon(centre, middle)
        row = connection.execute(
            "SELECT count(*) FROM objects_cityobject WHERE ST_Intersects(shape, ST_GeomFromGeoJSON(%s))",
            [ring],
        ).fetchone()
        low, high = (middle, high) if row and row[0] < DRAWN else (low, middle)
    return polygon(centre, high)


def polygon(centre: tuple[float, float], wide: float) -> str:
    """As a hand draws it."""
    dice = random.Random(7)  # noqa: S311
    ring = []
    for corner in range(24):
        reach, turn = wide * dice.uniform(0.8, 1.2), corner / 24 * 2 * math.pi
        ring.append([centre[0] + reach * math.cos(turn), centre[1] + reach * math.sin(turn)])
    return json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
