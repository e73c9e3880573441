"""Findings, rules and stations for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point

from naoso.core.alerts.models import Alert, AlertRule
from naoso.core.alerts.services import receive
from naoso.core.registry.models import Thing
from naoso.core.registry.services import register_source, register_thing
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.models import Series
from naoso.core.telemetry.services import register_series
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def finding(cast: SimpleNamespace, **more: Any) -> Finding:
    """A severe finding about station 1 of the department in the first ward."""
    values: dict[str, Any] = {
        "rule": "pm25",
        "subject": SubjectRef("environment", "air-station", "1"),
        "active": True,
        "severity": Severity.SEVERE,
        "observed_at": NOON,
        "owner_id": cast.department.pk,
        "unit_id": cast.ward.pk,
        "title": "PM2.5: Trạm Sông Công",
        "value": 160.0,
        "limit": 150.0,
        "place": LonLat(105.85, 21.47),
    }
    return Finding(**(values | more))


def alert(cast: SimpleNamespace, **more: Any) -> Alert:
    """That finding as an alert."""
    return receive([finding(cast, **more)])[0]


def rule(cast: SimpleNamespace, **more: Any) -> AlertRule:
    """PM2.5 from 150, cleared below 135."""
    values: dict[str, Any] = {
        "code": "pm25", "title": "PM2.5", "domain": "environment", "quantity": "pm25", "raise_at": 150,
        "clear_at": 135, "severity": int(Severity.SEVERE), "owner": cast.department,
    }  # fmt: skip
    return AlertRule.objects.create(**(values | more))


def station(cast: SimpleNamespace, code: str = "kk-01", **more: Any) -> tuple[Thing, Series]:
    """A station of the department with a PM2.5 series."""
    source, _secret = register_source(
        actor=None, code=code, name=f"Trạm {code}", owner=cast.department, domain="environment",
        unit=cast.ward, silence_after=timedelta(minutes=15),
    )  # fmt: skip
    thing = register_thing(
        actor=None, kind="air-station", code=code, name=f"Trạm {code}", owner=cast.department,
        domain="environment", unit=more.get("unit", cast.ward), point=Point(105.85, 21.47), source=source,
    )  # fmt: skip
    series = register_series(
        actor=None, key=f"{code}/pm25", source=source, thing=thing, property="pm25", unit="ug/m3", low=0,
        high=1000,
    )  # fmt: skip
    return thing, series


def batch(series: Series, *values: float, start: datetime = NOON) -> StoredBatch:
    """Readings a minute apart."""
    first = int(start.timestamp() * 1_000_000)
    times = first + np.arange(len(values), dtype=np.int64) * 60_000_000
    ids = np.full(len(values), series.pk, dtype=np.int32)
    return StoredBatch(ids, times, np.array(values, dtype=np.float64))
