"""The GeoReport v2 server: what the standard demands, what must never leave, what is refused by name."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from naoso.connectors.open311 import reading
from naoso.connectors.open311.client import Client as Open311
from naoso.connectors.open311.client import Open311Error
from naoso.connectors.open311.tests.test_forms import check
from naoso.connectors.open311.types import Outgoing
from naoso.connectors.open311.xml import parsed
from naoso.connectors.photo.tests.test_photo import picture
from naoso.core.response.tests.factories import kind
from naoso.domains.citizen_reports.models import (
    ApiKey,
    Category,
    Desk,
    Forwarding,
    ForwardingState,
    OutsideBody,
    Photo,
    Question,
    Report,
    Reporter,
    Submission,
    Visibility,
)
from naoso.domains.citizen_reports.services import api_keys, moves
from naoso.domains.citizen_reports.services.outside import send_outside
from naoso.domains.citizen_reports.workflow import State

pytestmark = pytest.mark.django_db
ROOT = "/open311/v2"
PLACE = {"lat": "21.47", "long": "105.85"}
SCHEMAS = Path(__file__).parents[6] / "shared/data/open311_schema/schema/georeport-v2"
QUERIES = {"requests.json": 4, "services.json": 3}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    default_storage.exists("x")  # the storage is made at its first use
    default_storage._wrapped._location = str(tmp_path)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("base_location", None)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("location", None)  # type: ignore[attr-defined]


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    """A heading with one category that asks three questions, and a system with a key."""
    kind("citizen_reports")
    heading = Category.objects.create(code="duong", title="Đường sá", owner=cast.department)
    category = Category.objects.create(code="o-ga", title="Ổ gà", parent=heading, owner=cast.department)
    choices = [{"key": "s", "label": "Nhỏ"}, {"key": "l", "label": "Lớn"}]
    for code, form, required, given in (
        ("size", "choice", True, choices), ("seen", "date", False, []), ("marks", "multi", False, choices),
    ):  # fmt: skip
        Question.objects.create(
            category=category, code=code, label=code, kind=form, required=required, choices=given
        )
    plain = Category.objects.create(code="rac", title="Rác", owner=cast.department)
    Category.objects.create(
        code="noi-bo", title="Nội bộ", owner=cast.department, visibility=Visibility.INTERNAL
    )
    key, text = api_keys.make_key(actor=cast.owner, name="Ứng dụng", owner=cast.department)
    return SimpleNamespace(cast=cast, category=category, plain=plain, key=key, text=text)


@pytest.fixture
def post(client: Client, world: SimpleNamespace) -> Callable[..., Any]:
    def posted(form: str = "json", **more: Any) -> Any:
        headers = more.pop("headers", None)
        values = {"api_key": world.text, "service_code": "rac", "description": "Rác đầy", **PLACE} | more
        return client.post(f"{ROOT}/requests.{form}", values, headers=headers)

    return posted


def publish(report: Report, cast: SimpleNamespace) -> Report:
    return moves.accept(report=report, actor=cast.owner)


def rows(answer: Any) -> list[dict[str, Any]]:
    return reading.rows_of(answer.content, answer["Content-Type"])


@pytest.mark.parametrize("form", ["json", "xml"])
def test_discovery_and_services(client: Client, world: SimpleNamespace, form: str) -> None:
    answer = client.get(f"{ROOT}/discovery.{form}")
    assert b"http://wiki.open311.org/GeoReport_v2" in answer.content
    found = {row["service_code"]: row for row in rows(client.get(f"{ROOT}/services.{form}"))}
    assert set(found) == {"o-ga", "rac"}
    assert found["o-ga"]["group"] == "Đường sá"
    assert reading.service(found["o-ga"]).metadata
    assert not reading.service(found["rac"]).metadata
    (row,) = rows(client.get(f"{ROOT}/services/o-ga.{form}"))
    told = {one.code: one for one in reading.definition(row).attributes}
    assert told["size"].datatype == "singlevaluelist"
    assert told["size"].required
    assert [value.key for value in told["size"].values] == ["s", "l"]
    assert (told["seen"].datatype, told["marks"].datatype) == ("datetime", "multivaluelist")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_request_from_post_to_public_answer(
    client: Client, post: Callable[..., Any], world: SimpleNamespace, form: str
) -> None:
    answer = post(
        form, service_code="o-ga", email="a@example.vn", first_name="An", last_name="Trần",
        phone="0900000001", device_id="d", account_id="7", address_string="Ngã tư",
        media_url="https://x.vn/a.jpg",
        **{"attribute[size]": "l", "attribute[seen]": "2026-03-02T00:00:00Z"},
        **{"attribute[marks][]": ["s", "l"]},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    receipt = reading.receipt(rows(answer)[0])
    report = Report.objects.get(pk=receipt.service_request_id)
    assert report.code in receipt.service_notice
    assert receipt.account_id == "7"
    assert report.answers == {"size": "l", "seen": "2026-03-02", "marks": ["s", "l"]}
    assert (report.channel, report.place_text) == ("open311", "Ngã tư")
    assert report.entries.filter(public=False, text__contains="https://x.vn/a.jpg").exists()
    who = Reporter.objects.get(report=report)
    assert (who.name, who.email, who.phone) == ("Trần An", "a@example.vn", "0900000001")
    assert client.get(f"{ROOT}/requests/{report.pk}.{form}").status_code == 404  # not yet public
    publish(report, world.cast)
    moves.answer(report=report, actor=world.cast.owner, text="Đã vá")
    told = client.get(f"{ROOT}/requests/{report.pk}.{form}")
    request = reading.request(rows(told)[0])
    assert (request.status, request.status_notes, request.service_code) == ("closed", "Đã vá", "o-ga")
    for secret in ("a@example.vn", "0900000001", "An", report.code, "x.vn/a.jpg", "Ngã tư"):
        assert secret not in told.content.decode()


def test_only_public_facts_leave(client: Client, post: Callable[..., Any], world: SimpleNamespace) -> None:
    pk = rows(post(description="Gọi 0912 345 678 gặp tôi"))[0]["service_request_id"]
    report = publish(Report.objects.get(pk=pk), world.cast)
    moves.note(report=report, actor=world.cast.owner, text="nội bộ tuyệt mật")
    for address in ("requests", f"requests/{pk}", "servicerequestupdates"):
        text = client.get(f"{ROOT}/{address}.json").content.decode()
        assert "0912" not in text
        assert "tuyệt mật" not in text
        assert report.code not in text
    Report.objects.update(hidden=True)
    assert client.get(f"{ROOT}/requests/{pk}.json").status_code == 404
    assert rows(client.get(f"{ROOT}/requests.json?service_request_id={pk}")) == []
    assert rows(client.get(f"{ROOT}/servicerequestupdates.json")) == []


def test_a_system_follows_what_it_sent_and_nobody_elses(
    client: Client, post: Callable[..., Any], world: SimpleNamespace
) -> None:
    pk = rows(post())[0]["service_request_id"]
    _key, other = api_keys.make_key(actor=world.cast.owner, name="Khác", owner=world.cast.department)
    address = f"{ROOT}/requests/{pk}.json"
    assert client.get(address, {"api_key": world.text}).status_code == 200
    assert client.get(address, {"api_key": other}).status_code == 404
    assert client.get(address, {"api_key": "nonsense"}).status_code == 403


def test_photos_come_as_media_and_leave_blurred(
    client: Client, post: Callable[..., Any], world: SimpleNamespace
) -> None:
    photo = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    pk = rows(post(media=photo, description=""))[0]["service_request_id"]
    report = publish(Report.objects.get(pk=pk), world.cast)
    row = Photo.objects.get()
    address = f"{ROOT}/requests/{report.pk}.json"
    assert rows(client.get(address))[0]["media_url"] is None
    row.blurred_at = timezone.now()
    row.public_file.save("b.jpg", ContentFile(b"blurred"), save=False)
    row.public_thumbnail.save("c.jpg", ContentFile(b"small"), save=False)
    row.save()
    url = rows(client.get(address))[0]["media_url"]
    assert b"".join(client.get(url[url.index("/reports/") :]).streaming_content) == b"blurred"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "nso_wrong"}, 403, "api_key"),
        ({"jurisdiction_id": "elsewhere.vn"}, 404, "jurisdiction_id"),
        ({"service_code": ""}, 400, "service_code is required"),
        ({"service_code": "nothing"}, 404, "service_code"),
        ({"service_code": "noi-bo"}, 404, "service_code"),
        ({"service_code": "duong"}, 404, "service_code"),
        ({"service_code": "o-ga"}, 400, "answers.size"),
        ({"service_code": "o-ga", "attribute[size]": "huge"}, 400, "answers.size"),
        ({"lat": ""}, 400, "lat"),
        ({"lat": "", "long": "", "address_string": "Chợ"}, 400, "an address alone"),
        ({"lat": "", "long": ""}, 400, "lat and long are required"),
        ({"lat": "north"}, 400, "lat"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "0", "long": "0"}, 400, "0,0"),
        ({"lat": "10.77", "long": "106.70"}, 400, "place"),
        ({"description": "x" * 100_000}, 400, "text"),
        ({"description": "😀😀"}, 400, "text"),
        ({"email": "nobody"}, 400, "email"),
        ({"media": "not a file", "description": ""}, 400, "text"),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_is_refused_and_why(
    post: Callable[..., Any], given: dict[str, Any], status: int, words: str, form: str
) -> None:
    answer = post(form, **given)
    assert answer.status_code == status, answer.content
    fault = reading.fault(rows(answer)[0])
    assert fault.code == status
    assert words in fault.description
    assert not Report.objects.exists()


def test_a_file_that_is_no_photo_is_refused(post: Callable[..., Any]) -> None:
    file = SimpleUploadedFile("a.jpg", b"<script>", content_type="image/jpeg")
    answer = post(media=file)
    assert (answer.status_code, "media" in answer.content.decode()) == (400, True)


def test_the_same_draft_is_one_report(post: Callable[..., Any], world: SimpleNamespace) -> None:
    draft = str(uuid.uuid4())
    first = post(headers={"Idempotency-Key": draft})
    second = post(headers={"Idempotency-Key": draft})
    third = post(draft=draft)
    assert [answer.status_code for answer in (first, second, third)] == [201, 200, 200]
    assert Report.objects.count() == 1
    _key, other = api_keys.make_key(actor=world.cast.owner, name="Khác", owner=world.cast.department)
    assert post(draft=draft, api_key=other).status_code == 201
    assert Report.objects.count() == 2


def test_a_key_has_its_bound_and_its_switch(post: Callable[..., Any], world: SimpleNamespace) -> None:
    ApiKey.objects.update(per_hour=1)
    assert post().status_code == 201
    assert post().status_code == 429
    Submission.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert post().status_code == 201
    api_keys.switch_key(key=world.key, actor=world.cast.owner, on=False)
    assert post().status_code == 403


def test_a_token_leads_to_its_request(client: Client, post: Callable[..., Any]) -> None:
    pk = rows(post())[0]["service_request_id"]
    draft = Report.objects.get().draft
    for form in ("json", "xml"):
        (row,) = rows(client.get(f"{ROOT}/tokens/{draft}.{form}"))
        assert (row["service_request_id"], row["token"]) == (pk, str(draft))
    assert client.get(f"{ROOT}/tokens/{uuid.uuid4()}.json").status_code == 404


@pytest.fixture
def three(post: Callable[..., Any], world: SimpleNamespace) -> list[str]:
    """An old one, a closed one, an open one far away; all public."""
    world.key.per_hour = 100
    ids = [rows(post(**more))[0]["service_request_id"] for more in ({}, {}, {"lat": "21.50"})]
    for pk in ids:
        publish(Report.objects.get(pk=pk), world.cast)
    Report.objects.filter(pk=ids[0]).update(created_at=timezone.now() - timedelta(days=200))
    moves.answer(report=Report.objects.get(pk=ids[1]), actor=world.cast.owner, text="Xong")
    return ids


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", [2, 1]),
        ("status=open", [2]),
        ("status=closed", [1]),
        ("status=open,closed", [2, 1]),
        ("service_code=o-ga", []),
        ("service_code=rac,o-ga", [2, 1]),
        ("start_date=OLD", [0]),
        ("end_date=OLDER", []),
        ("start_date=OLD&end_date=OLD_END", [0]),
        ("updated_after=RECENT", [1, 2, 0]),
        ("lat=21.47&long=105.85&radius=500", [1]),
        ("page_size=1", [2]),
        ("page_size=1&page=2", [1]),
        ("page_size=1&page=3", []),
        ("jurisdiction_id=thainguyen.gov.vn", [2, 1]),
    ],
)
def test_filters(client: Client, three: list[str], query: str, wanted: list[int]) -> None:
    now = timezone.now()
    for name, days in (("OLD_END", 190), ("OLDER", 250), ("OLD", 210), ("RECENT", 1)):
        query = query.replace(name, (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    for form in ("json", "xml"):
        answer = client.get(f"{ROOT}/requests.{form}?{query}")
        found = [row["service_request_id"] for row in rows(answer)]
        assert sorted(found) == sorted(three[at] for at in wanted), query


def test_an_id_overrides_the_other_filters(client: Client, three: list[str]) -> None:
    answer = client.get(f"{ROOT}/requests.json?service_request_id={three[0]},{three[1]}&status=open")
    assert {row["service_request_id"] for row in rows(answer)} == {three[0], three[1]}


@pytest.mark.parametrize(
    "query",
    [
        "status=lost", "start_date=yesterday",
        "start_date=2025-01-01T00:00:00Z&end_date=2025-12-31T00:00:00Z",
        "start_date=2025-02-01T00:00:00Z&end_date=2025-01-31T00:00:00Z", "lat=1", "lat=x&long=y",
        "radius=-1&lat=1&long=1", "page=0", "page=11", "page_size=5000", "page=many", "page=nan",
        "start_date=0001-01-01T00:00:00Z&end_date=9999-12-31T23:59:59Z", "end_date=0001-01-01T00:00:00Z",
    ],
)  # fmt: skip
def test_a_broken_filter_is_refused(client: Client, world: SimpleNamespace, query: str) -> None:
    answer = client.get(f"{ROOT}/requests.json?{query}")
    assert answer.status_code == 400, answer.content
    assert rows(answer)[0]["code"] == 400


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("put", "requests.json", 405), ("delete", "requests/1.xml", 405), ("post", "services.json", 405),
        ("get", "requests/abc.json", 404), ("get", "requests/99999999999999999999.json", 404),
        ("get", "services/none.xml", 404), ("get", "requests.json?service_request_id=x", 404),
        ("get", "services.json?jurisdiction_id=elsewhere", 404),
    ],
)  # fmt: skip
def test_errors_have_the_standards_form(
    client: Client, world: SimpleNamespace, method: str, address: str, status: int
) -> None:
    answer = getattr(client, method)(f"{ROOT}/{address}")
    assert answer.status_code == status
    if ".xml" in address:
        assert parsed(answer.content).tag == "errors"
    assert rows(answer)[0]["code"] in {status, str(status)}


def test_a_broken_body_is_an_error_of_the_standard(client: Client, world: SimpleNamespace) -> None:
    answer = client.post(f"{ROOT}/requests.json", b"--x", content_type="multipart/form-data; boundary=")
    assert answer.status_code in {400, 403}
    assert "code" in rows(answer)[0]


def test_another_jurisdiction_is_unknown_and_an_unset_one_takes_any(
    client: Client, world: SimpleNamespace
) -> None:
    Desk.objects.create(pk=1, jurisdiction="song-cong.vn")
    assert client.get(f"{ROOT}/services.json?jurisdiction_id=SONG-CONG.vn").status_code == 200
    assert client.get(f"{ROOT}/services.json?jurisdiction_id=thainguyen.gov.vn").status_code == 404
    Desk.objects.update(jurisdiction="")
    assert client.get(f"{ROOT}/services.json?jurisdiction_id=x").status_code == 200


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the schemas of the standard are not here")
def test_the_answers_fit_the_standards_schemas(client: Client, three: list[str]) -> None:
    for address, name in (("services", "service"), ("requests", "request")):
        for row in json.loads(client.get(f"{ROOT}/{address}.json").content):
            check(row, json.loads((SCHEMAS / f"{name}.json").read_text()))
    row = json.loads(client.get(f"{ROOT}/services/o-ga.json").content)
    check(row, json.loads((SCHEMAS / "service-definition.json").read_text()))


def carrier(client: Client) -> httpx.Client:
    """What httpx would put on the wire reaches the application."""

    def carried(request: httpx.Request) -> httpx.Response:
        answer = client.generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=request.headers.get("content-type", ""),
            headers={"Idempotency-Key": request.headers.get("idempotency-key", "")},
        )
        return httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)

    return httpx.Client(transport=httpx.MockTransport(carried))


def test_the_client_of_this_house_speaks_with_its_server(client: Client, world: SimpleNamespace) -> None:
    http = carrier(client)
    other = Open311(http, f"http://localhost{ROOT}", jurisdiction="thainguyen.gov.vn", api_key=world.text)
    assert {service.service_code for service in other.services()} == {"o-ga", "rac"}
    assert len(other.definition("o-ga").attributes) == 3
    outgoing = Outgoing("o-ga", 21.47, 105.85, "Hố", attributes=(("size", "s"),), media=picture(), draft="1")
    first, again = other.post_request(outgoing), other.post_request(outgoing)
    assert first == again
    publish(Report.objects.get(), world.cast)
    assert other.request(first.service_request_id).status == "open"
    assert len(other.requests(status="open")) == 1
    assert (
        other.updates(timezone.now() - timedelta(hours=1))[0].service_request_id == first.service_request_id
    )
    with pytest.raises(Open311Error) as caught:
        other.post_request(Outgoing("o-ga", 0, 0, "Hố"))
    assert (caught.value.final, caught.value.status) == (True, 400)


@pytest.fixture
def passed_on(post: Callable[..., Any], world: SimpleNamespace) -> SimpleNamespace:
    """A report that an outside body has, and that body's key."""
    body = OutsideBody.objects.create(name="Điện lực", address="https://311.example/v2", channel="open311")
    pk = rows(post())[0]["service_request_id"]
    report = publish(Report.objects.get(pk=pk), world.cast)
    send_outside(report=report, actor=world.cast.owner, body=body)
    key, text = api_keys.make_key(
        actor=world.cast.owner, name="Điện lực", owner=world.cast.department, body=body
    )
    return SimpleNamespace(report=report, key=key, text=text)


