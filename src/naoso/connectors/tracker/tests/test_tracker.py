"""What a tracker may say; whatever else comes is told apart, never a crash."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.tracker import FUTURE, Bundle, parse
from naoso.kernel.errors import BadInput

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
GOOD: dict[str, Any] = {"resource": "cc-01", "lon": 105.85, "lat": 21.47, "time": NOW.timestamp()}


def one(**more: Any) -> Bundle:
    return parse(json.dumps(GOOD | more).encode(), NOW)


def test_a_position_alone_in_a_list_and_in_a_bundle() -> None:
    assert one(speed=40, accuracy=5).fixes[0].speed_kmh == 40
    for body in ([GOOD, GOOD], {"positions": [GOOD, GOOD]}):
        assert len(parse(json.dumps(body).encode(), NOW).fixes) == 2
    local = one(time="2026-07-01T15:00:00+07:00").fixes[0]
    assert (local.at, local.at.tzinfo) == (NOW, UTC)


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"lon": 0, "lat": 0}, "lon,lat", "null-island"),
        ({"lat": 91}, "lat", "range"),
        ({"lon": True}, "lon", "number"),
        ({"lon": None}, "lon", "number"),
        ({"time": "2026-07-01T15:00:00"}, "time", "format"),
        ({"time": (NOW + FUTURE + timedelta(seconds=1)).isoformat()}, "time", "future"),
        ({"time": (NOW - timedelta(days=8)).isoformat()}, "time", "age"),
        ({"time": 1e30}, "time", "format"),
        ({"speed": -1}, "speed", "range"),
        ({"speed": 900}, "speed", "range"),
        ({"accuracy": "8"}, "accuracy", "range"),
        ({"resource": 7}, "resource", "text"),
    ],
)
def test_refused_by_field_and_rule(more: dict[str, Any], field: str, rule: str) -> None:
    told = one(**more)
    assert told.fixes == ()
    assert [(error.field, error.rule) for error in told.errors] == [(field, rule)]


def test_a_clock_a_little_ahead_counts_as_now() -> None:
    assert one(time=(NOW + timedelta(minutes=4)).isoformat()).fixes[0].at == NOW


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"7", b'"x"', b"[]", b"null", b'{"positions": 1}', b"[" * 90_000]
)
def test_no_message_at_all(payload: bytes) -> None:
    with pytest.raises(BadInput):
        parse(payload, NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["lon", "lat", "time", "speed", "resource", "positions"]), inner, max_size=6
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_comes_is_read_or_refused(body: Any) -> None:
    try:
        told = parse(json.dumps(body).encode(), NOW)
    except BadInput:
        return
    assert told.fixes or told.errors
    for fix in told.fixes:
        assert NOW - timedelta(days=7) <= fix.at <= NOW
        assert abs(fix.place.lat) <= 90
