"""The kinds of station, declared: pages, layer, legend, rules, seed and tests follow from these lines.

Another kind is another entry of KINDS. Limits are the defaults that the seed turns into rules which people
edit; `per_station` ones are given a height of their own at each station.

Sources: the names of the flood levels 1 to 3 are those of Decision 05/2020/QĐ-TTg, whose heights differ by
station; heavy rain over 50 mm and very heavy rain over 100 mm in 24 hours, Decision 18/2021/QĐ-TTg; 50 mm in
one hour is this house's own watch for flash floods, the rise of 0.5 m an hour its own too. Forest-fire index
P and its five levels: Phạm Ngọc Hưng 1988 after Nesterov 1949. Tilt of 0.01 and 0.1 degrees an hour: Uchimura
et al., Landslides 12 (2015). Rain that starts slides: Caine 1980 (see `rules.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.kernel.findings import Severity


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a station of the kind tells; `made_by` names a calculation of derived.py."""

    code: str
    title: Any
    unit: str
    low: float
    high: float
    decimals: int = 1
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule of the kind as it is seeded; `measure` as in core.alerts, `window_min` its span in minutes."""

    code: str
    title: Any
    quantity: str
    raise_at: float
    clear_at: float
    severity: Severity
    measure: str = "value"
    window_min: int = 60
    hold_min: int = 0
    opens: bool = False
    per_station: bool = False


@dataclass(frozen=True, slots=True)
class HazardKind:
    """One kind of station. `shown` is the quantity of lists and of the map, `incident` what its rules open.

    `silent_min`: minutes after which a station that should report is missed. `forecast`: the model that
    draws `shown` ahead, a name of `forecasting.MODELS`.
    """

    slug: str
    title: Any
    icon: str
    shown: str
    incident: str
    silent_min: int
    quantities: tuple[Quantity, ...]
    limits: tuple[Limit, ...]
    forecast: str = ""

    @property
    def main(self) -> Quantity:
        """The quantity of lists and of the map."""
        return self.quantity(self.shown)

    def quantity(self, code: str) -> Quantity:
        """By its code; KeyError where the kind has none such."""
        for row in self.quantities:
            if row.code == code:
                return row
        raise KeyError(code)


RAIN = HazardKind(
    "rain-gauge", _("Rain gauge"), "cloud-rain", "rain_1h", "flood", 20,
    quantities=(
        Quantity("rain_1h", _("Rain in 1 hour"), "mm", 0, 300),
        Quantity("rain_24h", _("Rain in 24 hours"), "mm", 0, 2000),
    ),
    limits=(
        Limit("rain-heavy", _("Rain of 50 mm in an hour: flash flood watch"), "rain_1h", 50, 40,
              Severity.SEVERE, opens=True),
        Limit("rain-24h-heavy", _("Heavy rain"), "rain_24h", 50, 45, Severity.MODERATE),
        Limit("rain-24h-very-heavy", _("Very heavy rain"), "rain_24h", 100, 90, Severity.SEVERE),
    ),
)  # fmt: skip
RIVER = HazardKind(
    "river-gauge", _("River gauge"), "ripple", "water_level", "flood", 20,
    quantities=(Quantity("water_level", _("Water level"), "m", -5, 200, 2),),
    limits=(
        Limit("river-1", _("Flood level 1"), "water_level", 15, 14.9, Severity.MODERATE, per_station=True),
        Limit("river-2", _("Flood level 2"), "water_level", 16, 15.9, Severity.SEVERE, per_station=True),
        Limit("river-3", _("Flood level 3"), "water_level", 17, 16.9, Severity.EXTREME, opens=True,
              per_station=True),
        Limit("river-rise", _("Water rises fast"), "water_level", 0.5, 0.3, Severity.SEVERE, measure="rise"),
        Limit("river-forecast", _("Flood level 2 is forecast within 3 hours"), "water_level", 16, 15.9,
              Severity.MINOR, measure="forecast", window_min=180, per_station=True),
    ),
    forecast="damped-trend",
)  # fmt: skip
FOREST = HazardKind(
    "fire-weather", _("Forest-fire weather"), "trees", "fire_index", "forest-fire", 60,
    quantities=(
        Quantity("fire_index", _("Forest-fire index P"), "1", 0, 200_000, 0, made_by="fire-index"),
        Quantity("temperature", pgettext_lazy("of the air", "Temperature"), "Cel", -20, 60),
        Quantity("humidity", pgettext_lazy("of the air", "Humidity"), "%", 0, 100, 0),
        Quantity("rain_24h", _("Rain in 24 hours"), "mm", 0, 2000),
    ),
    limits=(
        Limit("fire-3", _("Forest-fire danger of level III"), "fire_index", 10_001, 10_000, Severity.MINOR),
        Limit("fire-4", _("Forest-fire danger of level IV"), "fire_index", 15_001, 15_000, Severity.MODERATE),
        Limit("fire-5", _("Forest-fire danger of level V"), "fire_index", 20_001, 20_000, Severity.SEVERE),
    ),
)  # fmt: skip
SLOPE = HazardKind(
    "slope", _("Slope"), "mountain", "displacement", "landslide", 30,
    quantities=(
        Quantity("displacement", _("Displacement"), "mm", -1000, 5000),
        Quantity("tilt", _("Tilt"), "deg", -90, 90, 2),
        Quantity("rain_1h", _("Rain in 1 hour"), "mm", 0, 300),
        Quantity("rain_trigger", _("Rain against Caine's threshold"), "1", 0, 100, 2, made_by="caine"),
    ),
    limits=(
        Limit("slope-rain", _("Rain enough for shallow slides"), "rain_trigger", 1, 0.8, Severity.MODERATE),
        Limit("slope-tilt", _("Slope tilts slowly"), "tilt", 0.01, 0.005, Severity.MODERATE, measure="rise",
              window_min=360),
        Limit("slope-tilt-fast", _("Slope tilts fast"), "tilt", 0.1, 0.05, Severity.SEVERE, measure="rise",
              opens=True),
        Limit("slope-creep", _("Slope moves 2 mm an hour or more"), "displacement", 2, 1, Severity.SEVERE,
              measure="rise", window_min=120, opens=True),
    ),
)  # fmt: skip

KINDS: tuple[HazardKind, ...] = (RIVER, RAIN, FOREST, SLOPE)


def kind_of(slug: str) -> HazardKind | None:
    """None for a thing of a kind that is declared no more."""
    return next((kind for kind in KINDS if kind.slug == slug), None)
