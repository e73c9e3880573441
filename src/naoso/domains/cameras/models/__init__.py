"""Tables of cameras: where pictures come from, who may see them, whether they come, what was kept."""

from naoso.domains.cameras.models.finding import Search
from naoso.domains.cameras.models.footage import EvidencePackage, Footage, Hold, PackageState
from naoso.domains.cameras.models.health import CameraHealth, HealthState, MassOutage, Outage
from naoso.domains.cameras.models.looking import Control, Look, LookKind, WallLayout
from naoso.domains.cameras.models.sources import CameraGroup, CameraSource, GroupAccess, May, Protocol

__all__ = [
    "CameraGroup", "CameraHealth", "CameraSource", "Control", "EvidencePackage", "Footage", "GroupAccess",
    "HealthState", "Hold", "Look", "LookKind", "MassOutage", "May", "Outage", "PackageState", "Protocol",
    "Search", "WallLayout",
]  # fmt: skip
