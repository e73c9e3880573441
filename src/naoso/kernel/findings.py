"""What a rule says about a subject: raised or cleared, how bad, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef


class Severity(IntEnum):
    """CAP 1.2 severities (OASIS 2010, 3.2.2), ordered so that the worse is the greater."""

    UNKNOWN = 0
    MINOR = 1
    MODERATE = 2
    SEVERE = 3
    EXTREME = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement of one rule about one subject at one time.

    `active` False means that the condition is over. `owner_id` is the organisation that answers
    for the subject, `unit_id` the administrative unit that it stands in: both decide who sees it. Where
    `opens_incident`, whoever says it opens an incident at once, and that tells people: nobody is told twice.
    """

    rule: str
    subject: SubjectRef
    active: bool
    severity: Severity
    observed_at: datetime
    owner_id: int
    title: str
    detail: str = ""
    value: float | None = None
    limit: float | None = None
    quantity: str = ""
    place: LonLat | None = None
    unit_id: int | None = None
    opens_incident: bool = False