def tell(client: Client, passed_on: SimpleNamespace, form: str = "json", **more: Any) -> Any:
    values = {
        "api_key": passed_on.text, "service_request_id": passed_on.report.pk, "status": "open",
        "description": "Đang sửa", "updated_datetime": "2026-03-02T08:00:00Z", "update_id": "u1",
    }  # fmt: skip
    return client.post(f"{ROOT}/servicerequestupdates.{form}", values | more)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_outside_body_says_what_it_did(client: Client, passed_on: SimpleNamespace, form: str) -> None:
    report = passed_on.report
    first = tell(client, passed_on, form)
    assert first.status_code == 201, first.content
    assert rows(first) == rows(tell(client, passed_on, form))  # the same update once
    report.refresh_from_db()
    assert report.state == State.OUTSIDE
    assert Forwarding.objects.get().state == ForwardingState.RECEIVED
    assert report.entries.filter(text__contains="Đang sửa", public=False).count() == 1
    assert "Đang sửa" not in client.get(f"{ROOT}/servicerequestupdates.json").content.decode()
    assert (
        tell(client, passed_on, status="closed", description="Đã sửa xong", update_id="u2").status_code == 201
    )
    report.refresh_from_db()
    assert (report.state, report.answer, report.paused_at) == (State.ANSWERED, "Đã sửa xong", None)
    assert Forwarding.objects.get().state == ForwardingState.ANSWERED
    updates = [reading.update(row) for row in rows(client.get(f"{ROOT}/servicerequestupdates.{form}"))]
    assert (updates[-1].status, updates[-1].description) == ("closed", "Đã sửa xong")
    late = tell(client, passed_on, status="closed", description="Lại", update_id="u3")
    assert (late.status_code, "status" in late.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"api_key": ""}, 403), ({"status": "done"}, 400), ({"service_request_id": ""}, 400),
        ({"service_request_id": "999999"}, 404), ({"description": " "}, 400),
        ({"updated_datetime": "now"}, 400),
    ],
)  # fmt: skip
def test_what_an_outside_body_may_not(
    client: Client, passed_on: SimpleNamespace, given: dict[str, str], status: int
) -> None:
    assert tell(client, passed_on, **given).status_code == status
    passed_on.report.refresh_from_db()
    assert passed_on.report.state == State.OUTSIDE


