"""How well agencies and officers answer: in the reader's scope, over a period, each figure with its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Aggregate, Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Extract
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.places.models import AdminUnit
from naoso.domains.citizen_reports.models import Category, Report, ReportQuerySet
from naoso.domains.citizen_reports.selectors.inbox import midnight
from naoso.domains.citizen_reports.selectors.reports import Reader
from naoso.domains.citizen_reports.workflow import State

GROUPS = {
    "owner": _("Organisation"),
    "handler": _("Officer"),
    "category": _("Category"),
    "unit": _("Commune or ward"),
}
AGES = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
DAY_S = 86400


class Percentile(Aggregate):
    """PERCENTILE_CONT within the group; null for no rows."""

    function = "PERCENTILE_CONT"
    name = "Percentile"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


@dataclass(slots=True)
class Line:
    """One group's figures; times are days of the calendar from received to answered."""

    key: int | None
    name: str
    received: int = 0
    ended: int = 0
    on_time: int = 0
    reopened: int = 0
    ratings: int = 0
    rating: float | None = None
    median_days: float | None = None
    p90_days: float | None = None
    backlog: list[int] = field(default_factory=lambda: [0] * len(AGES))

    @property
    def open(self) -> int:
        """Everything that is still open."""
        return sum(self.backlog)

    @property
    def on_time_share(self) -> float | None:
        """Percent of what was ended; None where nothing was."""
        return 100 * self.on_time / self.ended if self.ended else None

    @property
    def reopened_share(self) -> float | None:
        """Percent of what was ended; None where nothing was."""
        return 100 * self.reopened / self.ended if self.ended else None


@dataclass(frozen=True, slots=True)
class Period:
    """Both days count."""

    since: dt.date
    until: dt.date

    def within(self, column: str) -> Q:
        """The filter over a time column."""
        after, before = midnight(self.since), midnight(self.until + dt.timedelta(days=1))
        return Q(**{f"{column}__gte": after, f"{column}__lt": before})


def last_days(days: int) -> Period:
    """Until today."""
    today = timezone.localdate()
    return Period(today - dt.timedelta(days=days - 1), today)


def performance(user: Reader, period: Period, group: str = "owner") -> tuple[list[Line], Line]:
    """A line for each group, the largest first, and one for all together."""
    rows = Report.objects.visible_to(user).filter(held=False).exclude(state=State.MERGED)
    lines = gathered(rows, period, group)
    names = names_of(group, [key for key in lines if key is not None])
    for key, line in lines.items():
        line.name = names.get(key or 0, "–")
    whole = together(lines.values())
    for found in grouped(rows.filter(period.within("ended_at")), [], **times_of_ended()):
        whole.median_days, whole.p90_days = in_days(found["middle"]), in_days(found["slow"])
    return sorted(lines.values(), key=lambda line: (-line.received - line.open, line.name)), whole


def together(lines: Iterable[Line]) -> Line:
    """Everything that adds up; medians do not."""
    whole, stars = Line(None, ""), 0.0
    for line in lines:
        whole.received += line.received
        whole.ended += line.ended
        whole.on_time += line.on_time
        whole.reopened += line.reopened
        whole.ratings += line.ratings
        stars += line.ratings * float(line.rating or 0)
        whole.backlog = [one + other for one, other in zip(whole.backlog, line.backlog, strict=True)]
    whole.rating = stars / whole.ratings if whole.ratings else None
    return whole


def gathered(rows: ReportQuerySet, period: Period, group: str) -> dict[int | None, Line]:
    """Three aggregations: what came, what was ended, what is open by its age."""
    by = [f"{group}_id"]
    lines: dict[int | None, Line] = {}

    def line_of(found: dict[str, Any]) -> Line:
        return lines.setdefault(found[by[0]], Line(found[by[0]], ""))

    for found in grouped(rows.filter(period.within("created_at")), by, received=Count("pk")):
        line_of(found).received = found["received"]
    for found in grouped(rows.filter(period.within("ended_at")), by, **of_ended()):
        line = line_of(found)
        line.ended, line.on_time, line.reopened = found["ended"], found["punctual"], found["again"]
        line.ratings, line.rating = found["rated"], found["stars"]
        line.median_days, line.p90_days = in_days(found["middle"]), in_days(found["slow"])
    for found in grouped(rows.open(), by, **of_open()):
        line_of(found).backlog = [found[f"age_{number}"] for number in range(len(AGES))]
    return lines


def grouped(rows: QuerySet[Report], by: list[str], **figures: Any) -> list[dict[str, Any]]:
    """By a column, or over everything."""
    rows = rows.order_by()
    if by:
        return list(rows.values(*by).annotate(**figures))
    return [rows.aggregate(**figures)]


def times_of_ended() -> dict[str, Any]:
    """How long it took."""
    took = Extract(ExpressionWrapper(F("ended_at") - F("created_at"), output_field=DurationField()), "epoch")
    return {"middle": Percentile(took, 0.5), "slow": Percentile(took, 0.9)}


def of_ended() -> dict[str, Any]:
    """Figures of what was ended."""
    return times_of_ended() | {
        "ended": Count("pk"),
        "punctual": Count("pk", filter=Q(ended_at__lte=F("due_at"))),
        "again": Count("pk", filter=Q(reopened__gt=0)),
        "rated": Count("rating"),
        "stars": Avg("rating"),
    }


def of_open() -> dict[str, Any]:
    """How many are open, by age in days."""
    now = timezone.now()
    figures: dict[str, Any] = {}
    for number, (least, most) in enumerate(AGES):
        condition = Q(created_at__lte=now - dt.timedelta(days=least))
        if most is not None:
            condition &= Q(created_at__gt=now - dt.timedelta(days=most))
        figures[f"age_{number}"] = Count("pk", filter=condition)
    return figures


def in_days(seconds: float | None) -> float | None:
    """Seconds → days."""
    return None if seconds is None else float(seconds) / DAY_S


def names_of(group: str, keys: list[int]) -> dict[int, str]:
    """Names as people read them."""
    if group == "owner":
        return {row.pk: str(row) for row in Organisation.objects.filter(pk__in=keys)}
    if group == "handler":
        return {row.pk: str(row) for row in Account.objects.filter(pk__in=keys)}
    if group == "category":
        return {row.pk: str(row) for row in Category.objects.filter(pk__in=keys)}
    units = AdminUnit.objects.filter(pk__in=keys).defer("outline", "centre")
    return {row.pk: row.full_name for row in units}


def rows_address(base: str, period: Period, group: str, line: Line, figure: str) -> str:
    """The inbox with the rows behind one figure."""
    asked: dict[str, Any] = {"state": "all", group: line.key} if line.key is not None else {"state": "all"}
    span = {"since": f"{period.since:%d/%m/%Y}", "until": f"{period.until:%d/%m/%Y}"}
    ended = {"ended_since": span["since"], "ended_until": span["until"]}
    if figure == "received":
        asked |= span
    elif figure.startswith("age_"):
        least, most = AGES[int(figure.removeprefix("age_"))]
        asked |= {"state": "", "older_than": least} | ({} if most is None else {"younger_than": most})
    else:
        asked |= ended | ({} if figure == "ended" else {"queue": figure})
    return f"{base}?{urlencode(asked)}"
