"""Simulated fire transmitters say what a show asks of them, in the form that panels write."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest

from naoso.cli.fire_alarms import FLAPS, Show, event, play, transmitters, words
from naoso.connectors.firepanel import parse
from naoso.domains.fire.models import Transmitter
from naoso.domains.fire.tests import factories as make
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def boxes(cast: SimpleNamespace) -> list[Transmitter]:
    for _one in range(2):
        make.premises(cast.department, cast.ward)
    return list(Transmitter.objects.select_related("premises"))


def test_a_storm_goes_round_all_premises_and_their_detectors(boxes: list[Transmitter]) -> None:
    told = list(words(boxes, Show(count=8, restore=True)))
    assert [row for row, _event in told[:4]] == [boxes[0], boxes[1], boxes[0], boxes[1]]
    assert len({(row.pk, said["zone"], said["detector"]) for row, said in told[:8]}) == 8
    assert [said["type"] for _row, said in told[8:]] == ["restore", "restore"]
    assert len(parse(json.dumps([said for _row, said in told]).encode()).events) == 10


def test_a_bad_contact_changes_over_and_over(boxes: list[Transmitter]) -> None:
    told = [said["type"] for _row, said in words(boxes[:1], Show(flapping=True))]
    assert told == ["alarm", "restore"] * (FLAPS // 2)


def test_a_wrong_clock_is_told_as_it_stands() -> None:
    (said,) = parse(json.dumps(event("heartbeat", dt.timedelta(hours=-2))).encode()).events
    assert dt.datetime.now(dt.UTC) - said.told_at > dt.timedelta(minutes=119)


def test_only_the_demonstrations_own_are_spoken_for(boxes: list[Transmitter]) -> None:
    assert transmitters() == []
    with pytest.raises(BadInput, match="no demonstration transmitter"):
        play(Show(premises=("chua-co",)))
