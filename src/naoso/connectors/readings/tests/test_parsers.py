"""Every form of message, whole and broken."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.readings.formats import UnknownFormat, parse, parse_unnamed
from naoso.connectors.readings.plain import envelopes
from naoso.connectors.readings.types import Parsed, Reading

NOW = 1_780_000_000.0
AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
ONE = {"series": "a", "time": AT.isoformat(), "value": 1.5, "unit": "Cel"}


def first_fault(parsed: Parsed) -> tuple[str, str]:
    return parsed.broken[0].error.field, parsed.broken[0].error.rule


@pytest.mark.parametrize("body", [ONE, [ONE], {"readings": [ONE]}])
def test_plain_json(body: object) -> None:
    assert parse_unnamed(json.dumps(body).encode(), NOW).readings == (Reading("a", AT, 1.5, "Cel"),)


def test_a_fault_spoils_only_its_own_reading() -> None:
    parsed = parse_unnamed(json.dumps([ONE, {"series": "b"}, 7, ONE | {"value": True}, ONE]).encode(), NOW)
    assert parsed.indexes == (0, 4)
    assert [(b.index, b.error.field) for b in parsed.broken] == [(1, "time"), (2, "reading"), (3, "value")]
    assert json.loads(parsed.broken[0].text) == {"series": "b"}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", ("message", "syntax")),
        (b"{", ("message", "syntax")),
        (b"\xff", ("message", "syntax")),
        (b"[" * 100_000, ("message", "syntax")),
        (b"1" * 5000, ("message", "syntax")),
        (b"null", ("reading", "shape")),
        (b'{"readings": {}}', ("readings", "shape")),
        (b'{"series": "a", "time": 1, "value": NaN}', ("value", "finite")),
        (b'{"series": "a", "time": 1, "value": 1e999}', ("value", "finite")),
        (b'{"series": "a", "time": 1, "value": "NaN"}', ("value", "finite")),
        (b'{"series": "a", "time": 1, "value": "1"}', ("value", "shape")),
        (b'{"series": "a", "time": "yesterday", "value": 1}', ("time", "shape")),
        (b'{"series": "a", "time": "2026-01-01T00:00:00", "value": 1}', ("time", "shape")),
        (b'{"series": 3, "time": 1, "value": 1}', ("series", "shape")),
        (b'{"series": "a", "time": 1, "value": 1, "unit": 4}', ("unit", "shape")),
    ],
)
def test_broken_json_is_named(body: bytes, fault: tuple[str, str]) -> None:
    assert first_fault(parse_unnamed(body, NOW)) == fault


def test_senml_of_the_standard() -> None:
    """RFC 8428 section 5.1.2: base name, base unit, relative times."""
    pack = [
        {"bn": "urn:dev:ow:10e2073a0108006:", "bt": 1.276020076001e09, "bu": "A", "bver": 5,
         "n": "voltage", "u": "V", "v": 120.1},
        {"n": "current", "t": -5, "v": 1.2},
        {"n": "current", "v": 1.7},
    ]  # fmt: skip
    parsed = parse_unnamed(json.dumps(pack).encode(), NOW)
    assert [(r.series[-7:], r.time, r.value, r.unit) for r in parsed.readings] == [
        ("voltage", 1276020076.001, 120.1, "V"),
        ("current", 1276020071.001, 1.2, "A"),
        ("current", 1276020076.001, 1.7, "A"),
    ]


def test_senml_times_count_from_now() -> None:
    parsed = parse(b'[{"n": "a", "v": 1, "t": -10}, {"n": "a", "v": 2}]', "application/senml+json", NOW)
    assert [r.time for r in parsed.readings] == [NOW - 10, NOW]


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ({"n": "a", "vs": "text"}, ("vs", "shape")),
        ({"n": "a", "s": 3}, ("v", "shape")),
        ({"n": "a b", "v": 1}, ("n", "shape")),
        ({"n": "a", "v": 1, "new_": 1}, ("new_", "shape")),
        ({"n": "a", "v": 1, "bver": 11}, ("bver", "shape")),
        ({"n": "a", "v": "1"}, ("v", "shape")),
        ({"n": 1, "v": 1}, ("n", "shape")),
        (4, ("record", "shape")),
    ],
)
def test_broken_senml_is_named(record: object, fault: tuple[str, str]) -> None:
    assert first_fault(parse(json.dumps([record]).encode(), "application/senml+json", NOW)) == fault


def test_csv() -> None:
    table = "\ufeffTime;Series;Value;Unit\r\n2026-03-04T05:06:07Z;a;1.5;Cel\r\n;a;2;\r\n"
    table += "2026-03-04T05:06:07Z;a;1,5;\r\nx\r\n"
    parsed = parse(table.encode(), "text/csv", NOW)
    assert parsed.readings == (Reading("a", AT, 1.5, "Cel"),)
    assert [(b.index, b.error.field, b.error.rule) for b in parsed.broken] == [
        (1, "time", "shape"), (2, "value", "shape"), (3, "row", "shape")
    ]  # fmt: skip
    assert first_fault(parse(b"series,value\na,1", "text/csv", NOW)) == ("header", "shape")
    assert first_fault(parse(b"\xff\xfe", "text/csv", NOW)) == ("message", "syntax")


def test_ndjson_names_the_line() -> None:
    line = json.dumps(ONE)
    parsed = parse(f"{line}\n\n{{broken\n{line}".encode(), "application/x-ndjson", NOW)
    assert len(parsed.readings) == 2
    assert first_fault(parsed) == ("line 3", "syntax")


def test_an_unknown_type() -> None:
    with pytest.raises(UnknownFormat, match="application/xml"):
        parse(b"", "application/xml; charset=utf-8", NOW)


def test_payloads_never_shift_against_their_messages() -> None:
    """One empty message and one of two lines must not pass as two messages."""
    good = json.dumps(ONE).encode()
    assert len(envelopes([good, good]) or []) == 2
    assert envelopes([b"", good + b"\n" + good]) is None
    assert envelopes([b"", good]) is None
    assert envelopes([good, b"[]"]) is None
    pretty = json.dumps(ONE, indent=1).encode()
    assert envelopes([pretty]) is None
    assert parse_unnamed(pretty, NOW).readings


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0123456789eE.-n\\', max_size=60).map(str.encode))
def test_no_bytes_raise(body: bytes) -> None:
    for form in ("application/json", "application/senml+json", "application/x-ndjson", "text/csv"):
        parse(body, form, NOW)
    envelopes([body, body])


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5), st.text())
def test_no_json_raises(value: object, name: str) -> None:
    body = {"series": name, "time": value, "value": value, "n": name, "v": value, "readings": value}
    for item in (body, [body], {"readings": [body]}):
        parse_unnamed(json.dumps(item).encode(), NOW)
