"""Addresses of phones and pages of operators: what they answer, what they refuse and why, what they note."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.people.models import AuditEntry
from naoso.domains.sos import panel
from naoso.domains.sos.models import Call, Desk, Media, Route
from naoso.domains.sos.services.setup import save_route
from naoso.domains.sos.tests import factories as make

pytestmark = pytest.mark.django_db
BUDGETS = {"calls": 11, "setup": 12}


@pytest.fixture(autouse=True)
def world(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    settings.GATEWAY_TOKEN = "gateway-secret"
    cache.clear()
    save_route(actor=None, kind="", owner=cast.department)
    return cast


@pytest.fixture
def phone() -> Client:
    """As a browser is, with the check for CSRF tokens."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def owner(client: Client, world: SimpleNamespace) -> Client:
    client.force_login(world.owner)
    return client


def test_a_call_needs_no_account_no_cookie_and_no_csrf_token(phone: Client) -> None:
    told = make.body()
    first, again = make.post(phone, "/sos/send/", told), make.post(phone, "/sos/send/", told)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert not phone.cookies
    assert phone.get(first.json()["follow"]).status_code == 200


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"lon": 0, "lat": 0}, "lon,lat", "null-island"),
    ({"lon": float("nan")}, "lon", "range"),
    ({"lat": 95}, "lat", "range"),
    ({"lat": None}, "lat", "required"),
    ({"lon": "đông"}, "lon", "number"),
    ({"lon": True}, "lon", "number"),
    ({"accuracy_m": -1}, "accuracy_m", "range"),
    ({"kind": "meteor"}, "kind", "choice"),
    ({"phone": "không nhớ"}, "phone", "phone"),
    ({"key": ""}, "key", "required"),
    ({"key": "x" * 65}, "key", "length"),
    ({"silent": "perhaps"}, "silent", "boolean"),
    ({"at": "hôm qua"}, "at", "time"),
    ({"at": "2026-11-25T10:00:00"}, "at", "offset"),
    ({"text": ["a"]}, "text", "text"),
]


@pytest.mark.parametrize(("wrong", "field", "rule"), BAD, ids=lambda value: str(value)[:30])
def test_bad_input_names_field_value_and_rule(
    phone: Client, wrong: dict[str, Any], field: str, rule: str
) -> None:
    answer = make.post(phone, "/sos/send/", make.body(**wrong))
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert (error["field"], error["rule"]) == (field, rule)
    assert error["message"]
    assert not Call.objects.exists()


def test_every_broken_field_is_named_at_once_and_no_json_is_told(phone: Client) -> None:
    answer = make.post(phone, "/sos/send/", make.body(kind="x", phone="abc", accuracy_m="?"))
    assert {error["field"] for error in answer.json()["errors"]} == {"kind", "phone", "accuracy_m"}
    for text in ("{", "[]", "null", '"x"'):
        assert make.post(phone, "/sos/send/", text).status_code == 422


def test_a_form_with_photo_and_voice_is_a_call_too(phone: Client) -> None:
    files = {
        "photo": SimpleUploadedFile("a.jpg", make.photo()),
        "voice": SimpleUploadedFile("a.webm", make.voice()),
    }
    answer = phone.post("/sos/send/", {key: str(value) for key, value in make.body().items()} | files)
    assert answer.status_code == 201
    assert sorted(Media.objects.values_list("sort", "mime")) == [
        ("photo", "image/jpeg"),
        ("voice", "audio/mp4"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("voice", b"RIFF" + b"x" * 100, "type"), ("voice", b"\x1a\x45\xdf\xa3" * 50, "broken"),
        ("voice", b"\x1a\x45\xdf\xa3" + b"\0" * 20 * 1024 * 1024, "size"), ("photo", b"<svg/>", "type"),
    ],
    ids=["fake", "damaged", "20 MB", "no picture"],
)  # fmt: skip
def test_a_file_that_is_no_voice_note_is_refused_and_the_call_stands(
    phone: Client, name: str, content: bytes, rule: str
) -> None:
    call = make.call()
    answer = phone.post(f"/sos/{call.token}/media/", {name: SimpleUploadedFile("x", content)})
    assert answer.status_code == 422
    assert [(e["field"], e["rule"]) for e in answer.json()["errors"]] == [(name, rule)]
    assert not Media.objects.exists()
    with_call = phone.post("/sos/send/", make.body() | {name: SimpleUploadedFile("x", content)})
    assert (with_call.status_code, bool(with_call.json()["code"]), Call.objects.count()) == (422, True, 2)


def test_the_same_file_twice_is_kept_once(phone: Client) -> None:
    call, note = make.call(), make.voice()
    for _n in range(2):
        answer = phone.post(f"/sos/{call.token}/media/", {"voice": SimpleUploadedFile("x", note)})
        assert answer.status_code == 200
    assert Media.objects.count() == 1


def test_positions_come_in_batches_and_are_checked_one_by_one(phone: Client) -> None:
    call, now = make.call(), timezone.now().isoformat()
    good = {"lon": 105.86, "lat": 21.48, "accuracy_m": 5, "at": now}
    address = f"/sos/{call.token}/positions/"
    assert make.post(phone, address, {"positions": [good]}).status_code == 200
    answer = make.post(phone, address, {"positions": [good, good | {"lat": 99}, good | {"at": None}]})
    assert {e["field"] for e in answer.json()["errors"]} == {"positions[1].lat", "positions[2].at"}
    assert make.post(phone, address, {"positions": [good] * 501}).status_code == 422
    assert make.post(phone, address, {"positions": "x"}).status_code == 422
    assert make.post(phone, "/sos/00000000-0000-0000-0000-000000000001/positions/", {}).status_code == 404
    call.refresh_from_db()
    assert call.point.x == 105.86  # type: ignore[union-attr]


