"""Our types → the standard's two forms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from naoso.connectors.open311.types import (
    Attribute,
    Fault,
    Receipt,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Update,
)
from naoso.connectors.open311.xml import written

JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "text/xml; charset=utf-8"
# how a list's members are called in XML
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_requests_updates": "request_update",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


def moment(at: datetime | None) -> str | None:
    """W3C date and time with seconds and zone, as the standard wants."""
    return at.isoformat(timespec="seconds") if at else None


def plain(row: Any) -> dict[str, Any]:
    """A row's members: moments as text, empty words as null."""
    return {
        name: moment(value) if isinstance(value, datetime) else (None if value == "" else value)
        for name, value in asdict(row).items()
    }


def services(rows: Sequence[Service]) -> list[dict[str, Any]]:
    """The list of services; keywords and description are always text."""
    return [plain(row) | {"description": row.description, "keywords": row.keywords} for row in rows]


def attribute(row: Attribute) -> dict[str, Any]:
    """One attribute, its members in the order of the standard's examples."""
    told: dict[str, Any] = {
        "variable": row.variable,
        "code": row.code,
        "datatype": row.datatype,
        "required": row.required,
        "datatype_description": row.datatype_description or None,
        "order": row.order,
        "description": row.description,
    }
    if row.values:
        told["values"] = [{"key": value.key, "name": value.name} for value in row.values]
    return told


def definition(row: ServiceDefinition) -> dict[str, Any]:
    """A service with its attributes."""
    return {"service_code": row.service_code, "attributes": [attribute(one) for one in row.attributes]}


def requests(rows: Sequence[ServiceRequest]) -> list[dict[str, Any]]:
    """Requests as a GET tells of them; members without a value are null."""
    return [plain(row) for row in rows]


def receipts(rows: Sequence[Receipt]) -> list[dict[str, Any]]:
    """The answer to a POST; a token only where there is no id yet, as the standard says."""
    return [
        {"service_request_id": row.service_request_id, "service_notice": row.service_notice or None,
         "account_id": row.account_id or None}
        for row in rows
    ]  # fmt: skip


def tokens(rows: Sequence[Receipt]) -> list[dict[str, Any]]:
    """The answer about a token."""
    return [{"service_request_id": row.service_request_id, "token": row.token} for row in rows]


def updates(rows: Sequence[Update]) -> list[dict[str, Any]]:
    """Words on requests."""
    return [plain(row) for row in rows]


def faults(rows: Sequence[Fault]) -> list[dict[str, Any]]:
    """The body of an error answer."""
    return [{"code": row.code, "description": row.description} for row in rows]


def encoded(root: str, value: Any, form: str) -> tuple[bytes, str]:
    """Bytes and content type; `form` is json or xml, `root` names the XML document."""
    if form == "json":
        return json.dumps(value, ensure_ascii=False).encode(), JSON_TYPE
    return written(root, value, ITEMS), XML_TYPE
