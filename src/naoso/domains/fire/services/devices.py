"""Transmitters, zones and detectors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from naoso.core.registry.services import disable_source, register_source
from naoso.domains.fire.models import Detector, Premises, PremisesFile, Transmitter, Zone
from naoso.domains.fire.models.devices import DetectorKind
from naoso.domains.fire.services.premises import Actor, changing, validated
from naoso.kernel.errors import BadInput

SHORTEST, LONGEST = dt.timedelta(seconds=10), dt.timedelta(hours=24)


def connect_transmitter(
    *, actor: Actor, premises: Premises, code: str, name: str, heartbeat: dt.timedelta, secret: str = ""
) -> tuple[Transmitter, str]:
    """A box with a source of its own; its secret is returned once and cannot be read again."""
    if not SHORTEST <= heartbeat <= LONGEST:
        raise BadInput.of("heartbeat", str(heartbeat), "range", _("Between 10 seconds and 24 hours."))
    with changing(actor, premises):
        # whoever manages the premises may connect what hangs there: the source belongs to their owner
        source, told = register_source(
            actor=None, code=code, name=f"{premises.name} – {name}"[:200], owner=premises.owner,
            domain="fire", unit=premises.unit, secret=secret,
        )  # fmt: skip
        box = Transmitter(premises=premises, source=source, name=name.strip(), heartbeat=heartbeat)
        validated(box)
        box.save()
    return box, told


def disconnect_transmitter(*, actor: Actor, transmitter: Transmitter, reason: str) -> None:
    """Its source is refused from now on; what it told stays."""
    with changing(actor, transmitter.premises, reason=reason):
        disable_source(source=transmitter.source, actor=None, reason=reason)


def add_zone(
    *, actor: Actor, premises: Premises, number: str, name: str, floor: int = 1,
    plan: PremisesFile | None = None, x: float | None = None, y: float | None = None,
) -> Zone:  # fmt: skip
    """As the panel counts it; on a plan where that is known."""
    if plan is not None and plan.premises_id != premises.pk:
        raise BadInput.of("plan", plan.pk, "own", _("The plan belongs to other premises."))
    with changing(actor, premises):
        zone = Zone(
            premises=premises, number=number.strip(), name=name.strip(), floor=floor, plan=plan, x=x, y=y
        )
        validated(zone)
        zone.save()
    return zone


def drop_zone(*, actor: Actor, zone: Zone) -> None:
    """With its detectors; what they told stays."""
    with changing(actor, zone.premises):
        zone.delete()


def add_detectors(
    *, actor: Actor, zone: Zone, addresses: Iterable[str], kind: str = DetectorKind.SMOKE, place: str = ""
) -> list[Detector]:
    """Several of one kind at once."""
    with changing(actor, zone.premises):
        made = []
        for address in addresses:
            detector = Detector(zone=zone, address=address.strip(), kind=kind, place=place.strip())
            validated(detector)
            detector.save()
            made.append(detector)
    return made


def drop_detector(*, actor: Actor, detector: Detector) -> None:
    """It hangs there no more."""
    with changing(actor, detector.zone.premises):
        detector.delete()
