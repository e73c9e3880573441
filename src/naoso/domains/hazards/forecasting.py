"""Forecasts of levels: made every few minutes, judged only by rules that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.alerts import thresholds
from naoso.core.alerts.models import AlertRule, Measure, RuleState
from naoso.core.alerts.services import take
from naoso.core.people.audit import recorded
from naoso.core.response.alerts import respond_to
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.selectors import points_of_many
from naoso.domains.hazards import kinds
from naoso.domains.hazards.models import Forecast
from naoso.domains.hazards.rules import Floats, Outlook, outlook
from naoso.kernel.findings import Finding

PAST = timedelta(days=7)
STEP = timedelta(minutes=10)
STEPS = 18  # three hours
FRESH = timedelta(minutes=30)  # an older reading is no ground to foresee anything
GAP_STEPS = 6  # a longer silence begins the past anew
Points = Sequence[tuple[datetime, float]]


class Model(NamedTuple):
    """A model that a kind may name."""

    title: object
    source: str
    run: Callable[[Floats, int], Outlook | None]


MODELS: Mapping[str, Model] = {
    "damped-trend": Model(_("damped trend"), "Holt 1957; Gardner, McKenzie 1985", outlook),
}


def forecast_all(now: datetime | None = None) -> int:
    """The outlook of every series whose kind names a model; one that cannot be told is taken away."""
    now = now or timezone.now()
    models = {(kind.slug, kind.shown): kind.forecast for kind in kinds.KINDS if kind.forecast}
    wanted = {
        row.pk: models[row.thing.kind, row.property]
        for row in Series.objects.filter(thing__domain="hazards", enabled=True).select_related("thing")
        if (row.thing.kind, row.property) in models
    }
    rows = []
    past = points_of_many(list(wanted), now - PAST, now + timedelta(seconds=1))
    for series_id, points in groupby(past, key=lambda row: row[0]):
        row = foreseen(series_id, wanted[series_id], [(at, value) for _id, at, value in points], now)
        if row is not None:
            rows.append(row)
    with recorded(None):
        Forecast.objects.exclude(series_id__in=[row.series_id for row in rows]).delete()
        Forecast.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["series"],
            update_fields=["model", "made_at", "based_at", "step", "values", "half", "error", "naive"],
        )
    return len(rows)


def foreseen(series_id: int, model: str, points: Points, now: datetime) -> Forecast | None:
    """Not saved; None where the past is too short, too old, or without its model."""
    based_at = points[-1][0]
    if now - based_at > FRESH or model not in MODELS:
        return None
    told = MODELS[model].run(evenly(points), STEPS)
    if told is None:
        return None
    return Forecast(
        series_id=series_id, model=model, made_at=now, based_at=based_at, step=STEP,
        values=[round(v, 3) for v in told.values], half=[round(v, 3) for v in told.half],
        error=told.error, naive=told.naive,
    )  # fmt: skip


def evenly(points: Points) -> Floats:
    """A value each step back from the last reading, between the neighbours of its time; only since a gap."""
    times = np.array([at.timestamp() for at, _value in points], np.float64)
    values = np.array([value for _at, value in points], np.float64)
    gaps = np.flatnonzero(np.diff(times) > GAP_STEPS * STEP.total_seconds())
    first = int(gaps[-1]) + 1 if len(gaps) else 0
    count = int((times[-1] - times[first]) // STEP.total_seconds()) + 1
    moments = times[-1] - STEP.total_seconds() * np.arange(count)[::-1]
    told: Floats = np.interp(moments, times[first:], values[first:])
    return told


def judge_forecasts(now: datetime | None = None) -> int:
    """Alerts of the rules that look at a forecast: raised while the foreseen values reach the limit."""
    now = now or timezone.now()
    findings = [
        finding
        for rule in AlertRule.objects.filter(domain="hazards", enabled=True, measure=Measure.FORECAST)
        for finding in judge_rule(rule, now)
    ]
    respond_to(take(findings).raised)
    return len(findings)


def judge_rule(rule: AlertRule, now: datetime) -> list[Finding]:
    """One rule over the outlooks of its series."""
    watch = thresholds.watch_of(rule)
    states = {state.subject: state for state in RuleState.objects.filter(rule=rule)}
    found = []
    for row in Forecast.objects.filter(series_id__in=watch.series):
        within = row.values[: max(1, int(rule.window / row.step))]
        worst = max(within) if watch.threshold.above else min(within)
        finding = thresholds.step(watch, row.series_id, states, worst, now)
        if finding is not None:
            found.append(finding)
    return found
