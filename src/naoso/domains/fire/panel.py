"""What stands beside an incident of fire: plan, detectors in alarm, people, contacts, water, papers."""

from __future__ import annotations

from typing import Any

from naoso.core.people.scope import User
from naoso.core.response.models import Incident
from naoso.domains.fire import selectors
from naoso.domains.fire.models import Detector, Premises, PremisesFile, Transmitter
from naoso.domains.fire.workflow import DetectorState
from naoso.kernel.ids import SubjectRef

MOST_DETECTORS = 40


def context(user: User, incident: Incident) -> dict[str, Any] | None:
    """Of the premises that the incident is about; None where it is about none, or none in scope."""
    row = premises_of(user, incident)
    return None if row is None else about(user, row)


def premises_of(user: User, incident: Incident) -> Premises | None:
    """By the subject of the incident or of one of its witnesses."""
    told = [getattr(incident, "subject", ""), *incident.witnesses.values_list("subject", flat=True)]
    found: dict[str, list[int]] = {"premises": [], "transmitter": []}
    for text in told:
        if text.startswith("fire:") and text.count(":") == 2:
            subject = SubjectRef.parse(text)
            if subject.kind in found and subject.id.isdigit():
                found[subject.kind].append(int(subject.id))
    boxes = Transmitter.objects.filter(pk__in=found["transmitter"]).values_list("premises", flat=True)
    wanted = [*found["premises"], *(boxes if found["transmitter"] else ())]
    return selectors.premises(user).filter(pk__in=wanted).order_by("pk").first() if wanted else None


def about(user: User, row: Premises) -> dict[str, Any]:
    """Everything that a crew asks on its way."""
    files = list(row.files.all())
    alarming = list(
        Detector.objects.filter(zone__premises=row, state=DetectorState.ALARM).select_related("zone")[
            :MOST_DETECTORS
        ]
    )
    burning = {detector.zone_id for detector in alarming}
    return {
        "premises": row,
        "plans": [
            (plan, marks(plan, burning)) for plan in plans_first(files, {d.zone.plan_id for d in alarming})
        ],
        "papers": [file for file in files if file.kind == PremisesFile.Kind.PAPER],
        "alarming": alarming,
        "contacts": list(row.contacts.filter(active=True)),
        "tanks": list(row.tanks.all()),
        "hydrants": selectors.hydrants_near(user, row.point),
        "suspensions": list(row.suspensions.filter(ended_at=None).shown()),
    }


def plans_first(files: list[PremisesFile], burning: set[int | None]) -> list[PremisesFile]:
    """Plans of the floor that burns before the others."""
    plans = [file for file in files if file.kind == PremisesFile.Kind.PLAN]
    return sorted(plans, key=lambda plan: (plan.pk not in burning, plan.floor, plan.pk))


def marks(plan: PremisesFile, burning: set[int]) -> list[dict[str, Any]]:
    """Zones on the picture, in its own pixels; numbers as the drawing wants them, whatever the language."""
    radius = max(plan.width, plan.height) / 40
    return [
        {
            "zone": zone,
            "burns": zone.pk in burning,
            "x": f"{zone.x / 100 * plan.width:.1f}",
            "y": f"{zone.y / 100 * plan.height:.1f}",
            "r": f"{radius:.1f}",
            "text": f"{radius * 1.1:.1f}",
            "halo": f"{radius * 1.8:.1f}",
        }
        for zone in plan.zones.all()
        if zone.x is not None and zone.y is not None
    ]
