"""Both forms of every document, there and back; what is broken is refused by name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from naoso.connectors.open311 import reading, writing
from naoso.connectors.open311.types import (
    Attribute,
    Fault,
    Receipt,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Update,
    Value,
)
from naoso.connectors.open311.xml import BadXml, parsed

SCHEMAS = Path(__file__).parents[6] / "shared/data/open311_schema/schema/georeport-v2"
AT = dt.datetime(2026, 3, 2, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
SERVICE = Service("pothole", "Ổ gà", "Mặt đường hỏng", True, "realtime", "đường,ổ gà", "Đường sá")
DEFINITION = ServiceDefinition(
    "pothole",
    (
        Attribute(
            "size", "singlevaluelist", True, "Lớn không?", values=(Value("s", "Nhỏ"), Value("l", "Lớn"))
        ),
        Attribute("depth", "number", False, "Sâu bao nhiêu?", order=2, datatype_description="cm"),
    ),
)
REQUEST = ServiceRequest(
    service_request_id="638", status="open", service_code="pothole", requested_datetime=AT,
    service_name="Ổ gà", description="Hố <sâu> & nguy hiểm", agency_responsible="Sở Xây dựng",
    updated_datetime=AT, expected_datetime=AT, lat=21.47, long=105.85, media_url="https://x.vn/a.jpg",
)  # fmt: skip
UPDATE = Update("9", "638", "closed", AT, "Đã vá")
DOCUMENTS: list[tuple[str, Any, Any, Any]] = [
    ("services", writing.services([SERVICE]), reading.service, [SERVICE]),
    ("service_definition", writing.definition(DEFINITION), reading.definition, [DEFINITION]),
    ("service_requests", writing.requests([REQUEST]), reading.request, [REQUEST]),
    ("service_requests_updates", writing.updates([UPDATE]), reading.update, [UPDATE]),
    ("service_requests", writing.receipts([Receipt("638", "", "Cảm ơn")]), reading.receipt,
     [Receipt("638", "", "Cảm ơn")]),
    ("service_requests", writing.tokens([Receipt("638", "t-1")]), reading.receipt, [Receipt("638", "t-1")]),
    ("errors", writing.faults([Fault(404, "unknown")]), reading.fault, [Fault(404, "unknown")]),
]  # fmt: skip


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("root", "told", "read", "rows"), DOCUMENTS)
def test_there_and_back(form: str, root: str, told: Any, read: Any, rows: Any) -> None:
    body, content_type = writing.encoded(root, told, form)
    assert [read(row) for row in reading.rows_of(body, content_type)] == rows


def test_the_xml_has_the_shape_of_the_standards_examples() -> None:
    body, _type = writing.encoded("service_requests", writing.requests([REQUEST]), "xml")
    root = parsed(body)
    assert root.tag == "service_requests"
    (request,) = root
    assert request.tag == "request"
    assert request.findtext("requested_datetime") == "2026-03-02T08:30:00+07:00"
    assert request.findtext("description") == "Hố <sâu> & nguy hiểm"
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    definition = parsed(writing.encoded("service_definition", writing.definition(DEFINITION), "xml")[0])
    assert [node.findtext("code") for node in definition.findall("attributes/attribute")] == ["size", "depth"]
    assert [node.findtext("key") for node in definition.findall("attributes/attribute/values/value")] == [
        "s",
        "l",
    ]
    assert definition.findtext("attributes/attribute/required") == "true"


KINDS = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "null": type(None)}


def check(value: Any, schema: dict[str, Any]) -> None:
    """As much of JSON Schema as those files use."""
    if schema.get("type") == "array":
        for item in value:
            check(item, schema["items"])
        return
    kinds = [KINDS[one["type"]] for one in schema.get("anyOf", [schema]) if one.get("type") in KINDS]
    assert not kinds or any(isinstance(value, kind) for kind in kinds), (value, schema)
    assert value in schema.get("enum", [value])
    assert set(schema.get("required", ())) <= set(value if isinstance(value, dict) else ())
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            check(value[name], inner)


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the schemas of the standard are not here")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("service", writing.services([SERVICE])[0]),
        ("service-definition", writing.definition(DEFINITION)),
        ("request", writing.requests([REQUEST])[0]),
    ],
)
def test_the_json_fits_the_schemas(name: str, told: Any) -> None:
    check(json.loads(json.dumps(told)), json.loads((SCHEMAS / f"{name}.json").read_text()))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>"""
THIEF = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        THIEF,
        b"<!DOCTYPE a><a/>",
        b"<a",
        b"",
        b"<a>" * 100 + b"</a>" * 100,
        b"<a>&nbsp;</a>",
        b"<a/><b/>",
    ],
)
def test_unsafe_or_broken_xml_is_refused(data: bytes) -> None:
    with pytest.raises(BadXml):
        parsed(data)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    body, _type = writing.encoded("errors", writing.faults([Fault(400, "a\x00b\x0bc\ud800d😀")]), "xml")
    assert parsed(body).findtext("error/description") == "abcd😀"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not json", "neither JSON nor XML"),
        (b"[1, 2]", "must hold objects"),
        (b'[{"status": "open"}]', "service_request_id is missing"),
        (b'[{"service_request_id": 1, "status": "maybe"}]', "neither open nor closed"),
        (b'[{"service_request_id": 1, "status": "open", "lat": "north"}]', "lat is no number"),
        (b'[{"service_request_id": 1, "status": "open", "requested_datetime": "soon"}]', "no date and time"),
    ],
)
def test_a_broken_answer_is_named(data: bytes, words: str) -> None:
    with pytest.raises(reading.BadAnswer, match=words):
        [reading.request(row) for row in reading.rows_of(data, "application/json")]


def test_ids_as_numbers_and_truth_as_words_are_read() -> None:
    (row,) = reading.rows_of(b'[{"service_code": 1, "service_name": "x", "metadata": "true"}]', "text/json")
    assert reading.service(row) == Service("1", "x", metadata=True)
