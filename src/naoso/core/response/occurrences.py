"""What devices and callers tell becomes incidents by itself: one a subject, joined in space and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from naoso.core.people.models import Organisation
from naoso.core.response.models import Incident, IncidentKind
from naoso.core.response.services import Testimony, _add_witness, open_incident
from naoso.core.response.timeline import announce
from naoso.kernel.geometry import LonLat


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that wants an incident now, without a person deciding so.

    `kind` is the code of a kind of incident, `severity` one of CAP 1.2's. At most one open incident has
    a `subject` (such as `fire:premises:17`); another occurrence of it is one more witness. One without
    a subject, or of another one, joins an open incident of its kind as near and as recent as the kind says.
    """

    kind: str
    title: str
    severity: int
    owner_id: int
    testimony: Testimony
    subject: str = ""
    description: str = ""
    unit_id: int | None = None
    place: LonLat | None = None


def respond(occurrences: Sequence[Occurrence]) -> list[Incident]:
    """The incident of each occurrence, in their order: opened, or joined as a witness."""
    return [_one(occurrence) for occurrence in occurrences]


def _one(told: Occurrence) -> Incident:
    found = Incident.objects.open().filter(witnesses__subject=told.subject or told.testimony.subject).first()
    if found is not None:
        _add_witness(found, told.testimony, None)
        announce(found, "response.incident_changed")
        return found
    return open_incident(
        kind=IncidentKind.objects.get(code=told.kind),
        title=told.title,
        severity=told.severity,
        owner=Organisation.objects.get(pk=told.owner_id),
        actor=None,
        description=told.description,
        unit_id=told.unit_id,
        place=told.place,
        witnesses=[told.testimony],
    )