def test_another_key_may_not_speak_of_it(
    client: Client, passed_on: SimpleNamespace, world: SimpleNamespace
) -> None:
    assert tell(client, passed_on, api_key=world.text).status_code == 403
    body = OutsideBody.objects.create(name="Nước sạch", address="x@example.vn")
    _key, text = api_keys.make_key(
        actor=world.cast.owner, name="Nước", owner=world.cast.department, body=body
    )
    assert tell(client, passed_on, api_key=text).status_code == 404


@pytest.mark.parametrize("address", QUERIES)
def test_lists_keep_to_their_queries(
    client: Client, three: list[str], django_assert_max_num_queries: Any, address: str
) -> None:
    with django_assert_max_num_queries(QUERIES[address]):
        assert client.get(f"{ROOT}/{address}").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("stranger", 200), ("nobody", 403), ("clerk", 403)]
)
def test_the_page_of_keys(client: Client, world: SimpleNamespace, who: str, status: int) -> None:
    cast = world.cast
    cast.clerk = cast.make.account("clerk", cast.department)
    cast.make.grant(cast.clerk, cast.make.role("clerk", "citizen_reports.view"), cast.department)
    client.force_login(getattr(cast, who))
    for address in ("", "new/"):
        answer = client.get(f"/reports/api-keys/{address}")
        assert answer.status_code == status
    shown = "Ứng dụng" in client.get("/reports/api-keys/").content.decode()
    assert shown is (who == "owner")
    switched = client.post(f"/reports/api-keys/{world.key.pk}/switch/").status_code
    assert switched == {"owner": 302, "stranger": 404}.get(who, 403)


def test_a_key_is_shown_once(client: Client, world: SimpleNamespace) -> None:
    client.force_login(world.cast.owner)
    values = {"name": "Cổng", "owner": world.cast.department.pk, "per_hour": 10}
    page = client.post("/reports/api-keys/new/", values).content.decode()
    key = ApiKey.objects.get(name="Cổng")
    text = page[page.index("nso_") :].split("<")[0]
    assert api_keys.digest(text) == key.digest
    again = client.get("/reports/api-keys/").content.decode()
    assert text not in again
    assert key.hint in again
    wrong = client.post("/reports/api-keys/new/", values | {"owner": world.cast.agency.pk})
    assert wrong.status_code == 422
