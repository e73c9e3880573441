"""What a system gets told for what it sends; the stream is a real one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from naoso.api import observations
from naoso.api.rates import Buckets
from naoso.core.ingest.models import Quarantine
from naoso.core.ingest.publisher import publisher
from naoso.core.ingest.tests.engines import stream_server
from naoso.core.registry.services import disable_source
from naoso.core.registry.tests.factories import Station, station
from naoso.core.telemetry.tests.factories import series

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
ADDRESS = "/api/v1/observations"
Post = Callable[..., HttpResponse]


@pytest.fixture(scope="module")
def stream() -> Iterator[None]:
    with stream_server():
        yield


@pytest.fixture
def here() -> Station:
    made = station()
    series(made)
    return made


@pytest.fixture
def post(client: Client, here: Station, stream: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setattr(observations, "buckets", Buckets(1000, 1000))

    def send(body: Any, content_type: str = "application/json", token: str = "") -> HttpResponse:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        bearer = f"Bearer {token or here.token}"
        return client.post(ADDRESS, data, content_type=content_type, headers={"Authorization": bearer})

    yield send
    publisher.close()


def reading(**changes: Any) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).isoformat()
    return {"series": "st-01/pm25", "time": now, "value": 12.5, "unit": "ug/m3"} | changes


def test_each_format_is_taken(post: Post) -> None:
    now = dt.datetime.now(dt.UTC)
    line = json.dumps(reading())
    assert post(reading()).status_code == 202
    assert post([reading(), reading(series="pm25", unit="µg/m3")]).json() == {"accepted": 2}
    assert post({"readings": [reading()]}).status_code == 202
    pack = [{"bn": "st-01/", "bt": now.timestamp(), "bu": "ug/m3", "n": "pm25", "v": 3}]
    assert post(pack, "application/senml+json").json() == {"accepted": 1}
    assert post(f"{line}\n\n{line}\n", "application/x-ndjson").json() == {"accepted": 2}
    table = f"time,series,value\n{now.isoformat()},st-01/pm25,7\n"
    assert post(table, "text/csv; charset=utf-8").json() == {"accepted": 1}


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"series": "st-99/pm25"}, "series", "unknown-series"),
        ({"series": "other/pm25"}, "series", "foreign-series"),
        ({"unit": "Cel"}, "unit", "unit"),
        ({"value": float("nan")}, "value", "finite"),
        ({"value": 1e308}, "value", "range"),
        ({"value": "12"}, "value", "shape"),
        ({"value": None}, "value", "shape"),
        ({"time": "1970-01-01T00:00:00Z"}, "time", "too-old"),
        ({"time": "2100-01-01T00:00:00Z"}, "time", "in-future"),
        ({"time": "2026-01-01T00:00:00"}, "time", "shape"),
    ],
)
def test_each_fault_is_named(post: Post, changes: dict[str, Any], field: str, rule: str) -> None:
    series(station("other"))
    answer = post(reading(**changes))
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    [error] = answer.json()["errors"]
    assert (error["field"], error["rule"]) == (field, rule)
    assert error["message"]


def test_good_readings_pass_and_the_others_lie_in_quarantine(post: Post) -> None:
    answer = post([reading(), reading(value=-5)])
    assert answer.status_code == 207
    assert answer.json()["accepted"] == 1
    assert [error["index"] for error in answer.json()["refused"]] == [1]
    kept = Quarantine.objects.get()
    assert (kept.rule, kept.source.code, json.loads(kept.text)["value"]) == ("range", "st-01", -5)


@pytest.mark.parametrize("body", [" ", "{", "[]", "3", "\x00", "[" * 50_000])
def test_what_is_no_reading_is_refused(post: Post, body: str) -> None:
    answer = post(body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_tokens(post: Post, here: Station) -> None:
    assert post(reading(), token="st-01.wrong").status_code == 401
    assert post(reading(), token="nobody.x").status_code == 401
    assert post(reading(), token="x").json()["type"] == "urn:naoso:problem:unknown-token"
    disable_source(source=here.source, actor=None, reason="broken")
    assert post(reading()).status_code == 401


def test_limits(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(b" " * 10_000_000).status_code == 413
    assert post("a", "application/xml").status_code == 415
    monkeypatch.setattr(observations, "buckets", Buckets(0.5, 1))
    assert post(reading()).status_code == 202
    late = post(reading())
    assert (late.status_code, late["Retry-After"]) == (429, "2")


def test_a_stream_that_is_away(post: Post, settings: Any) -> None:
    publisher.close()
    settings.STREAM = settings.STREAM.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    answer = post(reading())
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_the_description_lists_the_endpoint(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/observations" in paths
