"""An alert as plain values. Names and words are those of CAP 1.2, section 3.2."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from naoso.kernel.geometry import LonLat

Pair = tuple[str, str]
Ring = tuple[LonLat, ...]

STATUS = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE_TYPE = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE = ("Public", "Restricted", "Private")
CATEGORY = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE",
    "Other",
)  # fmt: skip
RESPONSE = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip
URGENCY = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
REFERRING = frozenset({"Update", "Cancel", "Ack", "Error"})
DEFAULT_LANGUAGE = "en-US"


@dataclass(frozen=True, slots=True)
class Circle:
    """A centre and a radius in km; CAP allows 0, which means a point."""

    centre: LonLat
    radius_km: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where: words, and any of polygons (WGS 84, first point again at the end), circles, codes.

    Altitude and ceiling are feet above mean sea level, as the standard has them.
    """

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A picture, sound or document; `size` in bytes."""

    description: str
    mime_type: str
    size: int | None = None
    uri: str = ""
    content: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """What happens, how grave it is, what to do: in one language."""

    event: str
    categories: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    language: str = DEFAULT_LANGUAGE
    responses: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Pair, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message: sender, identifier, time of sending."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. `sent` and all other times carry an offset."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = field(default=())

    @property
    def expires(self) -> datetime | None:
        """When the last part ends; None: some part names no end."""
        ends = [info.expires for info in self.infos]
        return max((end for end in ends if end), default=None) if all(ends) else None
