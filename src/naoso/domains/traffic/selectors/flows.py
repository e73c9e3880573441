"""How much traffic there is: by junction, lane, hour, origin and destination. No plate leaves this file."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, FloatField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, TruncHour
from django.utils import timezone

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import User
from naoso.domains.traffic.models import Quarter
from naoso.domains.traffic.models.words import Review
from naoso.domains.traffic.rules import open_counts_of, queue_estimate
from naoso.domains.traffic.selectors.scoping import scope_sql
from naoso.domains.traffic.storing import quarter

VIEW = "traffic.view"
HOUR = dt.timedelta(hours=1)
QUARTER = dt.timedelta(minutes=15)
SILENT_AFTER = dt.timedelta(hours=2)
BUSY_QUEUE = 20  # vehicles standing in a lane: the junction is shown as full
TRIP = dt.timedelta(hours=2)  # seen later at another gate: another trip
SUMS = {"n": Sum("n"), "outside": Sum("outside"), "two_wheeled": Sum("two_wheeled")}
TRIPS = """
SELECT origin, camera_id, count(*) FROM (
    SELECT camera_id, at, lag(camera_id) OVER seen AS origin, lag(at) OVER seen AS before
    FROM traffic_passage p
    WHERE at >= %(start)s AND at < %(end)s AND review <> %(no_plate)s AND ({scope})
    WINDOW seen AS (PARTITION BY plate ORDER BY at)
) steps
WHERE origin <> camera_id AND at - before <= %(trip)s
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 400
"""


@dataclass(frozen=True, slots=True)
class Junction:
    """A camera with what passed it in the last hour; `queue` is an estimate, None where no lane tells."""

    camera: CityObject
    n: int
    outside: int
    speed_kmh: float | None
    queue: int | None
    last: dt.datetime | None

    @property
    def name(self) -> str:
        """As people know it."""
        return str(self.camera.data.get("name") or self.camera.code)

    @property
    def state(self) -> str:
        """The map's word."""
        if self.last is None or timezone.now() - self.last > SILENT_AFTER:
            return "stale"
        return "warning" if (self.queue or 0) >= BUSY_QUEUE else "normal"

    @property
    def outside_percent(self) -> int:
        """Of the last hour."""
        return round(100 * self.outside / self.n) if self.n else 0


def junctions(user: User, now: dt.datetime | None = None) -> list[Junction]:
    """Those that ever told of a passage, with the last hour's figures; a silent one stays and looks stale."""
    now = now or timezone.now()
    rows = Quarter.objects.visible_to(user)
    newest = rows.filter(camera=OuterRef("pk")).order_by("-start").values("start")[:1]
    cameras = CityObject.objects.filter(kind__slug="camera").annotate(last=Subquery(newest))
    told: dict[int, Any] = {camera.pk: camera for camera in cameras.filter(last__isnull=False)}
    hour = last_hour(rows, now)
    queues = queues_now(rows, now)
    found = [junction(camera, hour.get(pk, {}), queues.get(pk), camera.last) for pk, camera in told.items()]
    return sorted(found, key=lambda one: (-one.n, one.name))


def last_hour(rows: QuerySet[Quarter], now: dt.datetime) -> dict[int, Any]:
    """Camera → its sums; of the quarter in which the hour began that part counts which lies within it."""
    begin = now - HOUR
    first = quarter(begin)
    part = 1 - (begin - first) / QUARTER
    weight = Case(When(start=first, then=Value(part)), default=Value(1.0))
    sums = {name: Sum(F(name) * weight) for name in ("n", "outside")}
    found: Any = (
        rows.filter(start__gte=first, start__lte=now)
        .values("camera")
        .annotate(**sums, speed=Sum("speed_sum"), speeds=Sum("speed_n"))
    )
    return {row["camera"]: row | {name: round(row[name]) for name in sums} for row in found}


def junction(
    camera: CityObject, told: dict[str, Any], queue: int | None, last: dt.datetime | None
) -> Junction:
    """One of them."""
    speeds = told.get("speeds") or 0
    speed = told["speed"] / speeds if speeds else None
    seen = min(last + QUARTER, timezone.now()) if last else None
    return Junction(camera, told.get("n") or 0, told.get("outside") or 0, speed, queue, seen)


def queues_now(rows: QuerySet[Quarter], now: dt.datetime) -> dict[int, int]:
    """The longest lane of each junction in the quarter that runs, from how much of the time it is covered."""
    lanes = (
        rows.filter(start__gte=quarter(now) - QUARTER, occupancy_n__gt=0)
        .values("camera", "lane")
        .annotate(share=Sum("occupancy_sum") / Cast(Sum("occupancy_n"), FloatField()))
    )
    found: dict[int, int] = {}
    for lane in lanes:
        found[lane["camera"]] = max(found.get(lane["camera"], 0), queue_estimate(lane["share"]) or 0)
    return found


def hourly(user: User, camera_id: int | None, start: dt.datetime, end: dt.datetime) -> list[dict[str, Any]]:
    """By hour and lane."""
    rows = Quarter.objects.visible_to(user).filter(start__gte=start, start__lt=end)
    if camera_id is not None:
        rows = rows.filter(camera=camera_id)
    by = rows.annotate(hour=TruncHour("start")).values("hour", "lane")
    found: Any = by.annotate(**SUMS, speed=Sum("speed_sum"), speeds=Sum("speed_n"))
    return list(found.order_by("hour", "lane"))


def trips(user: User, start: dt.datetime, end: dt.datetime) -> list[tuple[int, int, int]]:
    """From camera, to camera, how often: neighbours in the path of one plate, counted without it."""
    condition, values = scope_sql(user, VIEW, "p")
    values |= {"start": start, "end": end, "trip": TRIP, "no_plate": Review.NO_PLATE.value}
    with connection.cursor() as cursor:
        cursor.execute(TRIPS.format(scope=condition), values)
        return list(cursor.fetchall())


def matrix(
    rows: Sequence[tuple[int, int, int]],
) -> tuple[list[CityObject], list[tuple[CityObject, list[int]]]]:
    """Columns, and for each origin its counts in the order of the columns."""
    ids = {one for origin, to, _n in rows for one in (origin, to)}
    cameras = sorted(CityObject.objects.filter(pk__in=ids), key=lambda row: str(row.data.get("name")))
    found: dict[tuple[int, int], int] = defaultdict(int)
    for origin, to, n in rows:
        found[origin, to] += n
    return cameras, [(origin, [found[origin.pk, to.pk] for to in cameras]) for origin in cameras]


def open_counts(start: dt.datetime, end: dt.datetime) -> list[dict[str, Any]]:
    """For everybody: per junction and hour, small counts withheld; nothing else is told."""
    rows = (
        Quarter.objects.filter(start__gte=start, start__lt=end)
        .annotate(hour=TruncHour("start"))
        .values("hour", code=F("camera__code"), name=F("camera__data__name"))
        .annotate(count=Sum("n"), out=Sum("outside"))
        .order_by("code", "hour")
    )
    return [
        {"junction": row["code"], "name": row["name"], "hour": row["hour"].isoformat()}
        | dict(zip(("count", "out_of_province"), open_counts_of(row["count"], row["out"]), strict=True))
        for row in rows
    ]


def total(user: User, start: dt.datetime, end: dt.datetime, cameras: Sequence[int] = ()) -> dict[str, int]:
    """Sums of a span."""
    rows = Quarter.objects.visible_to(user).filter(start__gte=start, start__lt=end)
    if cameras:
        rows = rows.filter(camera__in=cameras)
    found = rows.aggregate(**SUMS)
    return {name: value or 0 for name, value in found.items()}
