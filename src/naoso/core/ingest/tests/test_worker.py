"""From the stream to rows, with a real stream server; what cannot be stored is kept with its reason."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from naoso.connectors.nats.client import Connection
from naoso.core.ingest import batch, intakes, known
from naoso.core.ingest.models import FailedIntake, Position, Quarantine
from naoso.core.ingest.publisher import access
from naoso.core.ingest.reader import Plan
from naoso.core.ingest.worker import Session
from naoso.core.registry.models import LastWord
from naoso.core.registry.tests.factories import station
from naoso.core.telemetry import selectors
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.models import LatestValue, Series
from naoso.core.telemetry.tests.factories import series, weeks_around

from .engines import parts_given_back, stream_server, work_until_idle

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
taken: list[StoredBatch] = []
faults: list[Exception] = []


def intake(stored: StoredBatch) -> None:
    """A domain's intake that fails on request."""
    if faults:
        raise faults.pop()
    taken.append(stored)


INTAKE = f"{__name__}.intake"


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    with stream_server():
        yield


@pytest.fixture
def stream() -> Iterator[Connection]:
    taken.clear()
    faults.clear()
    with access().connect("device") as connection:
        connection.ask("$JS.API.STREAM.PURGE.INGEST")
        yield connection


@pytest.fixture
def pm25() -> Series:
    weeks_around(timezone.now().date())
    return series(station())


def reading(**changes: Any) -> dict[str, Any]:
    now = timezone.now().isoformat()
    return {"series": "st-01/pm25", "time": now, "value": 12.5, "unit": "ug/m3"} | changes


def send(stream: Connection, body: Any, code: str = "st-01") -> None:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    stream.request(f"obs.{code}", payload)


def stored(one: Series) -> list[float]:
    now = timezone.now()
    return [
        p.value for p in selectors.points(one.pk, now - dt.timedelta(days=40), now + dt.timedelta(hours=1))
    ]


def test_readings_become_rows(stream: Connection, pm25: Series) -> None:
    send(stream, reading(value=1))
    send(stream, {"readings": [reading(value=2), reading(value=3, unit="")]})
    now = timezone.now().timestamp()
    send(stream, [{"bn": "st-01/", "bt": now, "n": "pm25", "u": "ug/m3", "v": 4}])
    work_until_idle(INTAKE)
    assert stored(pm25) == [1, 2, 3, 4]
    assert LatestValue.objects.get().value == 4
    assert LastWord.objects.get().source == pm25.source
    assert sum(map(len, taken)) == 4
    assert not Quarantine.objects.exists()


def test_what_was_stored_is_not_read_again(stream: Connection, pm25: Series) -> None:
    send(stream, reading(value=1))
    work_until_idle()
    positions = dict(Position.objects.values_list("part", "sequence"))
    send(stream, reading(value=2))
    work_until_idle(INTAKE)
    assert [b.values.tolist() for b in taken] == [[2.0]]
    assert max(Position.objects.values_list("sequence", flat=True)) > max(positions.values())


def test_a_position_lost_doubles_nothing(stream: Connection, pm25: Series) -> None:
    send(stream, reading(value=1))
    work_until_idle()
    Position.objects.all().delete()
    work_until_idle(INTAKE)
    assert stored(pm25) == [1]
    assert not taken
    assert not Quarantine.objects.exists()


@pytest.mark.parametrize(
    ("body", "rule", "field"),
    [
        (b'{"series": "st-01/pm25", ', "syntax", "message"),
        (b"\xff\xfe\x00", "syntax", "message"),
        (b"", "syntax", "message"),
        (b"[" * 100_000, "syntax", "message"),
        (reading(series="nothing"), "unknown-series", "series"),
        (reading(series="st-02/pm25"), "foreign-series", "series"),
        (reading(unit="Cel"), "unit", "unit"),
        (reading(value=float("nan")), "finite", "value"),
        (reading(value=1e308), "range", "value"),
        (reading(time="1970-01-01T00:00:00Z"), "too-old", "time"),
        (reading(time="2100-01-01T00:00:00Z"), "in-future", "time"),
        (reading(time=1e300), "in-future", "time"),
        ({"series": "st-01/pm25", "time": "2026-01-01T00:00:00Z"}, "shape", "value"),
        ({"readings": 3}, "shape", "readings"),
    ],
)
def test_each_fault_lands_in_quarantine(
    stream: Connection, pm25: Series, body: Any, rule: str, field: str
) -> None:
    series(station("st-02"))
    send(stream, reading(value=7))
    send(stream, body)
    send(stream, reading(value=8))
    work_until_idle()
    kept = Quarantine.objects.get()
    assert (kept.rule, kept.field, kept.source) == (rule, field, pm25.source)
    assert kept.message
    assert stored(pm25) == [7, 8]


