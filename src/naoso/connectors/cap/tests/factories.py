"""Alerts for tests, and strategies that make any."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from naoso.connectors.cap import alert as cap
from naoso.connectors.cap.alert import Alert, Area, Circle, Info, Reference, Resource
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import nfc

VN = dt.timezone(dt.timedelta(hours=7))
SENT = dt.datetime(2026, 7, 1, 14, 0, tzinfo=VN)
SQUARE = tuple(
    LonLat(*at) for at in ((105.8, 21.4), (105.9, 21.4), (105.9, 21.5), (105.8, 21.5), (105.8, 21.4))
)


def info(**more: Any) -> Info:
    """A flood in one ward, in Vietnamese, for six hours."""
    area = Area("phường Sông Công", (SQUARE,), (Circle(LonLat(105.85, 21.47), 3),), (("VN-admin", "05518"),))
    base = Info(
        event="Ngập lụt", categories=("Met",), urgency="Immediate", severity="Severe", certainty="Observed",
        language="vi-VN", responses=("Evacuate",), expires=SENT + dt.timedelta(hours=6),
        headline="Cảnh báo ngập lụt", description="Nước sông dâng", instruction="Di dời lên chỗ cao",
        areas=(area,),
    )  # fmt: skip
    return replace(base, **more)


def alert(**more: Any) -> Alert:
    """A public alert of today."""
    base = Alert("VN-1", "canhbao@example.vn", SENT, "Actual", "Alert", "Public", infos=(info(),))
    return replace(base, **more)


def clean(text: str) -> str:
    """As the reader leaves it."""
    return nfc(text.replace("\r", "")).strip()


LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
TEXT = st.text(LETTERS, max_size=40).map(clean)
WORDS = st.text(LETTERS, min_size=1, max_size=40).map(clean).filter(bool)
TOKEN = st.text("abcXYZ019.@-_:/", min_size=1, max_size=30)
COUNT = st.integers(-90 * 10**6, 90 * 10**6)
POINTS = st.builds(
    lambda lon, lat: LonLat(lon / 10**6, lat / 10**6), st.integers(-(18 * 10**7), 18 * 10**7), COUNT
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
YEARS = [
    (dt.datetime(first, 1, 1), dt.datetime(last, 1, 1))  # noqa: DTZ001 - hypothesis wants naive bounds
    for first, last in ((2000, 2080), (2081, 2090))
]
TIMES = st.builds(
    lambda when, zone: when.replace(microsecond=0, tzinfo=zone),
    st.datetimes(*YEARS[0]), OFFSETS,
)  # fmt: skip
LATER = st.builds(
    lambda when, zone: when.replace(microsecond=0, tzinfo=zone),
    st.datetimes(*YEARS[1]), OFFSETS,
)  # fmt: skip
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple)
RINGS = st.lists(POINTS, min_size=3, max_size=6).map(lambda points: (*points, points[0]))
AREAS = st.builds(
    Area, WORDS, st.lists(RINGS, max_size=2).map(tuple),
    st.lists(st.builds(Circle, POINTS, st.integers(0, 10**6).map(lambda n: n / 1000)), max_size=2).map(tuple),
    PAIRS, st.none() | st.integers(-100, 10**5).map(float),
)  # fmt: skip
RESOURCES = st.builds(
    Resource, WORDS, WORDS, st.none() | st.integers(0, 10**9), st.just("https://a.vn/b.jpg")
)


def several(words: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of a closed list."""
    return st.lists(st.sampled_from(words), min_size=least, max_size=3).map(tuple)


INFOS = st.builds(
    Info, WORDS, several(cap.CATEGORY, 1), st.sampled_from(cap.URGENCY), st.sampled_from(cap.SEVERITY),
    st.sampled_from(cap.CERTAINTY), st.sampled_from(["vi-VN", "en", "tyz", "nut-VN"]), several(cap.RESPONSE),
    TEXT, PAIRS, st.none() | TIMES, st.none() | TIMES, st.none() | LATER, TEXT, TEXT, TEXT, TEXT,
    st.just("") | st.just("https://a.vn/"), TEXT, PAIRS, st.lists(RESOURCES, max_size=1).map(tuple),
    st.lists(AREAS, max_size=2).map(tuple),
)  # fmt: skip
ALERTS = st.builds(
    Alert, TOKEN, TOKEN, TIMES, st.sampled_from(cap.STATUS), st.sampled_from(cap.MESSAGE_TYPE),
    st.just("Public"), TEXT, st.just(""), st.lists(TOKEN, max_size=2).map(tuple),
    st.lists(WORDS, max_size=2).map(tuple), TEXT,
    st.lists(st.builds(Reference, TOKEN, TOKEN, TIMES), min_size=1, max_size=2).map(tuple),
    st.lists(TOKEN, max_size=2).map(tuple), st.lists(INFOS, max_size=2).map(tuple),
)  # fmt: skip
