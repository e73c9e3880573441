"""Public figures by area and by agency: received, solved, on time, median days, rating."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Extract
from django.utils import timezone

from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.selectors.performance import Percentile, grouped, in_days, names_of
from naoso.domains.citizen_reports.workflow import State

PERIODS = (30, 90, 365)
KEEP_S = 300
GROUPS = ("unit", "owner")


@dataclass(slots=True)
class Figures:
    """One area or agency; `solved` were answered and the citizen has not said otherwise."""

    name: str
    received: int = 0
    ended: int = 0
    solved: int = 0
    on_time: int = 0
    median_days: float | None = None
    ratings: int = 0
    rating: float | None = None

    @property
    def on_time_share(self) -> float | None:
        """Percent of what was ended; None where nothing was."""
        return 100 * self.on_time / self.ended if self.ended else None


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures with the moment at which they were counted."""

    at: dt.datetime
    lines: list[Figures]
    whole: Figures


def statistics(group: str, days: int) -> Counted:
    """At most five minutes old."""
    name = f"citizen_reports:statistics:{group}:{days}"
    kept: Counted | None = cache.get(name)
    if kept is None:
        kept = counted(group, days)
        cache.set(name, kept, KEEP_S)
    return kept


def counted(group: str, days: int) -> Counted:
    """All reports, those of private categories too: a count betrays nobody."""
    now = timezone.now()
    lines = figures_of([f"{group}_id"], now - dt.timedelta(days=days))
    names = names_of(group, [key for key in lines if key is not None])
    for key, line in lines.items():
        line.name = names.get(key or 0, "–")
    whole = figures_of([], now - dt.timedelta(days=days)).get(None) or Figures("")
    return Counted(now, sorted(lines.values(), key=lambda line: (-line.received, line.name)), whole)


def figures_of(by: list[str], since: dt.datetime) -> dict[int | None, Figures]:
    """Two aggregations: what came, what was ended."""
    rows = Report.objects.filter(held=False).exclude(state=State.MERGED)
    lines: dict[int | None, Figures] = {}

    def line_of(found: dict[str, Any]) -> Figures:
        return lines.setdefault(found[by[0]] if by else None, Figures(""))

    for found in grouped(rows.filter(created_at__gte=since), by, received=Count("pk")):
        line_of(found).received = found["received"]
    took = Extract(ExpressionWrapper(F("ended_at") - F("created_at"), output_field=DurationField()), "epoch")
    ended = grouped(
        rows.filter(ended_at__gte=since),
        by,
        ended=Count("pk"),
        answered=Count("pk", filter=Q(state=State.ANSWERED)),
        punctual=Count("pk", filter=Q(ended_at__lte=F("due_at"))),
        middle=Percentile(took, 0.5),
        rated=Count("rating"),
        stars=Avg("rating"),
    )
    for found in ended:
        line = line_of(found)
        line.ended, line.solved, line.on_time = found["ended"], found["answered"], found["punctual"]
        line.median_days = in_days(found["middle"])
        line.ratings, line.rating = found["rated"], found["stars"]
    return lines
