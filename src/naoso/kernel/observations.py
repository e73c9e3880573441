"""Readings as they travel from a device to a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value as a device told it, before it is matched with a registered series.

    `series` is the key that the source uses (such as `pm25`, or `st-07/pm25`); `unit` is a UCUM
    code and may be empty when the series fixes it.
    """

    series: str
    time: datetime
    value: float
    unit: str = ""
