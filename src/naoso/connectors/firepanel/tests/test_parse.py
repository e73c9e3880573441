"""Panels' words: what is read, what is refused and how that is named."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.firepanel import EventType, parse
from naoso.kernel.errors import BadInput

FIXTURES = Path(__file__).parent / "fixtures"


def test_an_alarm_is_read() -> None:
    (event,) = parse((FIXTURES / "alarm.json").read_bytes()).events
    assert (event.id, event.type, event.zone, event.detector) == ("7f-001", EventType.ALARM, "2", "15")
    assert event.told_at == dt.datetime(2026, 7, 1, 1, 30, tzinfo=dt.UTC)
    assert event.text == "Đầu báo khói kho vải"


def test_a_bundle_loses_nothing_to_its_broken_part() -> None:
    bundle = parse((FIXTURES / "bundle_one_broken.json").read_bytes())
    assert [event.id for event in bundle.events] == ["a", "c"]
    assert [(e.field, e.rule) for e in bundle.errors] == [("[1].type", "known"), ("[1].time", "iso8601")]


@pytest.mark.parametrize(
    ("name", "field", "rule"),
    [
        ("no_json.txt", "payload", "json"), ("no_id.json", "id", "length"),
        ("no_time.json", "time", "iso8601"),
        ("empty_bundle.json", "[]", "count"), ("number.json", "event", "object"),
        ("zone_list.json", "zone", "text"), ("nul.json", "detector", "text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(name: str, field: str, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse((FIXTURES / name).read_bytes())
    assert (refused.value.errors[0].field, refused.value.errors[0].rule) == (field, rule)


def faults(payload: bytes) -> set[str] | None:
    """The fields that are refused; None where it was read."""
    try:
        parse(payload)
    except BadInput as error:
        return {one.field for one in error.errors}
    return None


@given(st.binary(max_size=200))
def test_bytes_are_read_or_refused(payload: bytes) -> None:
    assert faults(payload) != set()


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.just([1])
    | st.sampled_from(["alarm", "2026-07-01T08:30:00Z"])
)


@given(st.dictionaries(st.sampled_from(["id", "type", "zone", "detector", "time", "text"]), VALUES))
def test_any_object_is_read_or_refused(told: dict[str, object]) -> None:
    found = faults(json.dumps(told).encode())
    assert found is None or {"payload"} | {"id", "type", "zone", "detector", "time", "text"} >= found > set()
