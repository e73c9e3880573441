"""Rules on the rise per hour and levels of a station's own, over stored readings."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from naoso.core.alerts import thresholds
from naoso.core.alerts.models import Alert, AlertRule, Measure, StationLevel
from naoso.core.alerts.rules import HOUR_US, oldest_within, rises
from naoso.core.alerts.selectors import rehearse_rule
from naoso.core.alerts.services import save_levels
from naoso.core.alerts.tests.factories import MINUTE, NOON, batch, rule, station
from naoso.core.registry.models import Thing
from naoso.core.telemetry import partitions, store
from naoso.core.telemetry.models import Series
from naoso.kernel.errors import BadInput

HOUR = timedelta(hours=1)


def rising(cast: SimpleNamespace, **more: object) -> AlertRule:
    """From 50 an hour, cleared below 20."""
    return rule(cast, measure=Measure.RISE, raise_at=50, clear_at=20, **more)


def keep(series: Series, *values: float, start: datetime) -> None:
    """Stored, as ingest does before anybody judges."""
    readings = batch(series, *values, start=start)
    partitions.ensure({partitions.week_of(start.date())})
    store.write(readings.series_ids, readings.times, readings.values)


def tell(series: Series, *values: float, start: datetime) -> list[Alert]:
    """Stored and judged."""
    keep(series, *values, start=start)
    return thresholds.judge(batch(series, *values, start=start), domain="environment", now=NOON)


@pytest.fixture
def gauge(cast: SimpleNamespace) -> tuple[Thing, Series]:
    thresholds._boards.clear()
    return station(cast)


def test_the_oldest_of_its_own_series_is_found() -> None:
    ids = np.array([1, 1, 1, 2, 2], np.int32)
    times = np.array([0, 30, 61, 5, 40], np.int64) * 60_000_000
    assert oldest_within(ids, times, HOUR).tolist() == [0, 0, 1, 3, 3]
    assert oldest_within(ids[:0], times[:0], HOUR).tolist() == []


@pytest.mark.parametrize(("passed", "rate"), [(60, 2.0), (30, 4.0), (29, None), (0, None)])
def test_a_rise_needs_half_its_span(passed: int, rate: float | None) -> None:
    at = np.array([HOUR_US], np.int64)
    before = at - passed * 60_000_000
    told = rises(at, np.array([5.0]), before, np.array([3.0]), HOUR)[0]
    assert told == rate if rate else np.isnan(told)


@pytest.mark.django_db
def test_a_rise_is_measured_against_what_is_stored(
    cast: SimpleNamespace, gauge: tuple[Thing, Series]
) -> None:
    rising(cast)
    keep(gauge[1], 100.0, start=NOON - HOUR)
    assert tell(gauge[1], 149.0, start=NOON - MINUTE) == []
    (raised,) = tell(gauge[1], 160.0, start=NOON)
    assert (raised.value, raised.limit, raised.quantity) == (60.0, 50, "µg/m³/h")
    assert "Tăng" in raised.detail


@pytest.mark.django_db
def test_a_rise_clears_only_well_below_and_holds(cast: SimpleNamespace, gauge: tuple[Thing, Series]) -> None:
    rising(cast, hold=2 * MINUTE)
    keep(gauge[1], *[100.0] * 10, start=NOON - HOUR)
    assert tell(gauge[1], 160.0, 160.0, start=NOON) == []
    assert len(tell(gauge[1], 160.0, start=NOON + 2 * MINUTE)) == 1
    for minute, (value, active) in enumerate([(140.0, True), (125.0, True), (110.0, False)], 3):
        tell(gauge[1], value, start=NOON + minute * MINUTE)
        assert Alert.objects.get().active is active


@pytest.mark.django_db
def test_flapping_at_the_limit_is_one_alert(cast: SimpleNamespace, gauge: tuple[Thing, Series]) -> None:
    rule(cast)
    raised = [a for i in range(20) for a in tell(gauge[1], 150 - 2 * (i % 2), start=NOON + i * MINUTE)]
    assert len(raised) == 1
    assert Alert.objects.get().count == 1


@pytest.mark.django_db
def test_a_batch_costs_the_same_however_many_stations(
    cast: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    thresholds._boards.clear()
    rising(cast)
    rows = [station(cast, f"kk-{number:02d}")[1] for number in range(12)]
    for series in rows:
        keep(series, 100.0, start=NOON - HOUR)
    thresholds.judge(batch(rows[0], 100.0), domain="environment", now=NOON)
    parts = [batch(series, 110.0) for series in rows]
    whole = thresholds.StoredBatch(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("series_ids", "times", "values")
        )
    )
    with django_assert_max_num_queries(2):
        assert thresholds.judge(whole, domain="environment", now=NOON) == []


@pytest.mark.django_db
def test_a_late_rise_never_reopens(cast: SimpleNamespace, gauge: tuple[Thing, Series]) -> None:
    rising(cast)
    keep(gauge[1], 100.0, start=NOON - 2 * HOUR)
    keep(gauge[1], 100.0, start=NOON)
    assert tell(gauge[1], 300.0, start=NOON - HOUR) == []


@pytest.mark.django_db
def test_a_rise_is_rehearsed(cast: SimpleNamespace, gauge: tuple[Thing, Series]) -> None:
    start = datetime.now(NOON.tzinfo).replace(microsecond=0) - 3 * HOUR
    keep(gauge[1], *[100.0] * 40, *[160.0] * 5, start=start)
    tried = rehearse_rule(rising(cast))
    assert [at for _name, at in tried.raised] == [start + 40 * MINUTE]


@pytest.mark.django_db
def test_a_stations_own_level_counts_there_and_only_there(
    cast: SimpleNamespace, gauge: tuple[Thing, Series]
) -> None:
    row = rule(cast)
    _other, elsewhere = station(cast, "kk-02")
    save_levels(station=gauge[0], levels={row: (120.0, 110.0)}, actor=cast.owner)
    assert [a.limit for a in tell(gauge[1], 130.0, start=NOON)] == [120.0]
    assert tell(elsewhere, 130.0, start=NOON) == []
    with pytest.raises(BadInput):
        save_levels(station=gauge[0], levels={row: (120.0, 130.0)}, actor=cast.owner)
    save_levels(station=gauge[0], levels={row: None}, actor=cast.owner)
    assert not StationLevel.objects.exists()


@pytest.mark.django_db
def test_a_rule_on_a_forecast_is_not_raised_by_readings(
    cast: SimpleNamespace, gauge: tuple[Thing, Series]
) -> None:
    rule(cast, measure=Measure.FORECAST)
    assert tell(gauge[1], 400.0, start=NOON) == []
