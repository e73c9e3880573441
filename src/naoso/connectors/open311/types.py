"""What GeoReport v2 speaks of. Ids are text, whatever form a server gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of request that can be sent; `metadata` says that it has a definition with attributes."""

    service_code: str
    service_name: str
    description: str = ""
    metadata: bool = False
    type: str = "realtime"
    keywords: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One choice of a list."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is asked beyond the description; not `variable` means that it only informs."""

    code: str
    datatype: str
    required: bool
    description: str = ""
    variable: bool = True
    order: int = 1
    datatype_description: str = ""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """The attributes of one service."""

    service_code: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request as a GET tells of it."""

    service_request_id: str
    status: str
    service_code: str
    requested_datetime: datetime | None
    service_name: str = ""
    status_notes: str = ""
    description: str = ""
    agency_responsible: str = ""
    service_notice: str = ""
    updated_datetime: datetime | None = None
    expected_datetime: datetime | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a POST: the id, or a token to ask for it later."""

    service_request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """A word on a request: the extension "service request updates"."""

    update_id: str
    service_request_id: str
    status: str
    updated_datetime: datetime | None
    description: str = ""
    media_url: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of an error answer."""

    code: int
    description: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to be sent: what the standard lets a client say."""

    service_code: str
    lat: float
    long: float
    description: str = ""
    address_string: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    device_id: str = ""
    media_url: str = ""
    media: bytes = b""
    draft: str = ""

    def fields(self) -> list[tuple[str, str]]:
        """Form fields in the standard's names; empty ones are left out."""
        names = (
            "service_code", "description", "address_string", "email", "first_name", "last_name", "phone",
            "device_id", "media_url",
        )  # fmt: skip
        given: list[tuple[str, Any]] = [(name, getattr(self, name)) for name in names]
        place = [("lat", f"{self.lat:.7f}"), ("long", f"{self.long:.7f}")]
        asked = [(f"attribute[{code}]", value) for code, value in self.attributes]
        return [(name, str(value)) for name, value in [*given, *place, *asked] if value != ""]
