"""The report of an operation: what passed, what was checked, what was found, place by place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from naoso.core.people.scope import User
from naoso.domains.traffic.models import Check, Hit, Operation, Quarter
from naoso.domains.traffic.workflow import HitState, Verdict


def report_of(operation: Operation, user: User) -> dict[str, Any]:
    """Figures from the beginning until the end, or until now: passages and hits that this person may see.

    How many hits its lists had, and checks at its own check-points, are figures of the operation.
    """
    start = operation.starts_at
    end = min(operation.ended_at or operation.ends_at, timezone.now())
    cameras = list(operation.cameras.all())
    points = list(operation.points.select_related("camera").prefetch_related("duties__person"))
    ids = {camera.pk for camera in cameras} | {point.camera_id for point in points if point.camera_id}
    counts = passed(user, ids, start, end)
    checks = checked(operation, start, end)
    hits = hits_of(operation, start, end)
    seen = set(
        Hit.objects.visible_to(user).filter(pk__in=[hit.pk for hit in hits]).values_list("pk", flat=True)
    )
    total = sum(row["n"] for row in counts.values())
    outside = sum(row["outside"] for row in counts.values())
    return {
        "start": start, "end": end, "total": total, "outside": outside,
        "outside_percent": round(100 * outside / total, 1) if total else None,
        "cameras": [(camera, counts.get(camera.pk, {})) for camera in cameras],
        "points": [(row, counts.get(row.camera_id or 0, {}), checks.get(row.pk, {})) for row in points],
        "checks": sum(row["n"] for row in checks.values()),
        "hits": [hit for hit in hits if hit.pk in seen], "hits_found": len(hits),
        "hits_hidden": len(hits) - len(seen),
        "confirmed": sum(hit.state == HitState.CONFIRMED for hit in hits),
        "incidents": sorted({(hit.incident_id, hit.incident_number) for hit in hits if hit.incident_id}),
    }  # fmt: skip


def passed(user: User, ids: set[int], start: dt.datetime, end: dt.datetime) -> dict[int, Any]:
    """Camera → how many, and how many from elsewhere."""
    rows = Quarter.objects.visible_to(user).filter(camera__in=ids, start__gte=start, start__lt=end)
    found: Any = rows.values("camera").annotate(n=Sum("n"), outside=Sum("outside"))
    return {row["camera"]: row for row in found}


def checked(operation: Operation, start: dt.datetime, end: dt.datetime) -> dict[int, Any]:
    """Check-point → how many checks, and how many were of wanted plates."""
    rows = Check.objects.filter(check_point__operation=operation, at__gte=start, at__lte=end)
    wanted = Count("pk", filter=Q(verdict__in=(Verdict.WANTED, Verdict.SIMILAR)))
    found = rows.values("check_point").annotate(n=Count("pk"), wanted=wanted)
    return {row["check_point"]: row for row in found}


def hits_of(operation: Operation, start: dt.datetime, end: dt.datetime) -> list[Hit]:
    """Of its lists, at its cameras where it names some."""
    rows = Hit.objects.filter(entry__watch_list__in=operation.lists.all(), at__gte=start, at__lte=end)
    cameras = operation.cameras.all()
    if cameras:
        rows = rows.filter(camera__in=cameras)
    return list(rows.select_related("camera", "entry__watch_list").order_by("at"))
