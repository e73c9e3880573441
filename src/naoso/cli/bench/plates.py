"""Number plates: how many are read exactly, how many are invented, how much may count, at what cost.

Real photographs lie outside the repository, for they show real people's plates; without them the drawn ones
are measured alone, under their own names.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from naoso.cli.bench.report import Report
from naoso.config.options import ROOT
from naoso.connectors.plates import Frame, Passage, PlateReader, PlateSeen, passages_of, pixels_of
from naoso.connectors.plates.drawn.panels import panel, turned, weathered
from naoso.connectors.plates.drawn.scenes import drive, scene
from naoso.connectors.plates.drawn.texts import Written, long_one, short_one
from naoso.kernel.errors import BadInput
from naoso.kernel.plates import clean, parse

Pixels = NDArray[np.uint8]

DEFAULT_FOLDER = ROOT.parent / "shared" / "data" / "plates"
TRUTH = "ground_truth.csv"
SCENE_SEED, CROP_SEED, DRIVE_SEED = 1979, 1945, 1954  # training draws from others
SCENES, CROPS, DRIVES = 30, 200, 12
FRAMES_A_SECOND = 3.0
EXACT, FALSE, SCENE_MS = 93.0, 1.0, 500.0
CROP_EXACT, CROP_MS = 98.0, 40.0
ACCEPTED_RIGHT = 99.5


@dataclass(slots=True)
class Tally:
    """Of one set of pictures; processor time is of one core, as every reader runs on one thread."""

    wanted: int = 0
    exact: int = 0
    false: int = 0
    agreed: int = 0
    agreed_right: int = 0
    milliseconds: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def add(self, wanted: Iterable[str], seen: Iterable[PlateSeen]) -> None:
        """Each plate of the picture counts once, and so does each text that stands on none of them."""
        texts = set(wanted)
        read = {one.plate.text: one.agreed for one in seen if one.plate is not None}
        self.wanted += len(texts)
        self.exact += len(texts & read.keys())
        self.false += len(read.keys() - texts)
        self.agreed += sum(read.values())
        self.agreed_right += sum(agreed for text, agreed in read.items() if text in texts)

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Processor time and wall time of what is done inside."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.milliseconds.append(1000 * (time.process_time() - processor))
        self.wall.append(1000 * (time.perf_counter() - wall))

    def share(self, count: int, of: int) -> float:
        """In per cent; nought of nothing."""
        return 100 * count / of if of else 0.0


def run(folder: Path | None, *, crops: bool) -> bool:
    """Prints the figures; False when one falls short."""
    report = Report("plates")
    report.note("load before", round(os.getloadavg()[0], 2), "processes")
    reader = PlateReader()
    reader.read(scene(np.random.default_rng(0)).pixels)  # the networks are loaded outside the clock
    where = folder or DEFAULT_FOLDER
    if (where / TRUTH).is_file():
        of_photographs(report, reader, where, crops=crops)
    elif folder is not None:
        raise BadInput.of("folder", str(folder), "truth", f"there is no {TRUTH} in it")
    else:
        report.note("photographs", "skipped: no folder with ground truth", "")
    of_drawn_scenes(report, reader)
    if crops:
        of_drawn_crops(report, reader)
    of_drives(report, reader)
    return report.ok


def truth_of(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Picture and its readable plates; the grammar gives each its stored form."""
    with (folder / TRUTH).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            picture = folder / Path(row.get("file") or "").name
            if not picture.is_file():
                raise BadInput.of("file", row.get("file"), "missing", f"{TRUTH} names it; it is not there")
            yield picture, [stored(text) for text in (row.get("plates") or "").split("|") if text.strip()]


def stored(text: str) -> str:
    """As plates are compared; what the grammar does not know is kept as it is written."""
    plate = parse(text)
    return plate.text if plate is not None else clean(text)


def of_photographs(report: Report, reader: PlateReader, folder: Path, *, crops: bool) -> None:
    """Whole pictures, then the plates cut out of them where our own detection found them."""
    scenes, cut = Tally(), Tally()
    for picture, wanted in truth_of(folder):
        pixels = pixels_of(picture.read_bytes(), field=picture.name)
        with scenes.clock():
            seen = reader.read(pixels)
        scenes.add(wanted, seen)
        for one in seen if crops else ():
            if one.plate is None or one.plate.text not in wanted:
                continue
            box = one.box.grown(0.04, pixels.shape[1], pixels.shape[0])
            part = pixels[box.top : box.top + box.height, box.left : box.left + box.width]
            with cut.clock():
                read = reader.read_crop(part)
            cut.add([one.plate.text], [read] if read is not None else [])
    told(report, "photographs", scenes, EXACT, SCENE_MS)
    if crops:
        told(report, "crops of photographs (cut by our own detection)", cut, CROP_EXACT, CROP_MS)


