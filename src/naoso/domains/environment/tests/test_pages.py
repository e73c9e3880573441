"""Stations on pages and on the map; the index made from stored means."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.core.alerts.tests.factories import station
from naoso.core.telemetry.models import HourlyMean, LatestValue
from naoso.domains.environment import services
from naoso.domains.environment.layers import stations_layer
from naoso.domains.environment.models import AirHour

pytestmark = pytest.mark.django_db
BUDGET = 14


def with_air(cast: SimpleNamespace, value: float = 65.0, *, age: timedelta = timedelta()) -> None:
    """A station with twelve hours of one value."""
    _thing, series = station(cast)
    hour = services.hour_of(timezone.now())
    for back in range(12):
        HourlyMean.objects.create(
            series=series, start=hour - timedelta(hours=back), n=60, mean=value, min=value, max=value
        )
    at = timezone.now() - age
    LatestValue.objects.create(series=series, time=at, value=value, received_at=at)


def test_the_index_is_made_from_the_hourly_means(cast: SimpleNamespace) -> None:
    with_air(cast)
    assert services.index_recent() == 11  # an hour needs two of its three newest
    row = AirHour.objects.order_by("-start").first()
    assert row is not None
    assert (row.value, row.main) == (125, "pm25")
    assert services.index_recent() == 3
    assert services.index_week() == 10
    assert AirHour.objects.count() == 11


def test_an_hour_without_a_reading_has_no_index(cast: SimpleNamespace) -> None:
    with_air(cast)
    hour = services.hour_of(timezone.now())
    HourlyMean.objects.filter(start=hour).delete()
    services.index_recent()
    assert not AirHour.objects.filter(start=hour).exists()


def test_the_map_shows_the_band_and_stale_looks_stale(cast: SimpleNamespace) -> None:
    with_air(cast)
    services.index_recent()
    (feature,) = stations_layer(cast.owner, None)["features"]
    shown = feature["properties"]
    assert (shown["state"], shown["note"]) == ("notice", "VN_AQI 125 (Bụi mịn PM2.5)")
    assert (shown["property"], shown["value"], shown["unit"]) == ("pm25", 65.0, "µg/m³ PM2.5")
    assert shown["thing"] == feature["id"]
    LatestValue.objects.update(time=timezone.now() - timedelta(hours=2))
    (feature,) = stations_layer(cast.owner, None)["features"]
    assert feature["properties"]["state"] == "stale"
    assert stations_layer(cast.stranger, None)["features"] == []


def test_the_station_page_says_where_the_figure_comes_from(client: Client, cast: SimpleNamespace) -> None:
    with_air(cast)
    services.index_recent()
    client.force_login(cast.owner)
    page = client.get("/environment/stations/kk-01/").content.decode()
    assert "1459/QĐ-TCMT" in page
    assert "65" in page


def test_the_chart_has_gaps_and_limits(client: Client, cast: SimpleNamespace) -> None:
    with_air(cast)
    client.force_login(cast.owner)
    chart = client.get("/environment/stations/kk-01/chart/pm25.json", {"hours": "24"}).json()
    values = [value for _at, value in chart["series"][0]["points"]]
    assert len(values) == 24
    assert values.count(None) == 12
    assert {limit["value"] for limit in chart["limits"]} == {45}
    assert client.get("/environment/stations/kk-01/chart/nonsense.json").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("chief", 200), ("colleague", 404), ("stranger", 404), ("nobody", 403)],
)
def test_in_scope_only(client: Client, cast: SimpleNamespace, who: str, status: int) -> None:
    station(cast)
    client.force_login(getattr(cast, who))
    for path in ("", "card/", "chart/pm25.json"):
        assert client.get(f"/environment/stations/kk-01/{path}").status_code == status


def test_the_list_keeps_its_budget_and_searches_without_tone_marks(
    client: Client, cast: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        station(cast, f"kk-{number:02d}")
    client.force_login(cast.owner)
    with django_assert_max_num_queries(BUDGET):
        assert client.get("/environment/").status_code == 200
    assert "kk-03" in client.get("/environment/", {"q": "song cong"}).content.decode()
    assert "kk-03" not in client.get("/environment/", {"q": "ha noi"}).content.decode()
