"""From readings to alerts to incidents; reckoned values; outlooks and the rules that look at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from naoso.core.alerts import thresholds
from naoso.core.alerts.models import Alert, StationLevel
from naoso.core.response.models import Incident
from naoso.core.telemetry.models import LatestValue
from naoso.domains.hazards import derived, forecasting
from naoso.domains.hazards.intake import observations
from naoso.domains.hazards.kinds import FOREST, RAIN, SLOPE
from naoso.domains.hazards.models import Forecast
from naoso.domains.hazards.rules import saturation_deficit
from naoso.domains.hazards.seed import seed_rules
from naoso.domains.hazards.tests import factories as make

pytestmark = pytest.mark.django_db
HOUR, MINUTE = make.HOUR, make.MINUTE


@pytest.fixture(autouse=True)
def _rules(cast: SimpleNamespace) -> None:
    thresholds._boards.clear()
    make.flood_kind()
    seed_rules(cast.department)


def raised() -> set[str]:
    return set(Alert.objects.filter(active=True).values_list("rule", flat=True))


def test_a_flash_flood_is_one_incident_of_both_gauges(cast: SimpleNamespace) -> None:
    now = timezone.now()
    rain = make.series_of(make.station(cast, "mua", RAIN, lat=21.4735), "rain_1h")
    river = make.series_of(make.station(cast), "water_level")
    make.tell(river, [(now - HOUR, 14.6)])
    observations(make.tell(rain, [(now - 5 * MINUTE, 35.0)]))
    assert raised() == set()
    observations(make.tell(rain, [(now - 4 * MINUTE, 68.0)]))
    observations(make.tell(river, [(now - 3 * MINUTE, 15.9)]))
    assert raised() == {"rain-heavy", "river-1", "river-rise"}
    observations(make.tell(river, [(now - 2 * MINUTE, 17.4)]))
    assert raised() == {"rain-heavy", "river-1", "river-2", "river-3", "river-rise"}
    one = Incident.objects.get()
    assert (one.kind.code, one.severity, one.witnesses.count()) == ("flood", 4, 2)
    observations(make.tell(river, [(now, 14.0)]))
    assert raised() == {"rain-heavy"}


def test_the_fire_index_is_reckoned_once_a_day(cast: SimpleNamespace) -> None:
    station = make.station(cast, "cr", FOREST)
    at = datetime(2026, 3, 10, 13, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    days = [at - timedelta(days=back) for back in (2, 1, 0)]
    for name, value in (("temperature", 30.0), ("humidity", 50.0)):
        make.hours_of(make.series_of(station, name), [(day, value) for day in days])
    assert derived.derive_all(at + HOUR) == 3
    assert derived.derive_all(at + 2 * HOUR) == 0
    told = LatestValue.objects.get(series__property="fire_index")
    assert told.time == at
    assert told.value == pytest.approx(3 * 30 * saturation_deficit(30, 50))


def test_rain_of_slides_is_reckoned_and_judged(cast: SimpleNamespace) -> None:
    station = make.station(cast, "sl", SLOPE)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    rain = [(now - i * HOUR, 12.0) for i in range(6, 0, -1)]
    make.hours_of(make.series_of(station, "rain_1h"), rain)
    assert derived.derive_all(now) == 6
    assert raised() == {"slope-rain"}


def test_an_outlook_is_made_and_taken_away_again(cast: SimpleNamespace) -> None:
    make.rising_river(cast)
    assert forecasting.forecast_all() == 1
    row = Forecast.objects.get()
    assert len(row.values) == forecasting.STEPS
    assert row.values[-1] > row.values[0] > 15
    assert row.error < row.naive
    assert forecasting.forecast_all(timezone.now() + 2 * HOUR) == 0
    assert not Forecast.objects.exists()


def test_a_forecast_alert_is_minor_and_only_by_its_rule(cast: SimpleNamespace) -> None:
    station = make.rising_river(cast, hourly=0.6)
    forecasting.forecast_all()
    forecasting.judge_forecasts()
    row = Alert.objects.get()
    assert (row.rule, row.severity) == ("river-forecast", 1)
    assert "Dự báo" in row.detail
    assert not Incident.objects.exists()
    Forecast.objects.update(values=[14.0] * 18)
    forecasting.judge_forecasts(timezone.now() + MINUTE)
    assert not Alert.objects.get().active
    assert not StationLevel.objects.filter(station=station).exists()


def test_a_gap_begins_the_past_anew() -> None:
    now = timezone.now()
    points = [(now - 9 * HOUR, 5.0), (now - 20 * MINUTE, 1.0), (now, 3.0)]
    assert forecasting.evenly(points).tolist() == pytest.approx([1.0, 2.0, 3.0])
