"""Reads of alerts and rules, in the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404
from django.utils import timezone

from naoso.core.alerts.models import Alert, AlertQuerySet, AlertRule, Measure
from naoso.core.alerts.rules import oldest_within, rehearse, rises
from naoso.core.alerts.thresholds import watch_of
from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.selectors import points_of_many
from naoso.kernel.units import shown_unit

Reader = Account | AnonymousUser


def open_alerts(user: Reader) -> AlertQuerySet:
    """What still wants somebody's eyes: the worst and newest first, unseen before seen."""
    return (
        Alert.objects.visible_to(user)
        .open()
        .select_related("owner", "unit", "acknowledged_by")
        .defer(*UNIT_SHAPES)
        .order_by("-last_at", "-id")
    )


def with_units(rules: Iterable[AlertRule]) -> list[tuple[AlertRule, str]]:
    """Each rule with the unit that its series are measured in, as people write it."""
    found = list(rules)
    series = Series.objects.filter(property__in={rule.quantity for rule in found})
    told = dict(series.values_list("property", "unit").distinct())
    return [(rule, shown_unit(told.get(rule.quantity, ""))) for rule in found]


def listed(user: Reader, *, state: str = "", text: str = "", severity: int = 0) -> AlertQuerySet:
    """The list: open ones unless asked otherwise, newest first."""
    rows = (
        Alert.objects.visible_to(user).select_related("owner", "unit", "acknowledged_by").defer(*UNIT_SHAPES)
    )
    if state == "unseen":
        rows = rows.filter(acknowledged_at__isnull=True)
    elif state == "active":
        rows = rows.filter(active=True)
    elif state != "all":
        rows = rows.open()
    if severity:
        rows = rows.filter(severity__gte=severity)
    if text:
        rows = rows.filter(title__unaccent__icontains=text)
    return rows.order_by("-last_at", "-id")


def alert_for(user: Reader, pk: int) -> Alert:
    """One alert or 404: what is hidden does not exist."""
    rows = (
        Alert.objects.visible_to(user).select_related("owner", "unit", "acknowledged_by").defer(*UNIT_SHAPES)
    )
    return get_object_or_404(rows, pk=pk)


def search(user: Reader, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    return [
        {"title": row.title, "detail": row.detail, "url": f"/alerts/{row.pk}/"}
        for row in listed(user, state="all", text=text)[:limit]
    ]


def alerts_of(user: Reader, subject: str) -> AlertQuerySet:
    """The alert history of one subject."""
    return Alert.objects.visible_to(user).filter(subject=subject).order_by("-last_at")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a rule would have done over a past span."""

    since: datetime
    raised: tuple[tuple[str, datetime], ...]
    subjects: int
    readings: int
    possible: bool = True


def rehearse_rule(rule: AlertRule, *, days: int = 7) -> Rehearsal:
    """Run a rule, saved or not, over the stored readings of the last days.

    What a model would have forecast then is not stored: such a rule cannot be tried.
    """
    since = timezone.now() - timedelta(days=days)
    if rule.measure == Measure.FORECAST:
        return Rehearsal(since, (), 0, 0, possible=False)
    watch = watch_of(rule)
    raised: list[tuple[str, datetime]] = []
    readings = 0
    for series_id, rows in groupby(points_of_many(list(watch.series), since), key=lambda row: row[0]):
        points = [(at, value) for _id, at, value in rows]
        readings += len(points)
        judged = climbing(points, rule.window) if rule.measure == Measure.RISE else points
        limit = watch.limit(series_id)
        raised += [(watch.series[series_id].name, at) for at in rehearse(limit, judged)]
    return Rehearsal(since, tuple(sorted(raised, key=lambda r: r[1])), len(watch.series), readings)


def climbing(points: list[tuple[datetime, float]], window: timedelta) -> list[tuple[datetime, float]]:
    """The readings of one series as rises per hour; those that nothing old enough precedes fall out."""
    times = np.array([round(at.timestamp() * 1_000_000) for at, _value in points], np.int64)
    values = np.array([value for _at, value in points], np.float64)
    oldest = oldest_within(np.zeros(len(points), np.int32), times, window)
    rates = rises(times, values, times[oldest], values[oldest], window)
    return [(at, float(rate)) for (at, _value), rate in zip(points, rates, strict=True) if np.isfinite(rate)]
