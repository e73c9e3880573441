"""Simulated danger: the same everywhere, within what instruments say, and a storm now and then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from naoso.cli.simulate_hazards import WORLDS, HazardStation, hazard_stations, rain_rate, scripted, swell
from naoso.core.registry.models import Source
from naoso.domains.hazards.kinds import KINDS, HazardKind
from naoso.domains.hazards.seed import seed

START = 1_790_000_000.0
WEEK_H = range(7 * 24)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_every_kind_tells_what_its_instruments_can_say(kind: HazardKind) -> None:
    told = {quantity.code for quantity in kind.quantities if not quantity.made_by}
    for hour in WEEK_H:
        values = WORLDS[kind.slug]("x", 3, START + hour * 3600)
        assert set(values) == told
        for name, value in values.items():
            assert kind.quantity(name).low <= value <= kind.quantity(name).high
    assert WORLDS[kind.slug]("x", 3, START) == WORLDS[kind.slug]("x", 3, START)


def test_it_rains_and_then_the_river_rises() -> None:
    rain = [rain_rate(0, START + hour * 3600) for hour in WEEK_H]
    level = [swell(START + hour * 3600) for hour in WEEK_H]
    assert max(rain) > 4
    assert rain.count(0.0) > len(rain) / 2
    wettest = rain.index(max(rain))
    assert 0 < level.index(max(level)) - wettest < 8


@pytest.mark.django_db
def test_an_exercise_is_left_to_its_script(cast: SimpleNamespace, settings: Any) -> None:
    cast.make.body("so-nnmt", cast.root)
    seed()
    assert len(hazard_stations()) == 12
    assert not any("fire_index" in station.series for station in hazard_stations())
    Source.objects.filter(code="mua-tam-dao").update(secret_digest="0" * 64)
    assert len(hazard_stations()) == 11
    settings.EXERCISE = True
    assert {"mua-thuong-nguon", "mn-song-cong"} <= scripted()
    quiet = [station for station in hazard_stations() if station.past_only]
    assert {station.code for station in quiet} == {"mua-thuong-nguon", "mn-song-cong"}
    assert all(station.readings(START - 1, START) and not station.readings(START, START) for station in quiet)


def test_the_fire_index_is_told_weeks() -> None:
    assert HazardStation(1, "x", "fire-weather", {}).past_s > 20 * 86_400
