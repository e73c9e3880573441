"""Series for tests."""

from __future__ import annotations

import datetime as dt

from naoso.core.registry.tests.factories import Station
from naoso.core.telemetry import partitions
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.services import register_series


def series(station: Station, name: str = "pm25", *, low: float = 0, high: float = 1000) -> Series:
    return register_series(
        actor=None, key=f"{station.source.code}/{name}", source=station.source, thing=station.thing,
        property=name, unit="ug/m3", low=low, high=high,
    )  # fmt: skip


def weeks_around(day: dt.date, before: int = 6, after: int = 1) -> None:
    """The partitions that a test writes into."""
    first = partitions.week_of(day)
    partitions.ensure({first + n * partitions.WEEK for n in range(-before, after + 1)})
