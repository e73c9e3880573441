"""The standard's two forms → our types. Servers differ in small things; what matters must be there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

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
from naoso.connectors.open311.xml import MOST_BYTES, BadXml, parsed

Row = dict[str, Any]
T = TypeVar("T")
LISTS = {"attributes", "values"}


class BadAnswer(ValueError):
    """The document is not what the standard says; names what is wrong."""


def rows_of(data: bytes, content_type: str) -> list[Row]:
    """The rows of either form; a single object counts as a list of one."""
    if len(data) > MOST_BYTES:
        raise BadAnswer(f"has more than {MOST_BYTES} bytes")
    if "xml" in content_type or data.lstrip()[:1] == b"<":
        return rows_of_xml(data)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("is neither JSON nor XML") from error
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise BadAnswer("must hold objects")
    return rows


def rows_of_xml(data: bytes) -> list[Row]:
    """`<service_requests><request>…` → rows; a service definition is one row."""
    try:
        root = parsed(data)
    except BadXml as error:
        raise BadAnswer(str(error)) from error
    if root.tag == "service_definition":
        return [row_of(root)]
    return [row_of(child) for child in root]


def row_of(node: Element) -> Row:
    """Text members, and lists where the standard has them."""
    return {
        child.tag: [row_of(item) for item in child] if child.tag in LISTS else (child.text or "").strip()
        for child in node
    }


def text(row: Row, name: str) -> str:
    """A member as text; null and absent are empty. Numbers come as some servers give ids."""
    value = row.get(name)
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def needed(row: Row, name: str) -> str:
    """Raises BadAnswer where it is absent or empty."""
    value = text(row, name)
    if not value:
        raise BadAnswer(f"{name} is missing")
    return value


def truth(row: Row, name: str) -> bool:
    """true, "true" and 1."""
    return text(row, name).lower() in {"true", "1", "yes"}


def number(row: Row, name: str) -> float | None:
    """None where there is none."""
    value = text(row, name)
    try:
        return float(value) if value else None
    except ValueError as error:
        raise BadAnswer(f"{name} is no number: {value[:40]}") from error


def moment(row: Row, name: str) -> datetime | None:
    """ISO 8601; None where there is none."""
    value = text(row, name)
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError as error:
        raise BadAnswer(f"{name} is no date and time: {value[:40]}") from error


def inner(row: Row, name: str, read: Callable[[Row], T]) -> tuple[T, ...]:
    """A list within a row."""
    items: Iterable[Any] = row.get(name) or ()
    return tuple(read(item) for item in items if isinstance(item, dict))


def service(row: Row) -> Service:
    """One service."""
    return Service(
        needed(row, "service_code"), text(row, "service_name") or needed(row, "service_code"),
        text(row, "description"), truth(row, "metadata"), text(row, "type") or "realtime",
        text(row, "keywords"), text(row, "group"),
    )  # fmt: skip


def value(row: Row) -> Value:
    """One choice."""
    return Value(needed(row, "key"), text(row, "name"))


def attribute(row: Row) -> Attribute:
    """One attribute."""
    return Attribute(
        code=needed(row, "code"),
        datatype=needed(row, "datatype"),
        required=truth(row, "required"),
        description=text(row, "description"),
        variable=truth(row, "variable"),
        order=int(number(row, "order") or 1),
        datatype_description=text(row, "datatype_description"),
        values=inner(row, "values", value),
    )


def definition(row: Row) -> ServiceDefinition:
    """A service with its attributes."""
    return ServiceDefinition(needed(row, "service_code"), inner(row, "attributes", attribute))


def request(row: Row) -> ServiceRequest:
    """A request; its status is open or closed and nothing else."""
    status = needed(row, "status").lower()
    if status not in {"open", "closed"}:
        raise BadAnswer(f"status is neither open nor closed: {status[:40]}")
    return ServiceRequest(
        service_request_id=needed(row, "service_request_id"),
        status=status,
        service_code=text(row, "service_code"),
        requested_datetime=moment(row, "requested_datetime"),
        updated_datetime=moment(row, "updated_datetime"),
        expected_datetime=moment(row, "expected_datetime"),
        lat=number(row, "lat"),
        long=number(row, "long"),
        **{name: text(row, name) for name in WORDS},
    )


WORDS = (
    "service_name", "status_notes", "description", "agency_responsible", "service_notice", "address",
    "address_id", "zipcode", "media_url",
)  # fmt: skip


def receipt(row: Row) -> Receipt:
    """What a POST gives: an id or a token."""
    found = Receipt(*(text(row, n) for n in ("service_request_id", "token", "service_notice", "account_id")))
    if not found.service_request_id and not found.token:
        raise BadAnswer("neither service_request_id nor token is there")
    return found


def update(row: Row) -> Update:
    """A word on a request."""
    return Update(
        needed(row, "update_id"), needed(row, "service_request_id"), text(row, "status").lower(),
        moment(row, "updated_datetime"), text(row, "description"), text(row, "media_url"),
    )  # fmt: skip


def fault(row: Row) -> Fault:
    """One entry of an error answer."""
    return Fault(int(number(row, "code") or 0), text(row, "description"))