def of_drawn_scenes(report: Report, reader: PlateReader) -> None:
    """1080p, three vehicles each, telephone numbers and dates beside them."""
    tally = Tally()
    for number in range(SCENES):
        drawn = scene(np.random.default_rng((SCENE_SEED, number)))
        with tally.clock():
            seen = reader.read(drawn.pixels)
        tally.add([written.plate.text for written in drawn.plates], seen)
    told(report, "synthetic scenes", tally, None, SCENE_MS)


def of_drawn_crops(report: Report, reader: PlateReader) -> None:
    """Plates alone, slanted, blurred, dirty."""
    tally = Tally()
    for number in range(CROPS):
        lot = np.random.default_rng((CROP_SEED, number))
        written = long_one(lot) if number % 2 else short_one(lot)
        pixels = weathered(
            turned(panel(written, lot), float(lot.uniform(14, 40)), lot).pixels, lot, strength=0.6
        )
        with tally.clock():
            read = reader.read_crop(pixels)
        tally.add([written.plate.text], [read] if read is not None else [])
    told(report, "synthetic crops", tally, None, CROP_MS)


def of_drives(report: Report, reader: PlateReader) -> None:
    """Vehicles that pass, eight pictures each: what the rule of three votes by both readers accepts."""
    wanted, exact, accepted, right, false = 0, 0, 0, 0, 0
    for number in range(DRIVES):
        lot = np.random.default_rng((DRIVE_SEED, number))
        written = long_one(lot) if number % 2 else short_one(lot)
        passages = list(passages_of(frames(lot, written), reader, gated=False))
        wanted += 1
        exact += any(is_of(passage, written) for passage in passages)
        false += sum(passage.seen.plate is not None and not is_of(passage, written) for passage in passages)
        accepted += sum(passage.accepted for passage in passages)
        right += sum(passage.accepted and is_of(passage, written) for passage in passages)
    report.note("synthetic drives", wanted, "vehicles")
    report.note("synthetic drives, exact", 100 * exact / wanted, "%")
    report.note("synthetic drives, false", false, "plates")
    report.note("synthetic drives, accepted by three votes of both readers", 100 * accepted / wanted, "%")
    if accepted:
        report.at_least(
            "synthetic drives, accepted that are right", 100 * right / accepted, "%", ACCEPTED_RIGHT
        )


def frames(lot: np.random.Generator, written: Written) -> Iterator[Frame]:
    """With their moments."""
    for number, pixels in enumerate(drive(lot, written)):
        yield Frame(pixels, number / FRAMES_A_SECOND)


def is_of(passage: Passage, written: Written) -> bool:
    """Is it this very plate?"""
    return passage.seen.plate is not None and passage.seen.plate.text == written.plate.text


def told(report: Report, name: str, tally: Tally, exact: float | None, most_ms: float) -> None:
    """All figures of one set; a reach for exactness only where the pictures are real."""
    report.note(f"{name}, plates", tally.wanted, "plates")
    exact_share = tally.share(tally.exact, tally.wanted)
    false_share = tally.share(tally.false, tally.wanted)
    if exact is None:
        report.note(f"{name}, exact", exact_share, "%")
        report.note(f"{name}, false", false_share, "%")
    else:
        report.at_least(f"{name}, exact", exact_share, "%", exact)
        report.at_most(f"{name}, false", false_share, "%", FALSE)
    report.note(f"{name}, both readers agree at once", tally.share(tally.agreed, tally.wanted), "%")
    if tally.agreed:
        right = tally.share(tally.agreed_right, tally.agreed)
        if exact is None:
            report.note(f"{name}, of those right", right, "%")
        else:
            report.at_least(f"{name}, of those right", right, "%", ACCEPTED_RIGHT)
    report.at_most(f"{name}, processor time a picture, median", median(tally.milliseconds), "ms", most_ms)
    report.note(f"{name}, wall time a picture, median", median(tally.wall), "ms")
