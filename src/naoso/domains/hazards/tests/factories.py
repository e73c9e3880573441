"""Stations of declared kinds for tests, with a past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.core.registry.models import Thing
from naoso.core.registry.services import register_source, register_thing
from naoso.core.response.tests import factories as response
from naoso.core.telemetry import partitions, store
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.models import HourlyMean, Series
from naoso.domains.hazards.kinds import RIVER, HazardKind
from naoso.domains.hazards.seed import register_quantities

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def station(cast: SimpleNamespace, code: str = "mn-01", kind: HazardKind = RIVER, **more: Any) -> Thing:
    """Of the department, in the first ward."""
    source, _secret = register_source(
        actor=None, code=code, name=f"Trạm {code}", owner=cast.department, unit=cast.ward, domain="hazards"
    )
    thing = register_thing(
        actor=None, kind=kind.slug, code=code, name=f"Trạm {code}", owner=cast.department, domain="hazards",
        unit=cast.ward, point=Point(more.get("lon", 105.855), more.get("lat", 21.468), srid=4326),
        source=source, silence_after=timedelta(minutes=kind.silent_min),
    )  # fmt: skip
    register_quantities(thing, source, kind)
    return thing


def series_of(thing: Thing, quantity: str) -> Series:
    """By its property."""
    return Series.objects.get(thing=thing, property=quantity)


def tell(series: Series, told: Iterable[tuple[datetime, float]]) -> StoredBatch:
    """Stored as ingest stores; what is new."""
    rows = list(told)
    partitions.ensure({partitions.week_of(at.date()) for at, _value in rows})
    times = np.array([round(at.timestamp() * 1_000_000) for at, _value in rows], np.int64)
    ids = np.full(len(rows), series.pk, np.int32)
    return store.write(ids, times, np.array([value for _at, value in rows], np.float64)).new


def hours_of(series: Series, told: Iterable[tuple[datetime, float]]) -> None:
    """Hourly means, as the roll-up makes them."""
    for at, value in told:
        HourlyMean.objects.create(series=series, start=at, n=6, mean=value, min=value, max=value)


def rising_river(cast: SimpleNamespace, *, hourly: float = 0.1, hours: int = 12, **more: Any) -> Thing:
    """A gauge that has climbed steadily until now."""
    thing, now = station(cast, **more), timezone.now()
    steps = range(hours * 6, -1, -1)
    tell(series_of(thing, "water_level"), [(now - i * 10 * MINUTE, 15 - hourly * i / 6) for i in steps])
    return thing


def flood_kind() -> None:
    """Near ones within a kilometre are one."""
    response.kind("flood", join_radius_m=1000)
