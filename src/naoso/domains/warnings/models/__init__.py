"""Tables of public warnings."""

from __future__ import annotations

from naoso.domains.warnings.models.devices import ChannelName, Device, Outgoing, OutgoingState, Pace
from naoso.domains.warnings.models.imports import (
    FeedSource,
    Imported,
    RefusedImport,
    Signature,
    Trust,
    Verdict,
)
from naoso.domains.warnings.models.warnings import (
    PublicWarning,
    Remark,
    RemarkKind,
    Template,
    WarningText,
)

__all__ = [
    "ChannelName",
    "Device",
    "FeedSource",
    "Imported",
    "Outgoing",
    "OutgoingState",
    "Pace",
    "PublicWarning",
    "RefusedImport",
    "Remark",
    "RemarkKind",
    "Signature",
    "Template",
    "Trust",
    "Verdict",
    "WarningText",
]