def test_one_bad_reading_of_a_bundle_spoils_only_itself(stream: Connection, pm25: Series) -> None:
    send(stream, {"readings": [reading(value=1), reading(value=-1), reading(value=2)]})
    work_until_idle()
    assert stored(pm25) == [1, 2]
    assert json.loads(Quarantine.objects.get().text)["value"] == -1


def test_an_unregistered_source_is_told_apart(stream: Connection, pm25: Series) -> None:
    send(stream, reading(), code="nobody")
    work_until_idle()
    kept = Quarantine.objects.get()
    assert (kept.rule, kept.source, kept.subject) == ("unknown-source", None, "obs.nobody")


def test_a_contradiction_keeps_the_first(stream: Connection, pm25: Series) -> None:
    at = timezone.now().isoformat()
    send(stream, reading(time=at, value=1))
    work_until_idle()
    send(stream, reading(time=at, value=2))
    send(stream, reading(time=at, value=1))
    work_until_idle()
    assert stored(pm25) == [1]
    kept = Quarantine.objects.get()
    assert (kept.rule, kept.value) == ("conflict", "2")


def test_history_is_for_sources_that_may(stream: Connection) -> None:
    series(station("st-01", allows_history=True))
    weeks_around(timezone.now().date(), before=1)
    send(stream, reading(time=(timezone.now() - dt.timedelta(days=200)).isoformat()))
    send(stream, reading(time=(timezone.now() - dt.timedelta(days=2000)).isoformat()))
    work_until_idle()
    assert Quarantine.objects.get().rule == "too-old"
    assert LatestValue.objects.count() == 1


def test_an_intake_that_raises_gets_its_readings_later(stream: Connection, pm25: Series) -> None:
    faults.append(ValueError("not today"))
    send(stream, reading(value=5))
    work_until_idle(INTAKE)
    assert stored(pm25) == [5]
    assert "not today" in FailedIntake.objects.get().reason
    faults.append(ValueError("nor now"))
    later = timezone.now() + dt.timedelta(minutes=2)
    assert intakes.retry_failed(later) == 0
    assert FailedIntake.objects.get().attempts == 2
    assert intakes.retry_failed(later + dt.timedelta(hours=2)) == 1
    assert taken[0].values.tolist() == [5.0]
    assert not FailedIntake.objects.exists()


def test_a_fault_of_the_house_stops_one_message_only(
    stream: Connection, pm25: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.decode

    def fragile(messages: Any, known: Any, received: float) -> Any:
        if any(b"666" in message.payload for message in messages):
            raise RuntimeError("a fault of ours")
        return real(messages, known, received)

    monkeypatch.setattr(batch, "decode", fragile)
    for value in (1, 666, 2):
        send(stream, reading(value=value))
    work_until_idle()
    assert stored(pm25) == [1, 2]
    kept = Quarantine.objects.get()
    assert (kept.rule, "a fault of ours" in kept.message) == ("internal", True)


def test_open_maps_hear_of_new_readings(stream: Connection, pm25: Series) -> None:
    stream.subscribe("live.telemetry.observed")
    send(stream, reading(value=9))
    with access().connect("map") as ear, parts_given_back():
        ear.subscribe("live.telemetry.observed")
        ear.request("$JS.API.INFO")
        session = Session(Plan(access(), 4, (), retention_days=730), stream)
        session.open()
        while not (found := session._gather()):
            pass
        session._store(found, known.current())
        assert session.live.flush(stream, known.current())
        [told] = ear.read(5)
    body = json.loads(told.payload)
    assert body["audience"] == {
        "permission": "environment.view", "owner_id": pm25.thing.owner_id, "unit_id": None, "account_id": None
    }  # fmt: skip
    assert [(r["property"], r["value"]) for r in body["data"]["readings"]] == [("pm25", 9.0)]
