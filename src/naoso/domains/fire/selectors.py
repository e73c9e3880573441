"""Reads of premises, their alarms and figures, in the reader's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import User
from naoso.core.places.models import UNIT_SHAPES
from naoso.core.response.workflow import Outcome
from naoso.domains.fire.models import Alarm, Detector, PanelMessage, Premises, PremisesQuerySet, Transmitter
from naoso.domains.fire.workflow import DetectorState, LinkState, Standing
from naoso.kernel.text import folded

NEAR_DEGREES = 0.03  # about 3 km: beyond that a hose does not come from a hydrant
HYDRANTS = 5
A_YEAR = dt.timedelta(days=365)


def worst() -> Case:
    """The worst state of premises: alarm, lost, fault, isolated, test, normal, or off where nothing hangs."""

    def hangs(state: str) -> Exists:
        return Exists(Detector.objects.filter(zone__premises=OuterRef("pk"), state=state))

    boxes = Transmitter.objects.filter(premises=OuterRef("pk"))
    burning = Alarm.objects.filter(premises=OuterRef("pk"), ended_at=None, in_test=False, quiet=False)
    return Case(
        When(Exists(burning), then=Value("alarm")),
        When(Exists(boxes.filter(state=LinkState.LOST)), then=Value("lost")),
        When(hangs(DetectorState.FAULT), then=Value("fault")),
        When(hangs(DetectorState.ISOLATED), then=Value("isolated")),
        When(hangs(DetectorState.TEST), then=Value("test")),
        When(Exists(boxes.exclude(state=LinkState.NEW)), then=Value("normal")),
        default=Value("off"),
        output_field=CharField(),
    )


def premises(user: User, permission: str = "fire.view") -> PremisesQuerySet:
    """With what a list shows of each."""
    rows = Premises.objects.permitted_to(user, permission).select_related("owner", "unit")
    return rows.defer(*UNIT_SHAPES)


def listed(
    user: User, *, text: str = "", category: str = "", standing: str = "", state: str = ""
) -> PremisesQuerySet:
    """Burning ones first; words without tone marks."""
    rows = premises(user).annotate(worst=worst())
    rows = rows.filter(standing=standing) if standing else rows.exclude(standing=Standing.CLOSED)
    if category:
        rows = rows.filter(category=category)
    if state:
        rows = rows.filter(worst=state)
    for word in folded(text).split():
        rows = rows.filter(folded_words__contains=word)
    first = Case(When(worst="alarm", then=0), When(worst__in=["lost", "fault"], then=1), default=2)
    return rows.order_by(first, "name")


def search(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    return [
        {
            "title": row.name,
            "detail": f"{row.get_category_display()} · {row.address}",
            "url": f"/fire/{row.pk}/",
        }
        for row in listed(user, text=text)[:limit]
    ]


def hydrants_near(user: User, point: Point) -> list[Any]:
    """The nearest five that the reader may see, with `away` as a distance, their condition and flow."""
    rows = (
        CityObject.objects.visible_to(user)
        .filter(kind__slug="hydrant", shape__dwithin=(point, NEAR_DEGREES))
        .exclude(state="removed")
        .annotate(away=Distance("shape", point))
        .order_by("away")
    )
    return list(rows[:HYDRANTS])


def alarms(user: User, *, since: dt.datetime | None = None) -> QuerySet[Alarm]:
    """Newest first."""
    rows = Alarm.objects.visible_to(user).select_related("premises__unit", "premises__owner")
    rows = rows.defer("premises__unit__outline", "premises__unit__centre")
    return rows.filter(opened_at__gte=since) if since else rows


def words_of(premises: Premises) -> QuerySet[PanelMessage]:
    """What its panels told, newest first."""
    return premises.messages.select_related("source", "detector__zone")


@dataclass(frozen=True, slots=True)
class Month:
    """Alarms that began in a month, and how many of them people found to be false."""

    month: dt.date
    alarms: int
    false: int


def months_of(premises: Premises, now: dt.datetime) -> list[Month]:
    """The last twelve months that have an alarm, oldest first; tests do not count."""
    rows = (
        premises.alarms.filter(in_test=False, opened_at__gte=now - A_YEAR)
        .annotate(month=TruncMonth("opened_at"))
        .values_list("month")
        .annotate(count=Count("pk"), false=Count("pk", filter=Q(outcome=Outcome.FALSE_ALARM)))
        .order_by("month")
    )
    return [Month(timezone.localdate(month), count, false) for month, count, false in rows]


@dataclass(frozen=True, slots=True)
class DetectorRate:
    """How often one detector told of fire within a year, and how often for nothing."""

    zone: str
    detector: str
    told: int
    false: int


def detector_rates(premises: Premises, now: dt.datetime) -> list[DetectorRate]:
    """By alarms, not by messages: a detector that repeats itself counts once an alarm. Worst first."""
    rows = (
        premises.messages.filter(
            kind="alarm", mirrored=False, alarm__in_test=False, received_at__gte=now - A_YEAR
        )
        .values_list("zone_text", "detector_text")
        .annotate(
            told=Count("alarm", distinct=True),
            false=Count("alarm", distinct=True, filter=Q(alarm__outcome=Outcome.FALSE_ALARM)),
        )
        .order_by("-false", "-told")[:20]
    )
    return [DetectorRate(*row) for row in rows]


def worst_premises(user: User, now: dt.datetime, most: int = 20) -> PremisesQuerySet:
    """Most false alarms within a year first."""
    year = Q(alarms__in_test=False, alarms__opened_at__gte=now - A_YEAR)
    return (
        premises(user)
        .annotate(
            told=Count("alarms", filter=year),
            false=Count("alarms", filter=year & Q(alarms__outcome=Outcome.FALSE_ALARM)),
        )
        .filter(told__gt=0)
        .order_by("-false", "-told", "name")[:most]
    )


def false_by_month(user: User, now: dt.datetime) -> list[Month]:
    """Of everything in scope."""
    rows = (
        Alarm.objects.visible_to(user)
        .filter(in_test=False, opened_at__gte=now - A_YEAR)
        .annotate(month=TruncMonth("opened_at"))
        .values_list("month")
        .annotate(count=Count("pk"), false=Count("pk", filter=Q(outcome=Outcome.FALSE_ALARM)))
        .order_by("month")
    )
    return [Month(timezone.localdate(month), count, false) for month, count, false in rows]


def counts(user: User) -> dict[str, int]:
    """How many premises in each worst state."""
    rows = premises(user).exclude(standing=Standing.CLOSED).annotate(worst=worst()).order_by()
    return dict(rows.values_list("worst").annotate(count=Count("pk")).values_list("worst", "count"))
