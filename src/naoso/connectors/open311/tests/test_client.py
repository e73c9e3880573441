"""The client against recorded answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest

from naoso.connectors.open311.client import Client, Open311Error
from naoso.connectors.open311.types import Outgoing

OUTGOING = Outgoing("pothole", 21.47, 105.85, "Ổ gà", attributes=(("size", "l"),), draft="d-1")


def client(status: int, body: str, content_type: str = "application/json", seen: Any = None) -> Client:
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(status, content=body.encode(), headers={"content-type": content_type})

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Client(http, "https://311.example/v2/", jurisdiction="city.example", api_key="k")


def test_a_post_says_everything_once() -> None:
    seen: list[httpx.Request] = []
    receipt = client(200, '[{"service_request_id": 638}]', seen=seen).post_request(OUTGOING)
    assert receipt.service_request_id == "638"
    (request,) = seen
    assert str(request.url) == "https://311.example/v2/requests.json"
    assert request.headers["Idempotency-Key"] == "d-1"
    sent = httpx.QueryParams(request.content.decode())
    assert sent["attribute[size]"] == "l"
    assert (sent["api_key"], sent["jurisdiction_id"]) == ("k", "city.example")
    assert (sent["lat"], sent["long"]) == ("21.4700000", "105.8500000")


def test_a_photo_travels_as_media() -> None:
    seen: list[httpx.Request] = []
    outgoing = Outgoing("pothole", 21.47, 105.85, media=b"\xff\xd8")
    client(201, '[{"token": "t"}]', seen=seen).post_request(outgoing)
    assert seen[0].headers["content-type"].startswith("multipart/form-data")
    assert b'name="media"; filename="photo.jpg"' in seen[0].content


def test_xml_is_read_where_it_comes() -> None:
    xml = (
        "<service_requests><request><service_request_id>1</service_request_id><status>closed</status>"
        "<service_code>a</service_code></request></service_requests>"
    )
    assert client(200, xml, "text/xml").request("1").status == "closed"


def test_a_path_part_cannot_leave_its_place() -> None:
    seen: list[httpx.Request] = []
    body = '[{"service_request_id": "1", "status": "open"}]'
    client(200, body, seen=seen).request("../services?x=1")
    assert seen[0].url.raw_path.startswith(b"/v2/requests/..%2Fservices%3Fx%3D1.json")


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (403, True), (404, True), (429, False), (500, False), (302, True)]
)
def test_which_refusals_are_final(status: int, final: bool) -> None:
    with pytest.raises(Open311Error) as caught:
        client(status, '[{"code": 400, "description": "lat is missing"}]').post_request(OUTGOING)
    assert caught.value.final is final
    assert "lat is missing" in str(caught.value)


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", "[[]]"])
def test_an_unreadable_answer_is_tried_again(body: str) -> None:
    with pytest.raises(Open311Error) as caught:
        client(200, body).post_request(OUTGOING)
    assert not caught.value.final


def test_nobody_there_is_tried_again() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    http = httpx.Client(transport=httpx.MockTransport(away))
    with pytest.raises(Open311Error) as caught:
        Client(http, "https://311.example/v2").services()
    assert not caught.value.final


def test_updates_since() -> None:
    seen: list[httpx.Request] = []
    moment = '"updated_datetime": "2026-03-02T08:00:00Z"'
    body = f'[{{"update_id": 5, "service_request_id": 1, "status": "CLOSED", {moment}}}]'
    (one,) = client(200, body, seen=seen).updates(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert (one.update_id, one.status) == ("5", "closed")
    assert seen[0].url.params["start_date"] == "2026-03-01T00:00:00Z"
