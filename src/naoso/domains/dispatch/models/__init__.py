"""Tables of dispatch."""

from __future__ import annotations

from naoso.domains.dispatch.models.assignments import Assignment, CrewPhoto, CrewPost, Deed
from naoso.domains.dispatch.models.duties import Duty
from naoso.domains.dispatch.models.positions import PositionSource, ResourcePosition, TrackPoint
from naoso.domains.dispatch.models.resources import Resource, ResourceKind, StockItem, StockMovement
from naoso.domains.dispatch.models.roads import RoadClosure, RoadGraph, RoadNode, RoadSegment

__all__ = (
    "Assignment",
    "CrewPhoto",
    "CrewPost",
    "Deed",
    "Duty",
    "PositionSource",
    "Resource",
    "ResourceKind",
    "ResourcePosition",
    "RoadClosure",
    "RoadGraph",
    "RoadNode",
    "RoadSegment",
    "StockItem",
    "StockMovement",
    "TrackPoint",
)
