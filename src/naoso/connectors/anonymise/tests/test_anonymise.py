"""Nothing legible is left in a box; what is private is found, on drawn plates and on real streets."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import naoso
from naoso.connectors.anonymise import Box, blurred, find_private
from naoso.connectors.anonymise.plates import like_a_plate, reader

STREETS = Path(__file__).parents[6] / "shared/data/plates"


def jpeg_of(image: Image.Image, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **more)
    return out.getvalue()


def street(*rows: str, size: int = 60) -> bytes:
    """A grey wall with a white plate of these rows at (400, 300)."""
    image = Image.new("RGB", (1200, 800), (105, 110, 108))
    draw = ImageDraw.Draw(image)
    draw.rectangle((380, 290, 400 + size * 6, 310 + len(rows) * (size + 14)), fill="white", outline="black")
    for number, row in enumerate(rows):
        place = (400, 300 + number * (size + 10))
        draw.text(place, row, font=ImageFont.load_default(size), fill="black", stroke_width=2)
    return jpeg_of(image)


@pytest.mark.parametrize(
    "text",
    [
        "51G-688.82",
        "61-T3",
        "048.92",
        "2222",
        "81-AA",
        "019-BD",
        "220.A5",
        "51G 688.82",
        "Xe 29A-12345",
        "80-NG-333-01",
    ],
)
def test_rows_of_plates_are_taken_for_plates(text: str) -> None:
    assert like_a_plate(text)


@pytest.mark.parametrize(
    "text", ["HONDA", "Sông Công", "0912 345 678", "Số 7", "50", "", "Ủy ban nhân dân phường", "A1"]
)
def test_signs_and_telephone_numbers_are_left(text: str) -> None:
    assert not like_a_plate(text)


@pytest.mark.parametrize("rows", [("20-B1", "345.67"), ("20A-123.45",)])
def test_a_drawn_plate_is_found_and_covered(rows: tuple[str, ...]) -> None:
    photo = street(*rows)
    plates = [box for box in find_private(photo) if box.kind == "plate"]
    assert plates
    assert any(covers(box, 500, 330) for box in plates)
    assert not [box for box in find_private(blurred(photo, plates)) if box.kind == "plate"]


def covers(box: Box, x: int, y: int) -> bool:
    return box.left <= x < box.left + box.width and box.top <= y < box.top + box.height


def test_a_wall_has_nothing_private() -> None:
    assert find_private(jpeg_of(Image.new("RGB", (640, 480), (120, 130, 90)))) == []


def test_no_detail_is_left_in_a_box_and_all_of_it_outside() -> None:
    dice = np.random.default_rng(4)
    noise = np.kron(dice.integers(0, 255, (60, 80, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    photo = jpeg_of(Image.fromarray(noise))
    done = np.asarray(Image.open(io.BytesIO(blurred(photo, [Box(160, 120, 200, 160)]))), dtype=float)
    inside, outside = done[125:275, 165:355], done[300:, 400:]
    assert np.abs(np.diff(inside, axis=1)).max() < 40
    assert np.abs(np.diff(outside, axis=1)).max() > 100
    assert inside.std() < outside.std() / 2


def test_boxes_at_and_beyond_the_edges_are_cut() -> None:
    photo = jpeg_of(Image.new("RGB", (100, 80), "red"))
    boxes = [
        Box(-20, -20, 50, 50),
        Box(90, 70, 500, 500),
        Box(300, 300, 5, 5),
        Box(10, 10, 0, 9),
        Box(5, 5, 1, 1),
    ]
    assert Image.open(io.BytesIO(blurred(photo, boxes))).size == (100, 80)


def test_metadata_goes() -> None:
    photo = jpeg_of(Image.new("RGB", (64, 64)), comment=b"0912", icc_profile=b"x" * 200)
    assert b"0912" not in blurred(photo, [])
    assert "icc_profile" not in Image.open(io.BytesIO(blurred(photo, []))).info


def test_importing_loads_no_network_library() -> None:
    ask = "import sys, naoso.connectors.anonymise; print({'cv2', 'onnxruntime'} & set(sys.modules))"
    where = os.environ | {"PYTHONPATH": str(Path(naoso.__file__).parents[1])}
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=where)
    assert told.stdout.strip() == "set()"


def truth() -> list[tuple[str, list[str]]]:
    if not STREETS.is_dir():
        return []
    with (STREETS / "ground_truth.csv").open(encoding="utf-8") as rows:
        return [(row["file"], row["plates"].split("|")) for row in csv.DictReader(rows)]


@pytest.mark.skipif(not STREETS.is_dir(), reason="the street photographs are not on this machine")
@pytest.mark.parametrize(("file", "plates"), truth())
def test_no_plate_of_a_real_street_is_left_to_read(file: str, plates: list[str]) -> None:
    photo = (STREETS / file).read_bytes()
    found = find_private(photo)
    assert sum(box.kind == "plate" for box in found) >= len(plates)
    left = legible(blurred(photo, found))
    assert not [plate for plate in plates if plate[-4:] in left or plate[:4] in left]


def legible(photo: bytes) -> str:
    pixels = np.asarray(Image.open(io.BytesIO(photo)).convert("RGB"))
    read = reader()(np.ascontiguousarray(pixels[:, :, ::-1]), use_cls=False)
    return " ".join(re.sub(r"[^A-Z0-9]", "", text) for text in read.txts or ())
