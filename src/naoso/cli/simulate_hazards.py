"""Simulated rivers, rain, forests and slopes: storms that all of them feel, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from naoso.cli.air import DAY_S, HOUR_S, ZONE_S, _smooth, _unit
from naoso.core.registry import secrets
from naoso.core.registry.models import Thing
from naoso.core.telemetry.models import Series
from naoso.domains.exercises.library import scripts
from naoso.domains.hazards.kinds import kind_of

STORM_EVERY_S = 34 * HOUR_S
STEP_S = HOUR_S / 2
BEGIN = 1_780_000_000.0  # from when slopes creep
BASES = {"mn-song-cong": 13.9, "mn-gia-bay": 23.8, "mn-cho-moi": 50.6, "mn-thac-rieng": 95.7}
PAST_DAYS = {"fire-weather": 25.0}
PAST_STEP_S = {"fire-weather": HOUR_S}


def rain_rate(number: int, at: float) -> float:
    """Millimetres an hour at that moment: every day and a half a storm of two to six hours."""
    slot = math.floor(at / STORM_EVERY_S)
    length = (2 + 4 * _unit("storm-length", slot)) * HOUR_S
    begin = slot * STORM_EVERY_S + _unit("storm-begin", slot) * (STORM_EVERY_S - 6 * HOUR_S)
    if not begin <= at <= begin + length:
        return 0.0
    peak = (4 + 24 * _unit("storm-peak", slot) ** 2) * (0.6 + 0.6 * _unit(f"storm-{slot}", number))
    return peak * math.sin(math.pi * (at - begin) / length) ** 2


def fallen(number: int, at: float, hours: float) -> float:
    """Millimetres in the hours before."""
    step = min(STEP_S, hours * HOUR_S / 6)
    count = round(hours * HOUR_S / step)
    return sum(rain_rate(number, at - (i + 0.5) * step) for i in range(count)) * step / HOUR_S


def swell(at: float) -> float:
    """Metres that the rain of the last day lifts a river by: it peaks two hours after the rain."""
    lags = [(i + 0.5) * STEP_S / (2 * HOUR_S) for i in range(48)]
    return 0.016 * sum(rain_rate(0, at - lag * 2 * HOUR_S) * lag * math.exp(1 - lag) for lag in lags)


def river(code: str, number: int, at: float) -> Mapping[str, float]:
    """A gauge."""
    wave = 0.12 * (_smooth(number, "river", at, 9 * HOUR_S) - 0.5)
    return {"water_level": BASES.get(code, 10.0) + swell(at) + wave + _noise(number, at, 0.01)}


def rain(_code: str, number: int, at: float) -> Mapping[str, float]:
    """A gauge."""
    return {"rain_1h": fallen(number, at, 1), "rain_24h": fallen(number, at, 24)}


def forest(_code: str, number: int, at: float) -> Mapping[str, float]:
    """Dry ground under trees: storms leave little of their rain here."""
    hour = ((at + ZONE_S) % DAY_S) / HOUR_S
    sun = max(0.0, math.sin(math.pi * (hour - 6) / 12)) if 6 <= hour <= 18 else 0.0
    heat = 20 + 4 * _smooth(0, "season", at, 40 * DAY_S) + 8 * sun
    return {
        "temperature": heat + _noise(number, at, 0.6),
        "humidity": 86 - 34 * sun + _noise(number + 50, at, 4),
        "rain_24h": 0.06 * fallen(number, at, 24),
    }


def slope(_code: str, number: int, at: float) -> Mapping[str, float]:
    """Creeps by a millimetre in three weeks, and feels the rain."""
    wet = fallen(number, at, 24)
    return {
        "displacement": (at - BEGIN) / DAY_S * 0.05 + wet * 0.01 + _noise(number, at, 0.05),
        "tilt": (at - BEGIN) / DAY_S * 0.0004 + wet * 0.0001 + _noise(number + 50, at, 0.002),
        "rain_1h": fallen(number, at, 1),
    }


def _noise(number: int, at: float, width: float) -> float:
    return width * (_smooth(number, "noise", at, 600) - 0.5)


WORLDS: Mapping[str, Callable[[str, int, float], Mapping[str, float]]] = {
    "river-gauge": river, "rain-gauge": rain, "fire-weather": forest, "slope": slope,
}  # fmt: skip


@dataclass(frozen=True)
class HazardStation:
    """One demonstration source of danger and the properties that it tells."""

    number: int
    code: str
    kind: str
    series: dict[str, str]
    past_only: bool = False

    @property
    def past_s(self) -> float:
        """How much of the past it tells: the fire index sums up weeks."""
        return PAST_DAYS.get(self.kind, 7.0) * DAY_S

    @property
    def past_step_s(self) -> float:
        """How densely."""
        return PAST_STEP_S.get(self.kind, 600.0)

    def readings(self, at: float, started: float) -> list[dict[str, Any]]:
        """What it would say at that time; nothing from the start on where a script speaks for it."""
        if self.past_only and at >= started:
            return []
        told = WORLDS[self.kind](self.code, self.number, at)
        return [
            {
                "series": f"{self.code}/{name}",
                "time": round(at, 3),
                "value": round(told[name], 3),
                "unit": unit,
            }
            for name, unit in self.series.items()
            if name in told
        ]


def hazard_stations() -> list[HazardStation]:
    """Enabled, with the demonstration's secret; in an exercise a script speaks for some from its start on."""
    spoken = scripted() if settings.EXERCISE else set()
    things = Thing.objects.filter(domain="hazards", kind__in=WORLDS, source__enabled=True).order_by("code")
    mine = [
        thing
        for thing in things.select_related("source")
        if thing.source
        and secrets.matches(secrets.demo_secret(thing.source.code), thing.source.secret_digest)
    ]
    told: dict[int, dict[str, str]] = {}
    for row in Series.objects.filter(thing__in=mine, enabled=True).select_related("thing"):
        kind = kind_of(row.thing.kind)
        if kind is not None and not kind.quantity(row.property).made_by:
            told.setdefault(row.thing_id, {})[row.property] = row.unit
    return [
        HazardStation(number, thing.code, thing.kind, told.get(thing.pk, {}), thing.code in spoken)
        for number, thing in enumerate(mine, 101)
    ]


def scripted() -> set[str]:
    """Sources that the scripts of exercises speak for."""
    deeds = [deed for script in scripts().values() for deed in script.deeds if deed.kind == "readings"]
    return {str(deed.what["source"]) for deed in deeds}
