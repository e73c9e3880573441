"""Reading is the inverse of writing; what is written is valid; each rule has its name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from naoso.connectors.cap.alert import Alert, Area, Circle, Reference
from naoso.connectors.cap.checking import doubts
from naoso.connectors.cap.markup import MOST_BYTES
from naoso.connectors.cap.reading import parse
from naoso.connectors.cap.tests.factories import ALERTS, SENT, SQUARE, alert, info
from naoso.connectors.cap.writing import render, schema
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat


@given(ALERTS)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_valid_and_read_back_the_same(made: Alert) -> None:
    raw = render(made)
    assert schema().validate(etree.fromstring(raw))
    assert parse(raw) == made


def rules_of(raw: bytes) -> set[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        parse(raw)
    return {(error.field, error.rule) for error in refused.value.errors}


AREA = info().areas[0]


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"identifier": "a b"}, ("identifier", "token")),
        ({"status": "Real"}, ("status", "enum")),
        ({"message_type": "Update"}, ("references", "references")),
        ({"scope": "Restricted"}, ("restriction", "required")),
        ({"scope": "Private"}, ("addresses", "required")),
        ({"sent": SENT.replace(tzinfo=None)}, ("sent", "offset")),
        ({"infos": (info(language="tiếng Việt"),)}, ("info[0].language", "language")),
        ({"infos": (info(expires=SENT),)}, ("info[0].expires", "expires-order")),
        ({"infos": (info(urgency="Now"),)}, ("info[0].urgency", "enum")),
        ({"infos": (info(categories=()),)}, ("info[0].category", "required")),
        (
            {"infos": (info(areas=(replace(AREA, polygons=(SQUARE[:-1],)),)),)},
            ("info[0].area[0].polygon[0]", "closed"),
        ),
        (
            {"infos": (info(areas=(replace(AREA, polygons=(SQUARE[:3],)),)),)},
            ("info[0].area[0].polygon[0]", "points"),
        ),
        (
            {"infos": (info(areas=(replace(AREA, circles=(Circle(LonLat(105, 21), -1),)),)),)},
            ("info[0].area[0].circle[0]", "radius"),
        ),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_not_written(broken: dict[str, Any], rule: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        render(alert(**broken))
    assert (refused.value.errors[0].field, refused.value.errors[0].rule) == rule


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b"2026-07-01T14:00:00+07:00", b"2026-07-01T07:00:00Z", ("sent", "offset")),
        (b"2026-07-01T14:00:00+07:00", b"2026-07-01T14:00:00", ("sent", "offset")),
        (b"2026-07-01T14:00:00+07:00", b"01/07/2026", ("sent", "date-time")),
        (b"2026-07-01T14:00:00+07:00", b"2026-02-30T14:00:00+07:00", ("sent", "date-time")),
        (b"21.47,105.85 3", b"121.47,105.85 3", ("info[0].area[0].circle[0]", "range")),
        (b"21.47,105.85 3", b"nan,105.85 3", ("info[0].area[0].circle[0]", "range")),
        (b"21.47,105.85 3", b"21.47,105.85 far", ("info[0].area[0].circle[0]", "number")),
        (b"21.4,105.8 21.4", b"21.4,105.8, 21.4", ("info[0].area[0].polygon[0]", "coordinates")),
        (b"<status>", b"<status>Test</status><status>", ("status", "once")),
        (b"<status>", b"<state/><status>", ("state", "element")),
        (b"cap:1.2", b"cap:1.3", ("alert", "namespace")),
        (b"</alert>", b"", ("body", "xml")),
    ],
)
def test_reading_names_field_and_rule(old: bytes, new: bytes, rule: tuple[str, str]) -> None:
    raw = render(alert())
    assert old in raw
    assert rule in rules_of(raw.replace(old, new, 1))


def test_everything_wrong_is_named_at_once() -> None:
    raw = render(alert()).replace(b"Actual", b"Real").replace(b"Severe", b"Bad").replace(b"+07:00", b"Z")
    found = rules_of(raw)
    assert {("status", "enum"), ("info[0].severity", "enum"), ("sent", "offset")} <= found
    assert ("sent", "required") not in found


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><note>&c;</note></alert>"""
THIEF = b"""<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><note>&x;</note></alert>"""


@pytest.mark.parametrize(
    "raw", [BOMB, THIEF, BOMB.decode().encode("utf-16"), THIEF.decode().encode("utf-16")]
)
def test_entities_are_refused_in_any_encoding(raw: bytes) -> None:
    assert rules_of(raw) == {("body", "doctype")}


def test_an_undeclared_entity_and_a_giant_are_refused() -> None:
    assert rules_of(render(alert()).replace(b"Actual", b"&x;")) == {("body", "xml")}
    assert rules_of(b" " * (MOST_BYTES + 1)) == {("body", "size")}


def test_a_comment_cannot_cut_words() -> None:
    raw = render(alert()).replace("Di dời lên".encode(), "Di dời<!-- đừng --> lên".encode())
    assert parse(raw).infos[0].instruction == "Di dời lên chỗ cao"


def test_old_versions_are_read_as_they_were_written() -> None:
    old = render(alert(infos=(info(event_codes=(("SAME", "FLW"),)),))).replace(
        b"urn:oasis:names:tc:emergency:cap:1.2", b"http://www.incident.com/cap/1.0"
    )
    pair = b"<valueName>SAME</valueName>"
    start = old.index(b"<eventCode>")
    end = old.index(b"</eventCode>")
    old = old[:start] + b"<eventCode>SAME=FLW" + old[end:]
    old = old.replace(b"Observed", b"Very Likely").replace(
        b"2026-07-01T14:00:00+07:00", b"2026-07-01T07:00:00Z"
    )
    assert pair not in old
    read = parse(old)
    assert (read.infos[0].event_codes, read.infos[0].certainty) == ((("SAME", "FLW"),), "Likely")
    assert read.sent == SENT


def test_what_is_legal_and_not_published_is_doubted() -> None:
    point = Area("đây", circles=(Circle(LonLat(105, 21), 0),))
    found = doubts(alert(infos=(info(areas=(point,), headline="", expires=None),)))
    assert {doubt.rule for doubt in found} == {"circle-zero", "required"}
    assert parse(render(alert(infos=(info(areas=(point,)),)))).infos[0].areas == (point,)


def test_utc_is_written_without_z() -> None:
    raw = render(alert(sent=dt.datetime(2026, 7, 1, 7, tzinfo=dt.UTC)))
    assert b"2026-07-01T07:00:00-00:00" in raw


def test_references_travel() -> None:
    earlier = Reference("a@b.vn", "VN-0", SENT - dt.timedelta(hours=1))
    raw = render(alert(message_type="Cancel", references=(earlier,)))
    assert parse(raw).references == (earlier,)
    assert ("references", "reference-form") in rules_of(raw.replace(b"a@b.vn,VN-0,", b"a@b.vn,"))
