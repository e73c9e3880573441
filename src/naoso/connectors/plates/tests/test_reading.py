"""Both networks on drawn plates, and on photographs where they are at hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from naoso.cli.bench.plates import DEFAULT_FOLDER, TRUTH, truth_of
from naoso.connectors.plates import Box, Frame, Lane, PlateReader, Vehicle, passages_of, pixels_of, second
from naoso.connectors.plates.drawn.panels import panel, turned
from naoso.connectors.plates.drawn.scenes import drive, scene, street
from naoso.connectors.plates.drawn.texts import written
from naoso.connectors.plates.training.samples import BATCH, HIGH, Samples
from naoso.kernel.plates import Colour

MARGIN = 10  # pixels of the surroundings that a detector would not have cut along


@cache
def reader() -> PlateReader:
    return PlateReader()


@pytest.mark.parametrize(
    ("rows", "ground", "vehicle"),
    [
        (("51G-688.82",), Colour.WHITE, Vehicle.CAR),
        (("20-B1", "234.56"), Colour.WHITE, Vehicle.MOTORBIKE),
        (("97A-048.92",), Colour.BLUE, Vehicle.CAR),
    ],
)
def test_a_drawn_plate_is_read_by_both(rows: tuple[str, ...], ground: Colour, vehicle: Vehicle) -> None:
    plate = written(rows, ground)
    seen = turned(panel(plate, np.random.default_rng(5)), 34, np.random.default_rng(5), tilt=0.3)
    read = reader().read_crop(seen.pixels[MARGIN:-MARGIN, MARGIN:-MARGIN])
    assert read is not None
    assert read.plate == plate.plate
    assert (read.agreed, read.colour, read.vehicle) == (True, ground, vehicle)


def test_the_plate_of_a_small_moped_has_its_letters_in_the_lower_row() -> None:
    plate = written(("29", "019-BD"), Colour.WHITE)
    read = reader().read_crop(
        turned(panel(plate, np.random.default_rng(5)), 34, np.random.default_rng(5)).pixels
    )
    assert read is not None
    assert (read.plate, read.vehicle) == (plate.plate, Vehicle.MOTORBIKE)


def test_in_a_street_the_plates_are_read_and_nothing_else() -> None:
    drawn = scene(np.random.default_rng(3), vehicles=2, smallest=30, largest=36)
    seen = reader().read(drawn.pixels)
    assert {one.plate.text for one in seen if one.plate} == {one.plate.text for one in drawn.plates}


def test_a_lane_leaves_out_what_lies_beside_it() -> None:
    drawn = scene(np.random.default_rng(3), vehicles=2, smallest=30, largest=36)
    left = Lane("left", ((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
    seen = reader().read(drawn.pixels, [left])
    assert [one.plate.text for one in seen if one.plate] == [drawn.plates[0].plate.text]
    assert seen[0].box.left < 960


def test_a_vehicle_that_comes_nearer_is_one_accepted_passage() -> None:
    plate = written(("20A-682.17",), Colour.WHITE)
    pixels = list(drive(np.random.default_rng(2), plate, frames=4))
    frames = [Frame(one[300:1000, 500:1300], number / 2) for number, one in enumerate(pixels)]
    (passage,) = passages_of(frames, reader(), gated=False)
    assert passage.seen.plate == plate.plate
    assert (passage.accepted, passage.direction) == (True, "towards")
    assert passage.crop[:2] == passage.scene[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    "pixels", [street(np.random.default_rng(1))[:200, :300], np.zeros((8, 8, 3), np.uint8)]
)
def test_where_there_is_no_plate_none_is_seen(pixels: np.ndarray) -> None:
    assert [one for one in reader().read(pixels) if one.plate] == []
    crop = reader().read_crop(pixels)
    assert crop is None or crop.plate is None


def test_the_second_reader_reads_what_it_was_not_trained_on() -> None:
    samples = Samples(4242, 4 * BATCH)
    rows = [row for number in range(0, 4 * BATCH, 4) for row in samples[number]]
    hits = 0
    for image, text in rows:
        assert image.shape[0] == HIGH
        (chances,) = second.net().run(None, {"rows": image[None, None]})
        hits += second.decoded(chances[0])[0] == text
    assert hits >= 0.8 * len(rows)


@pytest.mark.skipif(not (DEFAULT_FOLDER / TRUTH).is_file(), reason="no photographs in ../shared/data/plates")
@pytest.mark.parametrize("name", ["14.jpg", "20.jpg"])
def test_photographs_are_read_exactly(name: str) -> None:
    (truth,) = [(path, plates) for path, plates in truth_of(DEFAULT_FOLDER) if path.name == name]
    seen = reader().read(pixels_of(truth[0].read_bytes()))
    assert {one.plate.text for one in seen if one.plate} == set(truth[1])
    assert all(isinstance(one.box, Box) for one in seen)
