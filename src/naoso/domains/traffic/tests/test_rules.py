"""Pure judgement: edit distance, geometry of travel, what is withheld."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from naoso.domains.traffic import rules
from naoso.domains.traffic.plates import known, shown
from naoso.domains.traffic.rules import Gate, ahead, heading_of, one_off, queue_estimate
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

AT = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
WORDS = some.text("0123456789AB", min_size=1, max_size=9)


@given(WORDS, some.integers(0, 8), some.sampled_from("0123456789AB"))
def test_one_change_is_one_off(word: str, place: int, sign: str) -> None:
    place %= len(word)
    assert one_off(word, word)
    assert one_off(word, word[:place] + sign + word[place + 1 :])
    assert one_off(word, word[:place] + word[place + 1 :])
    assert one_off(word[:place] + sign + word[place:], word)


@pytest.mark.parametrize(("one", "other"), [("20412345", "20412354"), ("2041", "204123"), ("ABC", "BCA")])
def test_two_changes_are_not(one: str, other: str) -> None:
    assert not one_off(one, other)


def test_the_way_of_travel_and_what_lies_ahead() -> None:
    here = Gate(1, "A", LonLat(105.85, 21.47))
    north, south = Gate(2, "B", LonLat(105.85, 21.49)), Gate(3, "C", LonLat(105.85, 21.45))
    assert (heading_of(90, "away"), heading_of(90, "towards"), heading_of(90, "")) == (90, 270, None)
    found = ahead(here, 0, [here, north, south], AT, usual_kmh=40, sections={})
    assert [one.gate.name for one in found] == ["B"]
    assert found[0].metres == pytest.approx(2224 * 1.3, rel=0.01)
    assert (found[0].expected_at - AT).total_seconds() == pytest.approx(260, rel=0.02)
    around = ahead(here, None, [north, south], AT, usual_kmh=40, sections={3: (2500.0, 100.0)})
    assert [(one.gate.name, one.measured) for one in around] == [("C", True), ("B", False)]
    assert around[0].expected_at - AT == dt.timedelta(seconds=90)


def test_a_queue_is_estimated_from_how_long_a_lane_is_covered() -> None:
    assert (queue_estimate(None), queue_estimate(0.0), queue_estimate(0.5)) == (None, 0, 20)


def test_open_counts_tell_no_small_one_even_by_subtraction() -> None:
    for count in range(12):
        for outside in range(count + 1):
            told, part = rules.open_counts_of(count, outside)
            known_parts = {told, part, told - part if told is not None and part is not None else None}
            assert known_parts & {1, 2, 3, 4} == set(), (count, outside)
    assert rules.open_counts_of(12, 6) == (12, 6)
    assert (rules.open_counts_of(7, 6), rules.open_counts_of(3, 0)) == ((7, None), (None, None))
    assert [rules.open_counts_of(n, n)[0] for n in (0, 1, 4, 5, 900)] == [0, None, None, 5, 900]
    assert (rules.open_counts_of(7, 7), rules.open_counts_of(7, 0)) == ((7, 7), (7, 0))


@pytest.mark.parametrize("name", ["passages/2026-01-05/a1.jpg", "passages/2026-01-05/y/z_9.jpeg", ""])
def test_pictures_lie_below_passages(name: str) -> None:
    rules.check_picture_name("crop", name)


@pytest.mark.parametrize(
    "name",
    [
        "sos/a.jpg", "passages/../sos/a.jpg", "/passages/a/b.jpg", "passages/a.png", "passages/x/y.jpg",
        "passages/2026-02-30/a.jpg", f"passages/2026-01-05/{'a' * 140}.jpg",
    ],
)  # fmt: skip
def test_and_nowhere_else(name: str) -> None:
    with pytest.raises(BadInput):
        rules.check_picture_name("crop", name)


@pytest.mark.parametrize(
    ("text", "vehicle", "written"),
    [
        ("20A12345", "", "20A-123.45"), ("20A12345", "motorbike", "20-A1 2345"), ("20A1234", "", "20A-1234"),
        ("20MĐ123456", "", "20-MĐ1 234.56"), ("UN4417", "", "UN4417"),
    ],
)  # fmt: skip
def test_plates_are_shown_as_people_write_them(text: str, vehicle: str, written: str) -> None:
    assert shown(text, vehicle) == written


def test_home_is_two_codes_and_outside_the_grammar_nothing_is_said() -> None:
    told = {
        text: (found.local, found.in_grammar)
        for text in ("20A12345", "97C11111", "30A55555", "TK-45-21", "80A12345", "UN4417")
        if (found := known(text))
    }
    assert told == {
        "20A12345": (True, True), "97C11111": (True, True), "30A55555": (False, True),
        "TK-45-21": (None, True), "80A12345": (None, True), "UN4417": (None, False),
    }  # fmt: skip
    assert known("xin chào") is None
