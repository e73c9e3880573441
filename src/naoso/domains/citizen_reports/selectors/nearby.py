"""What others have reported near a place: enough to judge whether it is the same thing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Count, Prefetch, Q

from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import Category, Photo, Report, ReportQuerySet
from naoso.domains.citizen_reports.selectors.choosing import family
from naoso.domains.citizen_reports.workflow import OPEN, State
from naoso.kernel.geometry import LonLat

METRES = 100
ENDED_WITHIN = timedelta(days=14)
MOST = 5
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Near:
    """One report of somebody else, as everybody may see it."""

    report: Report
    metres: int
    photo: Photo | None
    too: int


def for_everybody() -> ReportQuerySet:
    """Public reports with their blurred photos, as `public_photos`."""
    blurred = Photo.objects.filter(blurred_at__isnull=False, hidden=False).exclude(public_file="")
    return (
        Report.objects.public()
        .select_related("category", "owner", "unit")
        .defer(*UNIT_SHAPES)
        .prefetch_related(Prefetch("photos", blurred, to_attr="public_photos"))
    )


def near(*, place: LonLat, category: Category, now: datetime, metres: int = METRES) -> list[Near]:
    """The nearest first: the same kind or one beside it, open or ended in the last fourteen days."""
    rows: Any = (
        for_everybody()
        .filter(
            Q(state__in=sorted(OPEN)) | Q(ended_at__gte=now - ENDED_WITHIN),
            point__within=box(place, metres),
            category__in=family(category),
            held=False,
        )
        .exclude(state=State.MERGED)
        .annotate(
            away=Distance("point", Point(place.lon, place.lat, srid=4326)),
            too=Count("followers", filter=Q(followers__me_too=True)),
        )
        .order_by("away")[:MOST]
    )
    found = [(row, math.ceil(row.away.m)) for row in rows]
    return [
        Near(row, away, row.public_photos[0] if row.public_photos else None, row.too)
        for row, away in found
        if away <= metres
    ]


def box(place: LonLat, metres: int) -> Polygon:
    """The square around the circle: what the index can find."""
    up = metres / METRES_PER_DEGREE
    across = up / max(math.cos(math.radians(place.lat)), 0.01)
    square = Polygon.from_bbox((place.lon - across, place.lat - up, place.lon + across, place.lat + up))
    square.srid = 4326
    return square
