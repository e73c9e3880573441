"""Which parser reads a message."""

from __future__ import annotations

from naoso.connectors.readings.plain import parse_json, parse_ndjson
from naoso.connectors.readings.senml import parse_senml
from naoso.connectors.readings.table import parse_csv
from naoso.connectors.readings.types import Parsed

JSON, SENML, NDJSON, CSV = (
    "application/json",
    "application/senml+json",
    "application/x-ndjson",
    "text/csv",
)
CONTENT_TYPES = (JSON, SENML, NDJSON, CSV)


class UnknownFormat(ValueError):
    """The content type names none of CONTENT_TYPES."""


def parse(body: bytes, content_type: str, received: float) -> Parsed:
    """By declared type, as HTTP sends it."""
    form = content_type.partition(";")[0].strip().lower()
    if form == JSON:
        return parse_unnamed(body, received)
    if form == SENML:
        return parse_senml(body, received)
    if form in (NDJSON, "application/ndjson", "application/jsonl"):
        return parse_ndjson(body)
    if form in (CSV, "application/csv"):
        return parse_csv(body)
    raise UnknownFormat(form)


def parse_unnamed(body: bytes, received: float) -> Parsed:
    """As MQTT sends it, without a type: plain JSON, or SenML, a list whose records have no `series`."""
    if body.lstrip()[:1] == b"[" and b'"series"' not in body:
        return parse_senml(body, received)
    return parse_json(body)
