"""Where a vehicle may be seen next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import Avg
from django.utils import timezone

from naoso.core.objects.models import CityObject
from naoso.domains.traffic.models import Desk, Hit, Section, SectionRun
from naoso.domains.traffic.rules import Ahead, Gate, ahead, heading_of
from naoso.kernel.geometry import LonLat

WITHIN_DEG = 0.35  # about 35 km
USUAL_OVER = dt.timedelta(hours=2)


def gate_of(camera: CityObject) -> Gate:
    """A camera as a place to reach."""
    name = str(camera.data.get("name") or camera.code)
    return Gate(camera.pk, name, LonLat(camera.shape.x, camera.shape.y))


def junctions_ahead(hit: Hit | Any, most: int = 5) -> list[Ahead]:
    """Traffic cameras in the direction of travel, the nearest first, with the time of the usual speed."""
    camera = hit.camera
    x, y = camera.shape.x, camera.shape.y
    box = Polygon.from_bbox((x - WITHIN_DEG, y - WITHIN_DEG, x + WITHIN_DEG, y + WITHIN_DEG))
    rows = CityObject.objects.filter(
        kind__slug="camera", state="active", data__purpose="traffic", shape__bboverlaps=box
    ).exclude(pk=camera.pk)
    heading = camera.data.get("heading_deg")
    desk = Desk.objects.first() or Desk()
    return ahead(
        gate_of(camera), heading_of(float(heading) if heading is not None else None, hit.direction),
        [gate_of(row) for row in rows], hit.at, usual_kmh=desk.usual_kmh,
        sections=sections_from(camera.pk), most=most,
    )  # fmt: skip


def sections_from(camera_id: int) -> dict[int, tuple[float, float]]:
    """Second gate → metres and the usual speed: what was driven lately, else the limit."""
    since = timezone.now() - USUAL_OVER
    driven = dict(
        SectionRun.objects.filter(section__start=camera_id, left_at__gte=since)
        .values_list("section")
        .annotate(Avg("speed_kmh"))
    )
    rows = Section.objects.filter(start=camera_id, enabled=True)
    return {row.end_id: (float(row.length_m), driven.get(row.pk) or float(row.limit_kmh)) for row in rows}
