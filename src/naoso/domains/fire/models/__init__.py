"""Tables of fire safety: premises, what hangs there, what it told, what is mirrored."""

from __future__ import annotations

from naoso.domains.fire.models.alarms import Alarm, PanelMessage
from naoso.domains.fire.models.devices import Detector, DetectorKind, Suspension, Transmitter, Zone
from naoso.domains.fire.models.mirror import MirrorFeed
from naoso.domains.fire.models.premises import (
    Category,
    Contact,
    Premises,
    PremisesFile,
    PremisesQuerySet,
    WaterTank,
)

__all__ = [
    "Alarm",
    "Category",
    "Contact",
    "Detector",
    "DetectorKind",
    "MirrorFeed",
    "PanelMessage",
    "Premises",
    "PremisesFile",
    "PremisesQuerySet",
    "Suspension",
    "Transmitter",
    "WaterTank",
    "Zone",
]
