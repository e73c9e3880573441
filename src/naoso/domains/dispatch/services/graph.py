"""A road graph takes the place of the one before, whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from math import cos, hypot, radians
from typing import Any

import shapely
from django.db import connection
from django.utils import timezone

from naoso.connectors.roads import METRES, Graph, Segment
from naoso.core.people.audit import recorded
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.models import RoadGraph
from naoso.domains.dispatch.services.roads import settle_closures

BATCH = 5000
NODES = """INSERT INTO dispatch_roadnode (id, point) SELECT id, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
FROM unnest(%s::bigint[], %s::float8[], %s::float8[]) AS t (id, lon, lat)"""
SEGMENTS = """INSERT INTO dispatch_roadsegment
 (id, source, target, name, road_class, length_m, cost, reverse_cost, shape)
SELECT id, source, target, name, road_class, length_m, cost, reverse_cost, ST_GeomFromWKB(shape, 4326)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::float8[], %s::float8[],
            %s::float8[], %s::bytea[])
     AS t (id, source, target, name, road_class, length_m, cost, reverse_cost, shape)"""


def load(*, graph: Graph, name: str, day: dt.date | None = None) -> RoadGraph:
    """From a file that was read; closures that stand find their road in the new one."""
    with recorded(None, f"roads {name}"):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE dispatch_roadnode, dispatch_roadsegment")
        _insert(NODES, [(number, *place) for number, place in enumerate(graph.nodes, 1)])
        _insert(SEGMENTS, [row_of(number, segment) for number, segment in enumerate(graph.segments, 1)])
        made = RoadGraph.objects.create(
            name=name[:200], day=day or timezone.localdate(), segments=len(graph.segments),
            nodes=len(graph.nodes), largest=graph.largest(),
        )  # fmt: skip
        settle_closures()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dispatch_roadnode, dispatch_roadsegment")
    return made


def _insert(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            columns: list[Any] = [list(column) for column in zip(*rows[start : start + BATCH], strict=True)]
            cursor.execute(statement, columns)


def row_of(number: int, segment: Segment) -> tuple[Any, ...]:
    """With its cost in seconds; a direction that is forbidden costs less than nothing."""
    length, one_way = length_m(segment), segment.road.one_way
    seconds = length / (rules.speed_of(segment.road.road_class) / 3.6)
    return (
        number, segment.source + 1, segment.target + 1, segment.road.name, segment.road.road_class, length,
        -1.0 if one_way < 0 else seconds, -1.0 if one_way > 0 else seconds,
        shapely.to_wkb(shapely.LineString(segment.points)),
    )  # fmt: skip


def length_m(segment: Segment) -> float:
    """Metres over its corners."""
    total = 0.0
    for (lon, lat), (lon2, lat2) in zip(segment.points, segment.points[1:], strict=False):
        total += METRES * hypot((lon2 - lon) * cos(radians(lat)), lat2 - lat)
    return max(total, 0.1)
