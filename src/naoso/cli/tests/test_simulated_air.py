"""Simulated air: the same everywhere, plausible, now and then bad; recorded hours are read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from naoso.cli.air import EPISODE_EVERY_S, air, episode_at
from naoso.cli.replay import messages, read, relative_humidity
from naoso.domains.environment.quantities import QUANTITIES
from naoso.kernel.errors import BadInput

START = 1_780_000_000.0
HEADER = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station"


def test_it_is_the_same_everywhere() -> None:
    assert air(7, START) == air(7, START)
    assert air(7, START) != air(8, START)


def test_it_stays_within_what_instruments_can_say() -> None:
    for minutes in range(0, 7 * 1440, 45):
        told = air(5, START + minutes * 60)
        assert set(told) == {quantity.code for quantity in QUANTITIES}
        for quantity in QUANTITIES:
            assert quantity.low <= told[quantity.code] <= quantity.high


def test_somewhere_smoke_drifts_by_every_six_hours() -> None:
    begin = START // EPISODE_EVERY_S * EPISODE_EVERY_S
    for slot in range(20):
        moments = [begin + slot * EPISODE_EVERY_S + minutes * 60 for minutes in range(0, 360, 5)]
        struck = {station for station in range(1, 45) for at in moments if episode_at(station, at) > 0.9}
        assert len(struck) == 1


def test_a_recording_is_read(tmp_path: Path) -> None:
    file = tmp_path / "station.csv"
    file.write_text(
        f'{HEADER}\n2,2013,3,1,1,NA,8,4,7,300,77,-1,1023,-18.2,0,"N",4.7,"Dongsi"\n'
        '1,2013,3,1,0,4,4,4,7,300,77,20,1023,20,0,"NNW",4.4,"Dongsi"\n'
    )
    station, hours = read(file)
    assert station == "Dongsi"
    assert [hour.at.hour for hour in hours] == [0, 1]
    assert hours[0].at.utcoffset() == dt.timedelta(hours=8)
    assert (hours[0].values["pm25"], hours[0].values["humidity"]) == (4.0, 100.0)
    assert "pm25" not in hours[1].values
    assert sum(count for _, count in messages("replay-dongsi", hours, 24)) == 2


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEADER + "\n"])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text(text)
    with pytest.raises(BadInput):
        read(file)


def test_humidity() -> None:
    assert relative_humidity(30, 20) == pytest.approx(55, abs=1)
