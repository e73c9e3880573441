"""Stations on pages, on the map and beside an incident; who may see and edit."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.core.alerts.models import AlertRule, StationLevel
from naoso.core.people.models import AuditEntry
from naoso.core.response.tests import factories as response
from naoso.domains.hazards import forecasting, selectors
from naoso.domains.hazards.charts import spark
from naoso.domains.hazards.kinds import RAIN
from naoso.domains.hazards.layers import stations_layer
from naoso.domains.hazards.panel import beside
from naoso.domains.hazards.seed import seed_rules
from naoso.domains.hazards.tests import factories as make

pytestmark = pytest.mark.django_db
LIST_BUDGET, PAGE_BUDGET = 14, 20
HEIGHTS = {"river-1": "12,5", "river-2": "13", "river-3": "14", "river-forecast": ""}


@pytest.mark.parametrize(
    ("who", "status", "levels"),
    [
        ("owner", 200, 200),
        ("chief", 200, 200),
        ("colleague", 404, 404),
        ("stranger", 404, 404),
        ("nobody", 403, 403),
    ],
)
def test_in_scope_only(client: Client, cast: SimpleNamespace, who: str, status: int, levels: int) -> None:
    make.station(cast)
    client.force_login(getattr(cast, who))
    for path in ("", "card/", "chart/water_level.json"):
        assert client.get(f"/hazards/stations/mn-01/{path}").status_code == status
    assert client.get("/hazards/stations/mn-01/levels/").status_code == levels
    answer = client.get("/hazards/")
    assert (answer.status_code == 200) == (who != "nobody")
    assert ("mn-01" in answer.content.decode()) == (status == 200)
    assert bool(stations_layer(getattr(cast, who), None)["features"]) == (status == 200)
    assert bool(selectors.search(getattr(cast, who), "tram mn")) == (status == 200)


def test_levels_are_edited_by_who_may_and_stand_on_the_chart(client: Client, cast: SimpleNamespace) -> None:
    seed_rules(cast.department)
    make.station(cast)
    client.force_login(cast.stranger)
    assert client.post("/hazards/stations/mn-01/levels/", HEIGHTS).status_code == 404
    assert not StationLevel.objects.exists()
    client.force_login(cast.owner)
    assert client.post("/hazards/stations/mn-01/levels/", HEIGHTS).status_code == 302
    told = client.get("/hazards/stations/mn-01/chart/water_level.json").json()
    assert [(limit["label"], limit["value"]) for limit in told["limits"]] == [
        ("Báo động 1", 12.5), ("Báo động 2", 13), ("Báo động 3", 14),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(table="alerts_stationlevel").count() == 3
    answer = client.post("/hazards/stations/mn-01/levels/", HEIGHTS | {"river-3": "12"})
    assert "phải cao hơn" in answer.content.decode()
    assert StationLevel.objects.get(rule=AlertRule.objects.get(code="river-3")).raise_at == 14


def test_the_outlook_says_what_it_is(client: Client, cast: SimpleNamespace) -> None:
    make.rising_river(cast)
    forecasting.forecast_all()
    client.force_login(cast.owner)
    told = client.get("/hazards/stations/mn-01/chart/water_level.json").json()
    assert [row["dash"] for row in told["series"]] == ["solid", "dashed", "dotted", "dotted"]
    assert "dự báo, mô hình xu thế giảm dần, sai số ±" in told["series"][1]["name"]
    page = client.get("/hazards/stations/mn-01/").content.decode()
    assert "Gardner" in page
    assert client.get("/hazards/stations/mn-01/chart/nonsense.json").status_code == 404
    assert len(client.get("/hazards/stations/mn-01/chart/water_level.json?hours=72").json()["series"]) == 4


def test_the_list_keeps_its_budget_and_finds_without_tone_marks(
    client: Client, cast: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        make.rising_river(cast, code=f"mn-{number:02d}", hours=2)
    client.force_login(cast.owner)
    with django_assert_max_num_queries(LIST_BUDGET):
        page = client.get("/hazards/").content.decode()
    assert page.count("data-row") == 12
    assert "mn-03" in client.get("/hazards/", {"q": "phuong song cong"}).content.decode()
    assert "mn-03" not in client.get("/hazards/", {"q": "ha noi"}).content.decode()
    assert "mn-03" not in client.get("/hazards/", {"state": "stale"}).content.decode()
    assert "mn-03" not in client.get("/hazards/", {"kind": "slope"}).content.decode()
    with django_assert_max_num_queries(PAGE_BUDGET):
        assert client.get("/hazards/stations/mn-03/").status_code == 200


def test_the_trend_and_the_age_are_shown(cast: SimpleNamespace) -> None:
    make.rising_river(cast, hourly=0.6)
    make.station(cast, "mua", RAIN)
    up, mute = selectors.standings(selectors.stations(cast.owner))
    assert (up.trend, round(up.rate or 0, 2), up.state) == ("up", 0.6, "normal")
    assert (mute.trend, mute.state, mute.stale) == ("", "stale", True)


def test_beside_an_incident_stand_the_nearest_in_scope(cast: SimpleNamespace) -> None:
    for number in range(7):
        make.station(cast, f"mn-{number:02d}", lat=21.47 + number / 100)
    one = response.incident(cast)
    told = beside(cast.owner, one)
    assert told is not None
    assert [standing.station.code for standing, _m in told["near"]] == [f"mn-0{n}" for n in range(5)]
    metres = [metres for _standing, metres in told["near"]]
    assert metres == sorted(metres)
    assert 400 < metres[0] < 600
    assert beside(cast.stranger, one) == {"near": []}
    one.point = None
    assert beside(cast.owner, one) is None


def test_a_sparkline_leaves_gaps_open() -> None:
    assert len(spark([1.0, 2.0, None, 3.0, 4.0])) == 2
    assert spark([1.0, None]) == []
    assert spark([2.0, 2.0]) == ["0.0,12.0 96.0,12.0"]


def test_the_map_shows_silence_as_stale(cast: SimpleNamespace) -> None:
    thing = make.station(cast)
    make.tell(make.series_of(thing, "water_level"), [(timezone.now() - timedelta(minutes=19), 3.0)])
    (feature,) = stations_layer(cast.owner, None)["features"]
    assert feature["properties"]["state"] == "normal"
    make.tell(make.series_of(make.station(cast, "mn-02"), "water_level"), [(timezone.now() - make.HOUR, 3.0)])
    states = {
        f["properties"]["title"]: f["properties"]["state"]
        for f in stations_layer(cast.owner, None)["features"]
    }
    assert states["Trạm mn-02"] == "stale"
    assert stations_layer(cast.owner, (0, 0, 1, 1))["features"] == []
