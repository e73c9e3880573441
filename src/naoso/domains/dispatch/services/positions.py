"""Positions as they come: the newest counts, an older one is at most a point of the track."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from naoso.connectors.tracker import Fix
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.live import moves
from naoso.domains.dispatch.models import PositionSource, ResourcePosition, TrackPoint
from naoso.domains.dispatch.services.assignments import back
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.geometry import LonLat

EARTH_M = 6_371_008.8
AT_HOME_M = 150.0
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Placed:
    """A fix with the resource it is of."""

    resource_id: int
    fix: Fix
    source: str


def metres(one: LonLat, other: LonLat) -> float:
    """On a sphere; good to half a percent, which is better than a phone."""
    d_lat, d_lon = radians(other.lat - one.lat) / 2, radians(other.lon - one.lon) / 2
    part = sin(d_lat) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(d_lon) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(part)))


def take(placed: Sequence[Placed]) -> int:
    """Keep what is newer; returns how many resources moved. Twice the same changes nothing.

    In one transaction, which may be the caller's; maps hear of it after the commit.
    """
    by_resource: dict[int, list[Placed]] = {}
    for one in sorted(placed, key=lambda p: p.fix.at):
        by_resource.setdefault(one.resource_id, []).append(one)
    with transaction.atomic():
        rows = (
            ResourcePosition.objects.select_for_update(of=("self",))
            .filter(resource__in=by_resource)
            .select_related("resource")
            .order_by("resource_id")
        )
        moved: list[ResourcePosition] = []
        seen: list[ResourcePosition] = []
        track: list[TrackPoint] = []
        for row in rows:
            if _follow(row, by_resource[row.pk], track):
                moved.append(row)
            seen.append(row)
        fields = ["point", "at", "received_at", "speed_kmh", "accuracy_m", "source"]
        ResourcePosition.objects.bulk_update(seen, fields, batch_size=500)
        TrackPoint.objects.bulk_create(track, ignore_conflicts=True, batch_size=2000)
        back(resource_ids=_home_again(moved))
        moves.tell(moved)
    return len(moved)


def _follow(row: ResourcePosition, placed: Iterable[Placed], track: list[TrackPoint]) -> bool:
    """One resource's fixes in their order; True when its place on the map changed."""
    here, since = LonLat(row.point.x, row.point.y), row.at
    marked = here if since else None
    marked_at, changed = since, False
    for one in placed:
        fix = one.fix
        if since is not None and fix.at <= since:
            if fix.at < since:  # late: it belongs to the track, never to the map
                track.append(_mark(row.pk, fix))
            continue
        away = metres(here, fix.place)
        first = row.source == PositionSource.HOME
        if first or not rules.is_noise(away, fix.accuracy_m):
            here, changed = fix.place, True
            span = fix.at - marked_at if marked_at else None
            if rules.is_track(span, metres(marked, fix.place) if marked else 0.0):
                track.append(_mark(row.pk, fix))
                marked, marked_at = fix.place, fix.at
        since = row.at = fix.at
        row.speed_kmh, row.accuracy_m, row.source = fix.speed_kmh, fix.accuracy_m, one.source
    row.point, row.received_at = Point(here.lon, here.lat, srid=4326), timezone.now()
    return changed


def _mark(resource_id: int, fix: Fix) -> TrackPoint:
    return TrackPoint(
        resource_id=resource_id, at=fix.at, point=Point(fix.place.lon, fix.place.lat, srid=4326),
        speed_kmh=fix.speed_kmh,
    )  # fmt: skip


def _home_again(moved: Iterable[ResourcePosition]) -> list[int]:
    return [
        row.pk
        for row in moved
        if row.resource.state == ResourceState.RETURNING
        and metres(LonLat(row.point.x, row.point.y), LonLat(row.resource.home.x, row.resource.home.y))
        < AT_HOME_M
    ]


def forget_tracks() -> int:
    """Tracks older than thirty days go: where people were is nobody's business for longer."""
    gone, _each = TrackPoint.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone
