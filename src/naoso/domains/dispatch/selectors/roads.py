"""Ways over the road graph, by pgRouting where the database has it; nothing where it has not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from naoso.domains.dispatch.models import RoadClosure, RoadGraph, RoadSegment
from naoso.kernel.geometry import LonLat

NEAR_DEGREES = 0.03
"""About three kilometres: a place farther from every node is not on the graph."""
WALK_KMH = 20.0
"""From a place to its node and back, over what the graph does not hold."""
AROUND_DEGREES = 0.25
EDGES = """SELECT s.id, s.source, s.target,
  CASE WHEN c.id IS NULL THEN s.cost ELSE -1 END AS cost,
  CASE WHEN c.id IS NULL THEN s.reverse_cost ELSE -1 END AS reverse_cost
FROM dispatch_roadsegment s LEFT JOIN dispatch_roadclosure c ON c.segment_id = s.id
  AND c.lifted_at IS NULL AND (c.until IS NULL OR c.until > now())
WHERE s.shape && ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326)"""
NODES = """
SELECT asked.key, n.id, ST_Distance(n.point::geography, asked.place::geography)
FROM (SELECT key, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place
      FROM unnest(%s::bigint[], %s::float8[], %s::float8[]) AS t (key, lon, lat)) asked
CROSS JOIN LATERAL (SELECT id, point FROM dispatch_roadnode
                    WHERE ST_DWithin(point, asked.place, %s) ORDER BY point <-> asked.place LIMIT 1) n
"""
COSTS = "SELECT start_vid, agg_cost FROM pgr_dijkstraCost(%s, %s::bigint[], %s::bigint, true)"
WAY = """
SELECT ST_AsGeoJSON(ST_Simplify(ST_LineMerge(ST_Collect(s.shape ORDER BY d.seq)), 0.00002), 6),
       coalesce(sum(s.length_m), 0), coalesce(sum(d.cost), 0)
FROM pgr_dijkstra(%s, %s::bigint, %s::bigint, true) d JOIN dispatch_roadsegment s ON s.id = d.edge
"""
TARGET = 0
"""The key of the incident's place among those of the resources, whose numbers begin at one."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way on the map: GeoJSON geometry, metres, seconds."""

    geometry: dict[str, Any]
    length_m: float
    seconds: float


def graph() -> RoadGraph | None:
    """The graph in use, where pgRouting is there to use it."""
    found = RoadGraph.objects.order_by("-loaded_at").first()
    return found if found is not None and has_pgrouting() else None


def has_pgrouting() -> bool:
    """Whether the database has the extension."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pgrouting'")
        return cursor.fetchone() is not None


def seconds_to(place: LonLat, starts: dict[int, LonLat]) -> dict[int, float]:
    """Seconds by road from each start that the graph connects with the place."""
    if not starts or graph() is None:
        return {}
    spots = {TARGET: place} | starts
    nodes = nodes_near(spots)
    if TARGET not in nodes:
        return {}
    end, end_s = nodes.pop(TARGET)
    with connection.cursor() as cursor:
        cursor.execute(COSTS, [edges_around(spots), sorted({node for node, _s in nodes.values()}), end])
        cost = dict(cursor.fetchall()) | {end: 0.0}
    return {key: cost[node] + s + end_s for key, (node, s) in nodes.items() if node in cost}


def nodes_near(spots: dict[int, LonLat]) -> dict[int, tuple[int, float]]:
    """The nearest node of each place, and the seconds to it."""
    keys = list(spots)
    asked: list[Any] = [
        keys,
        [spots[key].lon for key in keys],
        [spots[key].lat for key in keys],
        NEAR_DEGREES,
    ]
    with connection.cursor() as cursor:
        cursor.execute(NODES, asked)
        return {key: (node, away / (WALK_KMH / 3.6)) for key, node, away in cursor.fetchall()}


def edges_around(spots: dict[int, LonLat]) -> str:
    """The graph about these places; numbers only, so that nothing foreign stands in the statement."""
    lons, lats = [spot.lon for spot in spots.values()], [spot.lat for spot in spots.values()]
    return EDGES.format(
        west=float(min(lons)) - AROUND_DEGREES, south=float(min(lats)) - AROUND_DEGREES,
        east=float(max(lons)) + AROUND_DEGREES, north=float(max(lats)) + AROUND_DEGREES,
    )  # fmt: skip


def way(start: LonLat, end: LonLat) -> Way | None:
    """The quickest way from here to there; None where the graph has none."""
    if graph() is None:
        return None
    spots = {1: start, TARGET: end}
    nodes = nodes_near(spots)
    if len(nodes) < 2 or nodes[1][0] == nodes[TARGET][0]:
        return None
    with connection.cursor() as cursor:
        cursor.execute(WAY, [edges_around(spots), nodes[1][0], nodes[TARGET][0]])
        geometry, length_m, seconds = cursor.fetchone()
    if geometry is None:
        return None
    return Way(json.loads(geometry), length_m, seconds + nodes[1][1] + nodes[TARGET][1])


def closures() -> QuerySet[RoadClosure]:
    """Closed now."""
    rows = RoadClosure.objects.filter(lifted_at=None).select_related("closed_by")
    return rows.filter(Q(until=None) | Q(until__gt=timezone.now()))


def segment_at(place: LonLat) -> RoadSegment | None:
    """The segment that a person means by a place: the nearest within two hundred metres or so."""
    sql = """SELECT id, source, target, name, road_class, length_m, cost, reverse_cost, shape
             FROM dispatch_roadsegment
             WHERE ST_DWithin(shape, ST_SetSRID(ST_MakePoint(%s, %s), 4326), 0.002)
             ORDER BY shape <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326) LIMIT 1"""
    found = RoadSegment.objects.raw(sql, [place.lon, place.lat, place.lon, place.lat])
    return next(iter(found), None)
