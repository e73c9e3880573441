"""A citizens' app speaks with us: from the tree of categories to the rating, and what it may not do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from naoso.connectors.photo.tests.test_photo import picture
from naoso.connectors.video.tests.test_video import clip
from naoso.core.response.tests.factories import kind
from naoso.domains.citizen_reports.models import Category, Follower, Question, Report, Reporter, Visibility
from naoso.domains.citizen_reports.services import moves
from naoso.domains.citizen_reports.workflow import State

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/citizen_reports"
DEVICE = "phone-0001"
PLACE = {"lon": "105.85", "lat": "21.47"}


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Any) -> None:
    cache.clear()
    default_storage.exists("x")  # the storage is made at its first use
    default_storage._wrapped._location = str(tmp_path)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("base_location", None)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("location", None)  # type: ignore[attr-defined]


@pytest.fixture
def category(cast: SimpleNamespace) -> Category:
    kind("citizen_reports")
    heading = Category.objects.create(code="duong", title="Đường sá", owner=cast.department)
    row = Category.objects.create(code="o-ga", title="Ổ gà", parent=heading, owner=cast.department)
    Question.objects.create(category=heading, code="size", label="Lớn?", kind="yes_no", required=True)
    Category.objects.create(
        code="noi-bo", title="Nội bộ", owner=cast.department, visibility=Visibility.INTERNAL
    )
    return row


@pytest.fixture
def send(client: Client, category: Category) -> Callable[..., Any]:
    def sent(**more: Any) -> Any:
        values = {
            "draft": str(uuid.uuid4()), "category": "o-ga", "text": "Hố sâu", "answers": '{"size": "yes"}',
            "device": DEVICE, **PLACE,
        }  # fmt: skip
        headers = more.pop("headers", None)
        return client.post(f"{ROOT}/reports", values | more, headers=headers)

    return sent


def put(client: Client, path: str, body: Any, method: str = "post") -> Any:
    return client.generic(method.upper(), f"{ROOT}/{path}", json.dumps(body), content_type="application/json")


def test_the_description_is_complete(client: Client) -> None:
    told = client.get("/api/v1/openapi.json").json()
    ours = {path for path in told["paths"] if path.startswith(ROOT)}
    assert {
        f"{ROOT}/categories", f"{ROOT}/suggest", f"{ROOT}/nearby", f"{ROOT}/reports",
        f"{ROOT}/reports/{{code}}", f"{ROOT}/reports/{{code}}/reply", f"{ROOT}/reports/{{code}}/rate",
    } <= ours  # fmt: skip
    body = told["paths"][f"{ROOT}/reports"]["post"]["requestBody"]["content"]
    assert "multipart/form-data" in body
    assert "/api/v1/observations" in told["paths"]


def test_the_tree_asks_what_its_headings_ask(client: Client, category: Category) -> None:
    (heading,) = client.get(f"{ROOT}/categories").json()
    (leaf,) = heading["children"]
    assert (heading["code"], leaf["code"]) == ("duong", "o-ga")
    (question,) = leaf["questions"]
    assert (question["code"], question["required"]) == ("size", True)
    assert [choice["key"] for choice in question["choices"]] == ["yes", "no"]


def test_from_the_photo_to_the_rating(
    client: Client, send: Callable[..., Any], cast: SimpleNamespace
) -> None:
    answer = send(photos=SimpleUploadedFile("a.jpg", picture()), email="a@example.vn", name="Trần An")
    assert answer.status_code == 201, answer.content
    code = answer.json()["code"]
    report = Report.objects.get(code=code)
    who = Reporter.objects.get(report=report)
    assert (who.name, who.email) == ("Trần An", "a@example.vn")
    told = client.get(f"{ROOT}/reports/{code}").json()
    assert (told["state"], told["category"], len(told["photos"])) == ("new", "o-ga", 1)
    assert "a@example.vn" not in json.dumps(told)
    url = told["photos"][0]["thumbnail"]
    assert b"".join(client.get(url[url.index("/reports/") :]).streaming_content)  # type: ignore[attr-defined]
    report = moves.ask(report=report, actor=cast.owner, text="Ở làn nào?")
    assert client.get(f"{ROOT}/reports/{code}").json()["waits_for_reply"]
    replied = client.post(f"{ROOT}/reports/{code}/reply", {"text": "Làn trái"})
    assert replied.json()["state"] == "accepted"
    moves.note(report=report, actor=cast.owner, text="tuyệt mật")
    moves.answer(report=report, actor=cast.owner, text="Đã vá")
    told = client.get(f"{ROOT}/reports/{code}").json()
    assert (told["answer"], told["can_rate"]) == ("Đã vá", True)
    assert "tuyệt mật" not in json.dumps(told, ensure_ascii=False)
    rated = put(client, f"reports/{code}/rate", {"solved": False, "rating": 2, "text": "vẫn còn"})
    assert (rated.status_code, rated.json()["state"]) == (200, "accepted")
    report.refresh_from_db()
    assert (report.state, report.reopened) == (State.ACCEPTED, 1)


def test_the_same_draft_is_one_report(send: Callable[..., Any]) -> None:
    draft = str(uuid.uuid4())
    first = send(draft=draft)
    second = send(draft=draft, text="anders")
    third = send(draft="", headers={"Idempotency-Key": draft})
    assert [answer.status_code for answer in (first, second, third)] == [201, 200, 200]
    assert len({answer.json()["code"] for answer in (first, second, third)}) == 1
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "noi-bo"}, "category"), ({"category": "duong"}, "category"),
        ({"category": "x"}, "category"), ({"lon": "north"}, "lon"), ({"lon": "0", "lat": "0"}, "lon,lat"),
        ({"lon": "106.7", "lat": "10.8"}, "place"),
        ({"lon": "nan"}, "lon"), ({"answers": "{}"}, "answers.size"), ({"answers": "[1]"}, "answers"),
        ({"answers": "{"}, "answers"), ({"answers": "[" * 100_000}, "answers"),
        ({"text": "😀"}, "text"), ({"text": "x" * 100_000}, "text"), ({"email": "nobody"}, "email"),
        ({"draft": "x"}, "draft"),
        ({"photos": SimpleUploadedFile("a.jpg", b"<script>")}, "photos"),
    ],
)  # fmt: skip
def test_what_is_refused_names_its_field(send: Callable[..., Any], given: dict[str, Any], field: str) -> None:
    answer = send(**given)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"][0]["field"]
    assert not Report.objects.exists()


def test_a_short_film_travels_with_the_photos(client: Client, send: Callable[..., Any]) -> None:
    film = SimpleUploadedFile("a.mp4", clip(), content_type="video/mp4")
    answer = send(photos=[SimpleUploadedFile("a.jpg", picture()), film], text="")
    assert answer.status_code == 201, answer.content
    told = client.get(f"{ROOT}/reports/{answer.json()['code']}").json()
    films = [photo["video"] for photo in told["photos"] if photo["video"]]
    assert len(told["photos"]) == 2
    assert len(films) == 1
    film.seek(0)
    twice = send(photos=[film, SimpleUploadedFile("b.mp4", clip(), content_type="video/mp4")])
    assert (twice.status_code, twice.json()["errors"][0]["rule"]) == (422, "count")


def test_near_by_and_me_too(client: Client, send: Callable[..., Any], cast: SimpleNamespace) -> None:
    report = Report.objects.get(code=send().json()["code"])
    query = {"category": "o-ga", **PLACE}
    assert client.get(f"{ROOT}/nearby", query).json() == []
    assert put(client, f"nearby/{report.pk}/me-too", {"device": DEVICE}).status_code == 404
    moves.accept(report=report, actor=cast.owner)
    (found,) = client.get(f"{ROOT}/nearby", query).json()
    assert (found["id"], found["metres"], found["me_too"]) == (report.pk, 0, 0)
    assert report.code not in json.dumps(found)
    for _each in range(2):
        answer = put(client, f"nearby/{report.pk}/me-too", {"device": "phone-0002"})
        assert answer.status_code == 201
    assert client.get(f"{ROOT}/nearby", query).json()[0]["me_too"] == 1
    token = answer.json()["token"]
    assert put(client, f"following/{token}", {"email": "b@example.vn"}, "patch").status_code == 204
    assert Follower.objects.get().email == "b@example.vn"
    assert put(client, f"following/{token}", {"email": "nobody"}, "patch").status_code == 422
    assert put(client, f"following/{token}", {"push": {"endpoint": "http://x"}}, "patch").status_code == 422
    assert client.delete(f"{ROOT}/following/{token}").status_code == 204
    assert Follower.objects.get().ended_at is not None
    own = put(client, f"reports/{report.code}/following", {"device": DEVICE})
    assert own.status_code == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "reports/NOPE-NOPE"), ("post", "reports/NOPE-NOPE/rate"), ("post", "nearby/999/me-too"),
        ("delete", f"following/{uuid.UUID(int=5)}"), ("get", "nearby?category=none&lon=105.85&lat=21.47"),
    ],
)  # fmt: skip
def test_what_is_not_there(client: Client, category: Category, method: str, path: str) -> None:
    answer = put(client, path, {"solved": True, "device": DEVICE}, method)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_suggestion_without_a_classifier_is_empty(client: Client, category: Category) -> None:
    told = client.get(f"{ROOT}/suggest", {"text": "ổ gà", **PLACE}).json()
    assert told == {"sure": False, "suggestions": []}
    assert client.get(f"{ROOT}/suggest").status_code == 422


def test_one_address_is_bounded(client: Client, category: Category) -> None:
    for _each in range(60):
        put(client, "reports/NOPE-NOPE/rate", {"solved": True})
    answer = put(client, "reports/NOPE-NOPE/rate", {"solved": True})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert answer["Content-Type"] == "application/problem+json"
