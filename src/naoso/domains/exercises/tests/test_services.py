"""Only in a space for exercises, one at a time, by those who may."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from naoso.core.ingest.publisher import access, publisher
from naoso.core.ingest.tests.engines import stream_server
from naoso.core.response.tests.factories import incident, kind
from naoso.domains.exercises import playing, services
from naoso.domains.exercises.library import recorded
from naoso.domains.exercises.models import Run, RunState
from naoso.domains.exercises.rules import Script, parse
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
SCRIPT = """
title = "Cháy"
[[happens]]
at = 0
say = "Báo cháy"
message = { source = "panel", body = { type = "alarm" } }
[[happens]]
at = 1
say = "Mưa lớn"
readings = { source = "gauge", values = { "gauge/rain" = 40 } }
[[happens]]
at = 2
say = "Nhận việc"
act = { incident = "fire", do = "accept" }
[[happens]]
at = 3
say = "Bước 1"
step = { incident = "fire", title = "Bước 1" }
[[expect]]
kind = "step"
code = "fire"
say = "Bước 1 xong"
words = "Bước 1"
within = 36000
"""


@pytest.fixture(scope="module", autouse=True)
def stream() -> Iterator[None]:
    with stream_server():
        yield
    publisher.close()


@pytest.fixture
def space(settings: Any) -> None:
    settings.EXERCISE = True


def script() -> Script:
    return parse("chay", SCRIPT)


def ask(cast: SimpleNamespace, **more: Any) -> Run:
    values = {
        "actor": cast.owner,
        "owner": cast.department,
        "speed": 600.0,
        "unattended": True,
        "later": False,
    }
    return services.ask(script=script(), **(values | more))


def test_never_in_the_real_centre(cast: SimpleNamespace) -> None:
    with pytest.raises(BadInput) as error:
        ask(cast)
    assert error.value.errors[0].rule == "space"
    assert not Run.objects.exists()


def test_one_at_a_time_and_by_those_who_may(cast: SimpleNamespace, space: None) -> None:
    with pytest.raises(NotAllowed):
        ask(cast, actor=cast.nobody)
    with pytest.raises(BadInput):
        ask(cast, speed=0)
    run = ask(cast)
    with pytest.raises(Conflict):
        ask(cast)
    services.stop(run=run, actor=cast.owner)
    with pytest.raises(Conflict):
        services.stop(run=run, actor=cast.owner)
    assert ask(cast).state == RunState.WAITING


def test_a_script_is_played_through_the_outside_s_own_ways(
    cast: SimpleNamespace, space: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(cast)
    heard: list[bytes] = []
    with access().connect("ear") as ear:
        for subject in ("message.>", "ingest.>"):
            ear.subscribe(subject)
        ear.request("$JS.API.INFO")
        monkeypatch.setattr(playing, "PATIENCE_S", 0)
        first = playing.Player.do

        def opened_meanwhile(player: playing.Player, deed: Any) -> None:
            first(player, deed)
            if deed.kind == "message":  # stands for the message worker, which another test has
                incident(cast, kind=kind("fire"))

        monkeypatch.setattr(playing.Player, "do", opened_meanwhile)
        done = playing.play(run, script())
        heard = [message.payload for message in ear.read(2)] + [message.payload for message in ear.read(0.5)]
    assert (done.state, done.score, done.done, done.said) == (RunState.DONE, 100, 4, "Bước 1")
    told = [json.loads(payload) for payload in heard]
    assert told[0]["type"] == "alarm"
    assert told[0]["id"] == f"exercise-{run.pk}-1"
    assert told[1]["readings"][0]["value"] == 40


def test_a_fault_ends_the_run_with_its_reason(
    cast: SimpleNamespace, space: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "PATIENCE_S", 0)
    done = playing.play(ask(cast), script())
    assert (done.state, done.score) == (RunState.FAILED, None)
    assert "fire" in done.said or "no such incident" in done.said


def test_a_recorded_day_is_played_as_if_it_were_today(tmp_path: Path) -> None:
    payload = json.dumps({"readings": [{"series": "a/b", "time": "2026-01-01T00:00:00Z", "value": 1}]})
    line = {"at": 5.5, "subject": "obs.a", "payload": base64.b64encode(payload.encode()).decode()}
    (tmp_path / "day.jsonl").write_text(json.dumps(line) + "\n")
    [deed] = recorded(tmp_path / "day.jsonl").deeds
    assert (deed.at, deed.what["subject"]) == (5.5, "obs.a")
    now = datetime(2026, 11, 25, tzinfo=UTC)
    told = json.loads(playing.shifted(deed.what["raw"], now))
    assert told["readings"][0]["time"] == now.isoformat()
    (tmp_path / "bad.jsonl").write_text("{}\n")
    with pytest.raises(BadInput, match="line 1"):
        recorded(tmp_path / "bad.jsonl")
