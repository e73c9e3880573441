"""Votes, directions, lanes, movement: without any network."""

from __future__ import annotations

import numpy as np
import pytest

from naoso.connectors.plates import Box, Direction, Frame, Lane, LiveReader, PlateSeen, passages_of
from naoso.connectors.plates.lanes import lane_of, regions
from naoso.connectors.plates.motion import MotionGate
from naoso.connectors.plates.tracks import Track
from naoso.kernel.errors import BadInput
from naoso.kernel.plates import Colour, parse

HERE = Box(50, 40, 20, 10)
STREET = np.full((90, 160, 3), 90, np.uint8)


def seen(text: str, box: Box = HERE, *, agreed: bool = True, sure: float = 0.9) -> PlateSeen:
    return PlateSeen(parse(text), text, text, (), sure, Colour.WHITE, box, agreed)


class Script:
    """A reader that knows what it will see: stands for the networks, which have tests of their own."""

    def __init__(self, *pictures: list[PlateSeen]) -> None:
        self.pictures = list(pictures)

    def read(
        self, pixels: np.ndarray, lanes: tuple[Lane, ...] = (), moved: Box | None = None
    ) -> list[PlateSeen]:
        return self.pictures.pop(0) if self.pictures else []


def passages(*pictures: list[PlateSeen], lanes: tuple[Lane, ...] = ()) -> list:
    frames = [Frame(STREET, number / 2) for number in range(len(pictures))]
    return list(passages_of(frames, Script(*pictures), lanes, gated=False))  # type: ignore[arg-type]


def test_three_votes_of_both_readers_are_accepted_and_two_are_not() -> None:
    (three,) = passages(*[[seen("20A-123.45")]] * 3)
    (two,) = passages(*[[seen("20A-123.45")]] * 2)
    assert (three.accepted, three.votes) == (True, 3)
    assert (two.accepted, two.votes) == (False, 2)


def test_votes_of_one_reader_alone_go_to_a_person() -> None:
    (passage,) = passages(*[[seen("20A-123.45", agreed=False)]] * 5)
    assert (passage.accepted, passage.votes) == (False, 5)


def test_a_slip_in_one_picture_is_outvoted_and_kept_as_a_candidate() -> None:
    (passage,) = passages(*[[seen("20A-123.45")]] * 3, [seen("20A-123.46", agreed=False, sure=0.99)])
    assert passage.seen.plate == parse("20A-123.45")
    assert [plate.text for plate in passage.seen.candidates] == ["20A12346"]


def test_a_single_picture_is_told_apart() -> None:
    (passage,) = passages([seen("20A-123.45")])
    assert (passage.accepted, passage.both_once, passage.votes) == (False, True, 1)


def test_two_vehicles_with_near_texts_side_by_side_stay_two() -> None:
    left, right = seen("20A-123.45", Box(10, 40, 20, 10)), seen("20A-123.46", Box(120, 40, 20, 10))
    told = passages(*[[left, right]] * 3)
    assert sorted(one.seen.plate.text for one in told) == ["20A12345", "20A12346"]


def test_a_passage_is_over_two_seconds_after_it_was_seen_last() -> None:
    again = seen("20A-123.45", Box(90, 40, 20, 10))
    live = LiveReader(Script([seen("20A-123.45")], [], [again]), gated=False)  # type: ignore[arg-type]
    assert live.take(Frame(STREET, 0.0)) == live.take(Frame(STREET, 1.9)) == []
    assert len(live.take(Frame(STREET, 2.1))) == 1
    (later,) = live.close()
    assert later.first_at == 2.1


def test_a_parked_vehicle_is_told_of_once_and_again_when_it_drives_off() -> None:
    parked, gone = seen("20A-123.45"), seen("20A-123.45", Box(90, 60, 24, 12))
    told = passages(*[[parked]] * 150, *[[]] * 8, [parked], *[[]] * 8, [parked], [gone])
    assert [(one.first_at, one.votes) for one in told] == [(0.0, 121), (83.5, 2)]


@pytest.mark.parametrize(
    ("last", "direction"),
    [
        (Box(50, 50, 30, 15), Direction.TOWARDS),
        (Box(50, 30, 14, 7), Direction.AWAY),
        (Box(90, 42, 20, 10), Direction.RIGHT),
        (Box(10, 42, 20, 10), Direction.LEFT),
        (Box(50, 70, 21, 10), Direction.TOWARDS),
        (Box(52, 41, 20, 10), Direction.UNKNOWN),
    ],
)
def test_which_way_it_went(last: Box, direction: Direction) -> None:
    track = Track([(0.0, seen("20A-123.45")), (0.5, seen("20A-123.45", last))])
    assert track.direction() is direction


def test_lanes_cut_the_picture_and_name_the_passage() -> None:
    left = Lane("left", ((0, 0.5), (0.4, 0.5), (0.4, 1), (0, 1)))
    right = Lane("right", ((0.6, 0.5), (1, 0.5), (1, 1), (0.6, 1)))
    assert regions([left, right], 1000, 500) == [Box(0, 250, 400, 250), Box(600, 250, 400, 250)]
    assert regions([left, left], 1000, 500) == [Box(0, 250, 400, 250)]
    assert regions([], 1000, 500) == [Box(0, 0, 1000, 500)]
    assert lane_of([left, right], Box(690, 300, 20, 10), 1000, 500) == "right"
    assert lane_of([left, right], Box(490, 300, 20, 10), 1000, 500) == ""
    with pytest.raises(BadInput, match="shares from 0 to 1"):
        Lane("wrong", ((0, 0), (2, 0), (1, 1)))


def test_the_gate_opens_for_what_moves_and_shuts_over_a_still_street() -> None:
    gate, car = MotionGate(), STREET.copy()
    car[40:70, 60:100] = 220
    assert gate.open(STREET, 0.0)
    assert [gate.open(STREET, at) for at in (2.0, 4.0, 10.0)] == [True, False, False]
    assert gate.open(car, 11.0)
    moved = gate.moved(1600, 900)
    assert moved is not None
    assert (moved.left < 500, moved.left + moved.width > 1100) == (True, True)
    assert (moved.top <= 300, moved.top + moved.height > 800) == (True, True)
    assert moved.width * moved.height < 0.45 * 1600 * 900
    assert (moved.left % 200, moved.width % 200, moved.height % 150) == (0, 0, 0)  # of few sizes


def test_a_cloud_that_darkens_the_whole_street_does_not_open_the_gate() -> None:
    gate = MotionGate()
    gate.open(STREET, 0.0)
    assert not gate.open((STREET + 40).astype(np.uint8), 10.0)


def test_what_moves_outside_the_lanes_does_not_open_the_gate() -> None:
    gate, tree = MotionGate((Lane("road", ((0, 0.6), (1, 0.6), (1, 1), (0, 1))),)), STREET.copy()
    tree[:40, :80] = 220
    gate.open(STREET, 0.0)
    assert not gate.open(tree, 10.0)
