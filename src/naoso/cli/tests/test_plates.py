"""`read-plates`, `train-plates` and what `bench plates` counts."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from naoso.cli.app import app
from naoso.cli.bench.plates import Tally, truth_of
from naoso.cli.plate_lines import parsed_lane
from naoso.connectors.plates import Box, PlateSeen
from naoso.connectors.plates.drawn.panels import panel, turned
from naoso.connectors.plates.drawn.texts import written
from naoso.kernel.errors import BadInput
from naoso.kernel.plates import Colour, parse


def street(folder: Path) -> Path:
    """A grey street with one plate in it."""
    lot = np.random.default_rng(5)
    seen = turned(panel(written(("20-B1", "682.17"), Colour.WHITE), lot), 40, lot, tilt=0.3).pixels
    canvas = np.full((360, 480, 3), 90, np.uint8)
    canvas[100 : 100 + seen.shape[0], 150 : 150 + seen.shape[1]] = seen
    Image.fromarray(canvas).save(folder / "street.png")
    return folder


def test_a_folder_is_read_line_by_line_and_a_broken_picture_does_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    run = CliRunner().invoke(app, ["read-plates", str(street(tmp_path)), "--save", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert "broken.jpg" in run.stderr
    (line,) = [json.loads(text) for text in run.stdout.splitlines()]
    assert (line["file"], line["plate"], line["shown"]) == ("street.png", "20B168217", "20-B1 682.17")
    assert (line["accepted"], line["vehicle"], line["colour"]) == (False, "motorbike", "white")
    assert (tmp_path / "out" / "street-01-plate.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_csv_has_a_head_and_the_same_fields(tmp_path: Path) -> None:
    picture = street(tmp_path) / "street.png"
    run = CliRunner().invoke(app, ["read-plates", str(picture), "--format", "csv"])
    (row,) = csv.DictReader(io.StringIO(run.stdout))
    assert row["plate"] == "20B168217"
    assert row["raw"].startswith("20-B")


@pytest.mark.parametrize(
    "arguments",
    [["/nowhere"], [".", "--format", "xml"], [".", "--a-second", "0"], [".", "--lane", "north"], ["docs"]],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: list[str]) -> None:
    run = CliRunner().invoke(app, ["read-plates", *arguments])
    assert run.exit_code == 1
    assert "Traceback" not in run.output


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed here")
def test_without_torch_training_says_what_it_needs() -> None:
    run = CliRunner().invoke(app, ["train-plates"])
    assert run.exit_code == 1


def test_a_lane_is_written_as_a_name_and_corners() -> None:
    lane = parsed_lane("north:0.1,0.5 0.6,0.5 0.6,1")
    assert (lane.name, lane.corners[0]) == ("north", (0.1, 0.5))
    with pytest.raises(BadInput, match="NAME:x,y"):
        parsed_lane("north:1 2 3")


def test_the_bench_counts_each_text_once_and_reads_the_truth_in_its_stored_form(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "ground_truth.csv").write_text("file,plates,note\na.jpg,20a-123.45|49019BD,\n", "utf-8-sig")
    ((_, wanted),) = truth_of(tmp_path)
    assert wanted == ["20A12345", "49019BD"]
    seen = [
        PlateSeen(parse(text), text, "", (), 0.9, Colour.WHITE, Box(0, 0, 9, 9), agreed)
        for text, agreed in [("20A-123.45", True), ("20A-123.45", False), ("51G-688.82", True)]
    ]
    tally = Tally()
    tally.add(wanted, seen)
    assert (tally.wanted, tally.exact, tally.false, tally.agreed, tally.agreed_right) == (2, 1, 1, 1, 0)
