"""Pure judgement: phones, limits, how grave, and the text that an SMS carries."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.domains.sos import rules
from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import folded

NOW = dt.datetime(2026, 11, 25, 10, 35, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912 345 678", "0912345678"), ("+84 912-345-678", "0912345678"), ("0084912345678", "0912345678"),
        ("84912345678", "0912345678"), ("113", "113"), ("", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_a_phone_number_has_one_form(typed: str, kept: str) -> None:
    assert rules.phone_of(typed) == kept


@pytest.mark.parametrize("typed", ["không có", "0912x45678", "12", "1" * 16, "+"])
def test_letters_are_no_phone_number(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.phone_of(typed)
    (error,) = refused.value.errors
    assert (error.field, error.value, error.rule) == ("phone", typed, "phone")


def test_the_fourth_call_within_ten_minutes_is_too_many() -> None:
    three = [NOW - MINUTE, NOW - 5 * MINUTE, NOW - 9 * MINUTE]
    assert rules.too_many(three, NOW, rules.MOST_OF_A_CALLER)
    assert not rules.too_many(three[:2], NOW, rules.MOST_OF_A_CALLER)
    assert not rules.too_many(three, NOW + 2 * MINUTE, rules.MOST_OF_A_CALLER)


def test_whoever_cannot_speak_about_a_crime_is_the_gravest() -> None:
    assert rules.severity("crime", silent=True) == Severity.EXTREME
    assert rules.severity("crime", silent=False) == Severity.SEVERE
    assert rules.severity("", silent=True) == Severity.SEVERE


def test_a_clock_that_cannot_be_right_is_not_believed() -> None:
    assert rules.believable(None, NOW) == NOW
    assert rules.believable(NOW + 60 * MINUTE, NOW) == NOW
    assert rules.believable(NOW - dt.timedelta(days=400), NOW) == NOW
    assert rules.believable(NOW - 7 * MINUTE, NOW) == NOW - 7 * MINUTE


@given(
    kind=st.sampled_from(["", *rules.KINDS]),
    lon=st.floats(102, 110), lat=st.floats(8, 24),
    accuracy=st.none() | st.floats(0, 90_000), minutes=st.integers(0, 8_000_000),
)  # fmt: skip
def test_what_the_phone_prepares_is_read_back(
    kind: str, lon: float, lat: float, accuracy: float | None, minutes: int
) -> None:
    moment = NOW + minutes * MINUTE
    text = rules.sms_text(kind=kind, place=LonLat(lon, lat), accuracy_m=accuracy, at=moment, key=KEY)
    assert len(text) <= 70
    told = rules.read_sms(text, folded(text))
    assert told.kind == kind
    assert told.place is not None
    assert (told.place.lon, told.place.lat) == pytest.approx((lon, lat), abs=1e-6)
    assert told.accuracy_m == (None if accuracy is None else round(accuracy))
    assert told.at == moment
    assert told.short_key == "3f2504e0"


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    told = rules.read_sms(text, folded(text))
    assert told.kind in {"", *rules.KINDS}


@pytest.mark.parametrize(
    ("text", "kind", "placed"),
    [
        ("SOS ? ? 17:35 25/11/2026", "", False), ("Cứu với, nhà tôi cháy rồi", "fire", False),
        ("ngap toi bung 21.4702, 105.8552", "flood", True), ("SOS fire 0,0", "fire", False),
        ("SOS fire 95.1,105.8", "fire", False), ("lúa non", "", False),
    ],
)  # fmt: skip
def test_what_people_type_themselves_is_read_as_far_as_it_goes(text: str, kind: str, placed: bool) -> None:
    told = rules.read_sms(text, folded(text))
    assert (told.kind, told.place is not None) == (kind, placed)
