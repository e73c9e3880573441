"""Figures as the chart island and the sparkline want them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import AlertRule, Measure
from naoso.core.registry.models import Thing
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.selectors import hourly, points
from naoso.domains.hazards.forecasting import MODELS
from naoso.domains.hazards.kinds import HazardKind, Quantity
from naoso.domains.hazards.models import Forecast
from naoso.domains.hazards.rules import FIRE_LEVELS
from naoso.kernel.units import shown_unit

DAILY, DAILY_HOURS = "fire-index", 720  # told once a day: a day of it is one point
RAW_HOURS = 24  # longer spans are drawn from hourly means
MOST_POINTS = 400
COLOURS = ("#ca8a04", "#ea580c", "#dc2626", "#7f1d1d")
WIDTH, HEIGHT = 96, 24


def spark(values: Sequence[float | None]) -> list[str]:
    """Points of the lines of a sparkline, one for each stretch without a gap."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    low, high = min(known), max(known)
    lines: list[list[str]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        y = HEIGHT - 2 - (HEIGHT - 4) * ((value - low) / (high - low) if high > low else 0.5)
        lines[-1].append(f"{WIDTH * i / (len(values) - 1):.1f},{y:.1f}")
    return [" ".join(line) for line in lines if len(line) > 1]


def chart(station: Thing, kind: HazardKind, quantity: Quantity, *, hours: int) -> dict[str, Any]:
    """The past, the outlook with its band where there is one, and the levels."""
    row = Series.objects.filter(thing=station, property=quantity.code).first()
    unit = shown_unit(quantity.unit)
    shown = past(row, hours) if quantity.made_by != DAILY else all_of(row, max(hours, DAILY_HOURS))
    drawn = [{"name": str(quantity.title), "unit": unit, "dash": "solid", "points": shown}]
    if row is not None and quantity.code == kind.shown:
        drawn += outlook(Forecast.objects.filter(series=row).first(), unit)
    return {
        "series": drawn,
        "limits": levels(station, quantity),
        "bands": [],
        "zoomed": quantity.code == kind.shown and bool(kind.forecast),
    }


def past(row: Series | None, hours: int) -> list[list[Any]]:
    """Readings of a day, or hourly means of more; an hour without a mean is a gap."""
    if row is None:
        return []
    now = timezone.now()
    start = now - timedelta(hours=hours)
    if hours <= RAW_HOURS:
        return all_of(row, hours)
    first = start.replace(minute=0, second=0, microsecond=0)
    means = {mean.start: mean.mean for mean in hourly([row.pk], first, now)}
    times = [first + timedelta(hours=i) for i in range(hours + 1)]
    return [[at.isoformat(), means.get(at)] for at in times]


def all_of(row: Series | None, hours: int) -> list[list[Any]]:
    """The readings themselves, thinned to what a screen can show."""
    if row is None:
        return []
    now = timezone.now()
    told = points(row.pk, now - timedelta(hours=hours), now + timedelta(seconds=1))
    every = max(1, len(told) // MOST_POINTS)
    return [[p.time.isoformat(), p.value] for p in [*told[:-1:every], *told[-1:]]]


def outlook(forecast: Forecast | None, unit: str) -> list[dict[str, Any]]:
    """Three dashed lines: what is foreseen, and the band that held nine of ten past errors."""
    if forecast is None:
        return []
    name = _("forecast, model %(model)s, error ±%(error)s %(unit)s") % {
        "model": MODELS[forecast.model].title,
        "error": number_format(round(forecast.error, 3)),
        "unit": unit,
    }
    times = [(forecast.based_at + forecast.step * i).isoformat() for i in range(1, len(forecast.values) + 1)]
    pairs = list(zip(forecast.values, forecast.half, strict=True))
    rows = (
        (name, "dashed", [value for value, _half in pairs]),
        (_("upper bound (90%)"), "dotted", [value + half for value, half in pairs]),
        (_("lower bound (90%)"), "dotted", [value - half for value, half in pairs]),
    )
    return [
        {
            "name": title, "unit": unit, "dash": dash,
            "points": [[at, round(value, 3)] for at, value in zip(times, values, strict=True)],
        }
        for title, dash, values in rows
    ]  # fmt: skip


def levels(station: Thing, quantity: Quantity) -> list[dict[str, Any]]:
    """The limits on the value that count at this station; for the fire index where its levels begin."""
    if quantity.made_by == DAILY:
        return [
            {"label": _("level %(n)s") % {"n": n}, "value": last + 1, "colour": colour}
            for n, last, colour in zip(("II", "III", "IV", "V"), FIRE_LEVELS, COLOURS, strict=True)
        ]
    rules = AlertRule.objects.filter(
        domain="hazards", quantity=quantity.code, measure=Measure.VALUE, enabled=True
    ).order_by("severity", "raise_at")
    own = dict(station.levels.values_list("rule", "raise_at"))
    return [
        {"label": rule.title, "value": own.get(rule.pk, rule.raise_at), "colour": COLOURS[rule.severity - 1]}
        for rule in rules
    ]
