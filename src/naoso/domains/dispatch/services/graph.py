"""A road graph takes the place of the one before, whole or not at all."""

from __future__ import annotations

import datetime as dt
from math import cos, hypot, radians

from django.contrib.gis.geos import LineString, Point
from django.db import connection
from django.utils import timezone

from naoso.connectors.roads import METRES, Graph, Segment
from naoso.core.people.audit import recorded
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.models import RoadGraph, RoadNode, RoadSegment
from naoso.domains.dispatch.services.roads import settle_closures

BATCH = 5000


def load(*, graph: Graph, name: str, day: dt.date | None = None) -> RoadGraph:
    """From a file that was read; closures that stand find their road in the new one."""
    with recorded(None, f"roads {name}"):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE dispatch_roadnode, dispatch_roadsegment")
        RoadNode.objects.bulk_create(
            (
                RoadNode(id=number, point=Point(*place, srid=4326))
                for number, place in enumerate(graph.nodes, 1)
            ),
            batch_size=BATCH,
        )
        rows = (row_of(number, segment) for number, segment in enumerate(graph.segments, 1))
        RoadSegment.objects.bulk_create(rows, batch_size=BATCH)
        made = RoadGraph.objects.create(
            name=name[:200], day=day or timezone.localdate(), segments=len(graph.segments),
            nodes=len(graph.nodes), largest=graph.largest(),
        )  # fmt: skip
        settle_closures()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dispatch_roadnode, dispatch_roadsegment")
    return made


def row_of(number: int, segment: Segment) -> RoadSegment:
    """With its cost in seconds; a direction that is forbidden costs less than nothing."""
    length = length_m(segment)
    seconds = length / (rules.speed_of(segment.road.road_class) / 3.6)
    return RoadSegment(
        id=number, source=segment.source + 1, target=segment.target + 1, name=segment.road.name,
        road_class=segment.road.road_class, length_m=length,
        cost=-1.0 if segment.road.one_way < 0 else seconds,
        reverse_cost=-1.0 if segment.road.one_way > 0 else seconds,
        shape=LineString(list(segment.points), srid=4326),
    )  # fmt: skip


def length_m(segment: Segment) -> float:
    """Metres over its corners."""
    total = 0.0
    for (lon, lat), (lon2, lat2) in zip(segment.points, segment.points[1:], strict=False):
        total += METRES * hypot((lon2 - lon) * cos(radians(lat)), lat2 - lat)
    return max(total, 0.1)
