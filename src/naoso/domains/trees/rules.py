"""Pure judgement of trees: risk, class, value, benefits. Sources stand with each formula."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import pi

ANCIENT_YEARS = 50
"""Decree 258/2025/NĐ-CP: an ancient tree is 50 years old or more."""
CARBON = 0.47
"""Carbon fraction of dry wood: IPCC 2006 Guidelines, vol. 4, table 4.3."""
ROOTS = 0.24
"""Root-to-shoot ratio: IPCC 2006 Guidelines, vol. 4, table 4.4, tropical moist forest above 125 t/ha."""
OPEN_GROWN = 0.8
"""Open-grown trees have less wood than forest trees of their girth: Nowak 1994."""
CO2_OF_CARBON = 44 / 12

# How likely a part fails, by the defect that is seen.
DEFECTS: dict[str, int] = {
    "lean": 2, "cavity": 3, "cracks": 3, "dead_branches": 2, "root_damage": 3, "fungus": 2, "pest": 1,
    "heaving": 4, "wires": 1,
}  # fmt: skip
TARGETS: dict[str, int] = {"none": 0, "seldom": 1, "frequent": 2, "constant": 3}
RISKS = ("low", "moderate", "high", "extreme")
# likelihood of failure (rows 1–4) × how often somebody is below (columns 0–3): index into RISKS
MATRIX = ((0, 0, 0, 1), (0, 0, 1, 2), (0, 1, 2, 3), (0, 2, 3, 3))
CONDITION = {"good": 1.0, "fair": 0.75, "poor": 0.4, "dying": 0.1, "dead": 0.0}


def risk(defects: frozenset[str], target: str, health: str) -> str:
    """`low` … `extreme`: the worst defect against what it could hit.

    Matrix after ISA, Best Management Practices: Tree Risk Assessment (2nd ed., 2017), table of risk ratings;
    a dead tree counts as likely to fail, a dying one as possible. Unknown names raise KeyError.
    """
    likely = max([DEFECTS[name] for name in defects], default=1)
    if len(defects) >= 3:
        likely = min(4, likely + 1)
    likely = max(likely, {"dead": 3, "dying": 2}.get(health, 1))
    return RISKS[MATRIX[likely - 1][TARGETS[target]]]


def class_after(
    current: str, planted: dt.date | None, today: dt.date, found_risk: str, *, lifted: bool = False
) -> str:
    """Hazardous with a high risk, and until somebody says that the hazard is gone (`lifted`).

    Ancient from its fiftieth year; conserved stays conserved.
    """
    if found_risk in {"high", "extreme"} or (current == "hazardous" and not lifted):
        return "hazardous"
    if planted is not None and (today - planted).days >= ANCIENT_YEARS * 365.25:
        return "ancient"
    return "ordinary" if current in {"", "hazardous"} else current


def next_seen(seen: dt.date, months: int) -> dt.date:
    """The day by which it is to be seen again; the end of a shorter month where needed."""
    year, month = divmod(seen.month - 1 + months, 12)
    last = (dt.date(seen.year + year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(seen.year + year, month + 1, min(seen.day, last))


def value_vnd(girth_cm: float, price_vnd_cm2: float, factor: float, health: str) -> int:
    """Trunk area × price × species × condition, rounded to 1,000 đ.

    Trunk formula technique of CTLA, Guide for Plant Appraisal (10th ed., 2019), without location.
    """
    area = girth_cm**2 / (4 * pi)
    return round(area * price_vnd_cm2 * factor * CONDITION.get(health, 0.75) / 1000) * 1000


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a tree gives: stored CO₂ in kg, shaded ground in m²."""

    co2_kg: float
    shade_m2: float


def benefit(girth_cm: float | None, height_m: float | None, crown_m: float | None, density: float) -> Benefit:
    """Stored CO₂ from girth, height and wood density; shade from the crown's width.

    Above-ground biomass = 0.0673 (ρ D² H)^0.976 kg, D in cm, H in m, ρ in g/cm³: Chave et al. 2014, Global
    Change Biology 20, eq. 4. A tree without girth or height counts no CO₂, one without crown no shade.
    """
    stored = 0.0
    if girth_cm and height_m:
        diameter = girth_cm / pi
        wood = 0.0673 * (density * diameter**2 * height_m) ** 0.976
        stored = wood * (1 + ROOTS) * OPEN_GROWN * CARBON * CO2_OF_CARBON
    return Benefit(stored, pi * crown_m**2 / 4 if crown_m else 0.0)
