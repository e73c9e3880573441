"""Positions as they come: the newest counts, an older one is at most a point of the track.

Plain rows and one statement for each table, because a province's vehicles speak every few seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from naoso.connectors.tracker import Fix
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.live import Moved, moves
from naoso.domains.dispatch.models import PositionSource, TrackPoint
from naoso.domains.dispatch.services.assignments import back
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.geometry import LonLat, metres_between

AT_HOME_M = 150.0
KEPT = dt.timedelta(days=30)
STANDING = """
SELECT p.resource_id, ST_X(p.point::geometry), ST_Y(p.point::geometry), p.at, p.source, p.speed_kmh,
       p.accuracy_m, r.state, r.owner_id, r.unit_id, ST_X(r.home), ST_Y(r.home)
FROM dispatch_resourceposition p JOIN dispatch_resource r ON r.id = p.resource_id
WHERE p.resource_id = ANY(%s) ORDER BY p.resource_id FOR UPDATE OF p
"""
KEEP = """
UPDATE dispatch_resourceposition p
SET point = ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326)::geography, at = t.at, received_at = %s,
    speed_kmh = t.speed, accuracy_m = t.accuracy, source = t.source
FROM unnest(%s::bigint[], %s::float8[], %s::float8[], %s::timestamptz[], %s::float8[], %s::float8[],
            %s::text[])
     AS t (id, lon, lat, at, speed, accuracy, source)
WHERE p.resource_id = t.id
"""
TRACK = """
INSERT INTO dispatch_trackpoint (resource_id, at, point, speed_kmh)
SELECT id, at, ST_SetSRID(ST_MakePoint(lon, lat), 4326), speed
FROM unnest(%s::bigint[], %s::timestamptz[], %s::float8[], %s::float8[], %s::float8[])
     AS t (id, at, lon, lat, speed)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A fix with the resource it is of."""

    resource_id: int
    fix: Fix
    source: str


@dataclass(slots=True)
class Standing:
    """Where a resource is known to be while new fixes are followed; locked."""

    pk: int
    here: LonLat
    at: dt.datetime | None
    source: str
    speed_kmh: float | None
    accuracy_m: float | None
    state: str
    owner_id: int
    unit_id: int | None
    home: LonLat
    moved: bool = False


Mark = tuple[int, Fix]


def take(placed: Sequence[Placed]) -> int:
    """Keep what is newer; returns how many resources moved. Twice the same changes nothing.

    In one transaction, which may be the caller's; maps hear of it after the commit.
    """
    by_resource: dict[int, list[Placed]] = {}
    for one in sorted(placed, key=lambda p: p.fix.at):
        by_resource.setdefault(one.resource_id, []).append(one)
    if not by_resource:
        return 0
    with transaction.atomic():
        rows = _standing(by_resource)
        track: list[Mark] = []
        for row in rows:
            _follow(row, by_resource[row.pk], track)
        _keep(rows, track)
        moved = [row for row in rows if row.moved]
        back(resource_ids=[row.pk for row in moved if _is_home_again(row)])
        moves.tell(Moved(row.pk, row.owner_id, row.unit_id, row.here, row.at) for row in moved)
    return len(moved)


def _standing(ids: Iterable[int]) -> list[Standing]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [list(ids)])
        return [
            Standing(pk, LonLat(lon, lat), at, source, speed, accuracy, state, owner, unit, LonLat(*home))
            for pk, lon, lat, at, source, speed, accuracy, state, owner, unit, *home in cursor.fetchall()
        ]


def _follow(row: Standing, placed: Iterable[Placed], track: list[Mark]) -> None:
    """One resource's fixes in their order."""
    marked, marked_at = (row.here if row.at else None), row.at
    for one in placed:
        fix = one.fix
        if row.at is not None and fix.at <= row.at:
            if fix.at < row.at:  # late: it belongs to the track, never to the map
                track.append((row.pk, fix))
            continue
        first = row.source == PositionSource.HOME
        if first or not rules.is_noise(metres_between(row.here, fix.place), fix.accuracy_m):
            row.here, row.moved = fix.place, True
            span = fix.at - marked_at if marked_at else None
            if rules.is_track(span, metres_between(marked, fix.place) if marked else 0.0):
                track.append((row.pk, fix))
                marked, marked_at = fix.place, fix.at
        row.at, row.source = fix.at, one.source
        row.speed_kmh, row.accuracy_m = fix.speed_kmh, fix.accuracy_m


def _keep(rows: Sequence[Standing], track: Sequence[Mark]) -> None:
    told = [row for row in rows if row.at is not None]
    columns: list[Any] = [
        [row.pk for row in told],
        [row.here.lon for row in told],
        [row.here.lat for row in told],
        [row.at for row in told],
        [row.speed_kmh for row in told],
        [row.accuracy_m for row in told],
        [row.source for row in told],
    ]
    marks: list[Any] = [
        [pk for pk, _fix in track],
        [fix.at for _pk, fix in track],
        [fix.place.lon for _pk, fix in track],
        [fix.place.lat for _pk, fix in track],
        [fix.speed_kmh for _pk, fix in track],
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [timezone.now(), *columns])
        cursor.execute(TRACK, marks)


def _is_home_again(row: Standing) -> bool:
    return row.state == ResourceState.RETURNING and metres_between(row.here, row.home) < AT_HOME_M


def forget_tracks() -> int:
    """Tracks older than thirty days go: where people were is nobody's business for longer."""
    gone, _each = TrackPoint.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone
