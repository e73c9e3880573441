"""Whatever bytes come, there are sightings or BadInput, nothing else."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from naoso.connectors.platereader import OWN, Mapping, parse, pointer_fault
from naoso.kernel.errors import BadInput

JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.text() | some.integers(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
)
GOOD = {"plate": "20A-123.45", "at": "2026-03-02T08:00:00+07:00", "camera": "c1"}
FIELDS = some.sampled_from(
    [
        part.removeprefix("/")
        for part in (
            OWN.crop,
            OWN.lane,
            OWN.speed,
            OWN.candidates,
            OWN.confidence,
            OWN.agreed,
            OWN.id,
            OWN.raw,
        )
    ]
)


def outcome(payload: bytes) -> list[str]:
    """The plates read, or the fields at fault."""
    try:
        return [row.plate for row in parse(payload).rows]
    except BadInput as error:
        return [fault.field for fault in error.errors]


@given(some.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    assert outcome(data)


@given(some.dictionaries(FIELDS, JSON))
def test_any_values_in_known_fields(more: dict[str, object]) -> None:
    found = outcome(json.dumps(GOOD | more).encode())
    assert found == ["20A-123.45"] or all(field.startswith("/") for field in found)


@pytest.mark.parametrize(
    "at",
    ["2026-03-02T01:00:00Z", "2026-03-02T08:00:00", 1772413200, 1772413200000, "1772413200", "20260302080000",
     "02/03/2026 08:00:00"],
)  # fmt: skip
def test_times_as_readers_write_them(at: object) -> None:
    (row,) = parse(json.dumps(GOOD | {"at": at}).encode()).rows
    assert row.at == dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)


def test_pointers_reach_into_lists_and_odd_names() -> None:
    mapping = Mapping(plate="/a~1b/0/t", time="/at", camera="/camera", confidence="/sure")
    told = {"a/b": [{"t": "20A12345"}], "at": GOOD["at"], "camera": 7, "sure": 93}
    (row,) = parse(json.dumps(told).encode(), mapping).rows
    assert (row.plate, row.camera, row.confidence, len(row.id)) == ("20A12345", "7", 0.93, 24)
    assert [pointer_fault(p) for p in ("", "/a", "a")] == [False, False, True]


def test_a_bundle_has_a_bound() -> None:
    with pytest.raises(BadInput, match="at most 500"):
        parse(json.dumps([GOOD] * 501).encode())
