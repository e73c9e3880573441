"""Closures of roads, told by people."""

from __future__ import annotations

import datetime as dt

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.dispatch.models import RoadClosure
from naoso.domains.dispatch.selectors.roads import segment_at
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

CLOSE = "dispatch.assign"


def close_road(
    *, actor: Account, place: LonLat, reason: str, until: dt.datetime | None = None
) -> RoadClosure:
    """No way leads over the road at this place, until then or until somebody opens it."""
    require(actor, CLOSE)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why the road is closed."))
    if until is not None and until <= timezone.now():
        raise BadInput.of("until", until.isoformat(), "future", _("This time is over already."))
    segment = segment_at(place)
    if segment is None:
        raise BadInput.of(
            "place", f"{place.lon},{place.lat}", "road", _("There is no road of the graph here.")
        )
    with recorded(actor, reason):
        return RoadClosure.objects.create(
            point=Point(place.lon, place.lat, srid=4326), segment_id=segment.pk,
            road=segment.name or segment.road_class, reason=reason.strip()[:300], closed_by=actor,
            until=until,
        )  # fmt: skip


def open_road(*, actor: Account, closure: RoadClosure) -> RoadClosure:
    """Ways lead over it again; twice changes nothing."""
    require(actor, CLOSE)
    with recorded(actor):
        row = RoadClosure.objects.select_for_update().get(pk=closure.pk)
        if row.lifted_at is None:
            row.lifted_at = timezone.now()
            row.save(update_fields=["lifted_at"])
    return row


def settle_closures() -> None:
    """After a new graph was loaded: each closure finds the segment at its place."""
    for row in RoadClosure.objects.filter(lifted_at=None):
        segment = segment_at(LonLat(row.point.x, row.point.y))
        RoadClosure.objects.filter(pk=row.pk).update(segment_id=segment.pk if segment else None)


def add_pgrouting() -> bool:
    """Put the extension into the database where its server has it; False where it has not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pgrouting'")
        if cursor.fetchone() is None:
            return False
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
    return True
