"""What a station measures: names, units, plausible range, limits of the national standard.

Limits: QCVN 05:2023/BTNMT (Circular 01/2023/TT-BTNMT), table 1, micrograms per normal cubic metre;
PM2.5 over 24 hours is 45 from 01/01/2026 (50 before).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Quantity:
    """`hour`, `day`, `year`: limits of the mean over that span, in the quantity's unit."""

    code: str
    title: Any
    unit: str
    low: float
    high: float
    decimals: int = 0
    hour: float | None = None
    eight_hours: float | None = None
    day: float | None = None
    year: float | None = None


QUANTITIES = (
    Quantity("pm25", _("Fine dust PM2.5"), "ug/m3", 0, 1000, 1, day=45, year=25),
    Quantity("pm10", _("Dust PM10"), "ug/m3", 0, 2000, 1, day=100, year=50),
    Quantity("o3", _("Ozone O₃"), "ug/m3", 0, 2000, 1, hour=200, eight_hours=120),
    Quantity("no2", _("Nitrogen dioxide NO₂"), "ug/m3", 0, 4000, 1, hour=200, day=100, year=40),
    Quantity("so2", _("Sulphur dioxide SO₂"), "ug/m3", 0, 4000, 1, hour=350, day=125, year=50),
    Quantity("co", _("Carbon monoxide CO"), "ug/m3", 0, 200_000, 0, hour=30_000, eight_hours=10_000),
    Quantity("temperature", _("Temperature"), "Cel", -20, 60, 1),
    Quantity("humidity", _("Relative humidity"), "%", 0, 100, 0),
)
BY_CODE = {quantity.code: quantity for quantity in QUANTITIES}
POLLUTANTS = ("pm25", "pm10", "o3", "no2", "so2", "co")
