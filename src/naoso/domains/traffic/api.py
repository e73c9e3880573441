"""/api/v1/traffic: counts for everybody. No plate is in them, and small counts are withheld."""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from naoso.domains.traffic.models import Desk
from naoso.domains.traffic.rules import SMALLEST_COUNT
from naoso.domains.traffic.selectors.flows import open_counts
from naoso.kernel.errors import BadInput
from naoso.ui.limits import require_within

HOUR_S = 3600
MOST_DAYS = 31
FIRST_YEAR, LAST_YEAR = 2000, 2200
router = Router(tags=["open data"])


class CountOut(Schema):
    """One junction and hour; `count` is null where fewer than five passed.

    `out_of_province` is null where they, or the rest, are fewer than five. Plates of no province (the army's,
    80 of central bodies) and those that could not be read are in `count` alone.
    """

    junction: str
    name: str | None
    hour: str
    count: int | None
    out_of_province: int | None


class CountsOut(Schema):
    """Counts of a day or several."""

    licence: str
    smallest: int
    rows: list[CountOut]


def span(start: dt.date | None, days: int) -> tuple[dt.datetime, dt.datetime]:
    """Whole days here, finished hours alone. Raises BadInput."""
    if not 1 <= days <= MOST_DAYS:
        raise BadInput.of("days", days, "range", f"1 to {MOST_DAYS} days")
    first = start or timezone.localdate()
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise BadInput.of("start", first.isoformat(), "range", f"a day of {FIRST_YEAR} to {LAST_YEAR}")
    begin = timezone.make_aware(dt.datetime.combine(first, dt.time()))
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    return begin, min(begin + dt.timedelta(days=days), hour)


def rows_for(request: HttpRequest, start: dt.date | None, days: int) -> list[dict[str, object]]:
    """Where the centre publishes them."""
    require_within("traffic-counts", str(request.META.get("REMOTE_ADDR", "")), most=600, per_s=HOUR_S)
    begin, end = span(start, days)
    desk = Desk.objects.first() or Desk()
    return open_counts(begin, end) if desk.open_counts else []


@router.get("/counts", response=CountsOut, summary="Traffic counts per junction and hour")
def counts(request: HttpRequest, start: dt.date | None = None, days: int = 1) -> dict[str, object]:
    """JSON. `start` is a day, today where none is given."""
    rows = rows_for(request, start, days)
    return {"licence": "CC BY 4.0", "smallest": SMALLEST_COUNT, "rows": rows}


@router.get("/counts.csv", summary="The same as CSV")
def counts_csv(request: HttpRequest, start: dt.date | None = None, days: int = 1) -> HttpResponse:
    """With a heading, in UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["junction", "name", "hour", "count", "out_of_province"])
    writer.writeheader()
    writer.writerows(rows_for(request, start, days))
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