def test_the_caller_reads_who_has_seen_it(phone: Client, owner: Client) -> None:
    call = make.call(kind="")
    address = f"/sos/{call.token}.json"
    assert phone.get(address).json()["state"] == "received"
    assert make.post(phone, f"/sos/{call.token}/details/", {"kind": "fire"}).status_code == 200
    owner.post(reverse("sos:seen", args=[call.pk]))
    told = phone.get(address).json()
    assert (told["state"], told["kind"]) == ("seen", "fire")
    assert [bool(step["at"]) for step in told["steps"]] == [True, True, False, False]
    assert call.phone not in json.dumps(told)


def test_the_gateway_tells_by_its_token_alone(phone: Client) -> None:
    told = {"id": "g1", "from": "+84912000555", "text": "SOS fire 21.470000,105.850000 ±9m 17:35 25/11/2026"}
    assert make.post(phone, "/sos/sms/", told).status_code == 401
    auth = {"headers": {"authorization": "Bearer gateway-secret"}}
    first, again = make.post(phone, "/sos/sms/", told, **auth), make.post(phone, "/sos/sms/", told, **auth)
    assert (first.status_code, first.json()) == (201, again.json())
    assert Call.objects.get().kind == "fire"
    for missing in ("id", "from", "text"):
        answer = make.post(phone, "/sos/sms/", told | {missing: ""}, **auth)
        assert answer.json()["errors"][0]["field"] == missing


def test_the_button_opens_for_everybody_and_its_worker_keeps_it(phone: Client) -> None:
    Desk.objects.create(sms_number="0900000114")
    for address in ("/sos/", "/sos/shell/vi/", "/sos/shell/en/"):
        page = phone.get(address).content.decode()
        assert 'data-sms="0900000114"' in page
        assert page.count("data-kind=") == 5
    assert phone.get("/sos/shell/xx/").status_code == 404
    assert phone.get("/sos/app.webmanifest").json()["start_url"] == "/sos/"
    worker = phone.get("/sos/worker.js")
    assert worker.status_code == 404 or b'"room": "sos"' in worker.content


def test_whoever_reads_a_number_leaves_a_row_once(owner: Client, world: SimpleNamespace) -> None:
    call = make.call(phone="0912345678")
    reads = AuditEntry.objects.filter(action="read", row=call.subject)
    page = owner.get(reverse("sos:calls")).content.decode()
    assert "0912345678" not in page
    assert reads.count() == 0
    for _n in range(2):
        assert "0912345678" in owner.get(reverse("sos:call", args=[call.pk])).content.decode()
    assert reads.count() == 1
    owner.get(reverse("sos:calls"), {"q": "0912 345 678"})
    assert AuditEntry.objects.filter(action="read", row="sos:phone:search").count() == 1


def test_lists_cost_the_same_for_few_and_many(
    owner: Client, django_assert_max_num_queries: Any, world: SimpleNamespace
) -> None:
    for _n in range(5):
        make.call()
    for name, most in BUDGETS.items():
        owner.get(reverse(f"sos:{name}"))
        with django_assert_max_num_queries(most):
            assert owner.get(reverse(f"sos:{name}")).status_code == 200


def test_filters_search_and_marks(owner: Client, world: SimpleNamespace) -> None:
    call, other = make.call(kind="fire", silent=True), make.call(kind="flood")
    for query, sees in (({"kind": "fire"}, call), ({"mark": "silent"}, call), ({"q": other.code}, other)):
        page = owner.get(reverse("sos:calls"), query).content.decode()
        rows = [code for code in (call.code, other.code) if f">{code}<" in page]
        assert rows == [sees.code], query
    assert (
        "outside"
        not in owner.get(reverse("sos:calls"), {"mark": "bad"}).content.decode().split("sos-rows")[1]
    )


def test_the_incident_shows_its_callers(world: SimpleNamespace) -> None:
    call = make.call()
    incident = panel.incident_of(call)
    assert incident is not None
    found = panel.context(world.owner, incident)
    assert found is not None
    assert found["calls"] == [call]
    assert found["may"] == {call.pk}


def test_settings_are_checked_and_routes_kept(owner: Client, world: SimpleNamespace) -> None:
    world.owner.is_superuser = True
    world.owner.save()
    bad = owner.post(reverse("sos:setup"), {"sms_number": "tổng đài", "keep_days": "0"})
    assert bad.status_code == 422
    assert (
        owner.post(reverse("sos:setup"), {"sms_number": "0900 000 114", "keep_days": "30"}).status_code == 302
    )
    assert (Desk.objects.get().sms_number, Desk.objects.get().keep_days) == ("0900000114", 30)
    owner.post(reverse("sos:route"), {"kind": "fire", "owner": world.agency.pk})
    assert Route.objects.get(kind="fire").owner == world.agency
    owner.post(reverse("sos:route_drop"), {"kind": "fire"})
    assert not Route.objects.filter(kind="fire").exists()
