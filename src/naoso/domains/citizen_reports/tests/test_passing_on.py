"""A report leaves the house by e-mail or Open311, and its answer comes back; what fails comes back too."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from naoso.connectors.outbound import guard
from naoso.core.notify.models import Notification
from naoso.core.webhooks.signing import seal
from naoso.domains.citizen_reports.models import (
    Category,
    Forwarding,
    ForwardingState,
    OutsideBody,
    Photo,
    Report,
)
from naoso.domains.citizen_reports.services import moves, passing_on
from naoso.domains.citizen_reports.services.outside import send_outside
from naoso.domains.citizen_reports.services.sending import send_report
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db
Passed = Callable[..., Forwarding]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    default_storage.exists("x")  # the storage is made at its first use
    default_storage._wrapped._location = str(tmp_path)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("base_location", None)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("location", None)  # type: ignore[attr-defined]


@pytest.fixture
def passed(cast: SimpleNamespace) -> Passed:
    category = Category.objects.create(code="dien", title="Mất điện", owner=cast.department)

    def sent(channel: str = "email", **more: Any) -> Forwarding:
        values = {"name": "Điện lực", "channel": channel, "address": "dien@example.vn"} | more
        body = OutsideBody.objects.create(**values)
        report = send_report(
            draft=uuid.uuid4(), category=category, place=LonLat(105.85, 21.47),
            text="Cột điện nghiêng, gọi 0912 345 678",
        )  # fmt: skip
        report = moves.accept(report=report, actor=cast.owner)
        photo = Photo(report=report, width=1, height=1, blurred_at=timezone.now())
        photo.public_file.save("b.jpg", ContentFile(b"blurred"), save=False)
        photo.save()
        return send_outside(report=report, actor=cast.owner, body=body, note="Gấp")

    return sent


def due() -> int:
    Forwarding.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())
    return passing_on.send_due()


class Server:
    """An Open311 server of somebody else."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.posted: tuple[int, Any] = (200, [{"service_request_id": 77}])
        self.told: tuple[int, Any] = (200, [])

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        status, body = self.posted if request.method == "POST" else self.told
        return httpx.Response(status, json=body)

    def tells(self, status: str, **more: Any) -> None:
        self.told = (200, [{"service_request_id": "77", "status": status, "service_code": "x"} | more])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()

    def client(*_rest: Any, **_more: Any) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(made.answer))

    monkeypatch.setattr(guard, "client", client)
    return made


def by_open311(passed: Passed) -> Forwarding:
    return passed("open311", address="https://311.example/v2", service_code="pole", secret=seal("their-key"))


def state_of(row: Forwarding) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, Report.objects.get(pk=row.report_id).state


def test_a_letter_with_place_photo_and_a_link(passed: Passed, client: Client) -> None:
    row = passed()
    assert due() == 1
    assert due() == 0
    (letter,) = mail.outbox
    assert letter.to == ["dien@example.vn"]
    assert "Cột điện nghiêng" in letter.body
    assert "Gấp" in letter.body
    assert "0912" not in letter.body
    assert letter.attachments == [("photo.jpg", b"blurred", "image/jpeg")]
    assert state_of(row) == ("sent", "outside")
    link = f"/reports/outside/{row.token}/"
    assert link in letter.body
    page = client.get(link).content.decode()
    assert "Cột điện nghiêng" in page
    assert "0912" not in page
    assert row.report.code not in page
    assert state_of(row) == ("received", "outside")
    photo = Photo.objects.get()
    picture = client.get(f"{link}{photo.key}.jpg")
    assert b"".join(picture.streaming_content) == b"blurred"  # type: ignore[attr-defined]


def test_the_page_takes_a_word_and_then_the_answer(passed: Passed, client: Client) -> None:
    row = passed()
    due()
    link = f"/reports/outside/{row.token}/"
    assert client.post(link, {"status": "working", "text": "Đang đến"}).status_code == 302
    assert state_of(row) == ("received", "outside")
    assert client.post(link, {"status": "solved", "text": ""}).status_code == 422
    assert client.post(link, {"status": "solved", "text": "Đã dựng lại cột"}).status_code == 302
    assert state_of(row) == ("answered", "answered")
    assert Report.objects.get().answer == "Đã dựng lại cột"
    assert client.post(link, {"status": "solved", "text": "Lại"}).status_code == 422
    assert client.get(f"/reports/outside/{uuid.uuid4()}/").status_code == 404
    other = client.get(f"/reports/outside/{uuid.uuid4()}/{Photo.objects.get().key}.jpg")
    assert other.status_code == 404


def test_a_request_of_theirs_and_its_answer(passed: Passed, server: Server) -> None:
    row = by_open311(passed)
    assert due() == 1
    (request,) = server.requests
    assert request.headers["Idempotency-Key"] == str(row.token)
    body = request.content.decode("latin-1")
    assert "their-key" in body
    assert "0912" not in body
    assert state_of(row) == ("sent", "outside")
    assert row.remote_id == "77"
    server.tells("open")
    due()
    assert state_of(row) == ("received", "outside")
    server.told = (500, [])
    due()
    assert state_of(row) == ("received", "outside")
    server.tells("closed", status_notes="Đã dựng lại")
    due()
    assert state_of(row) == ("answered", "answered")
    assert Report.objects.get().answer == "Đã dựng lại"
    assert due() == 0


def test_a_token_is_exchanged_for_a_number(passed: Passed, server: Server) -> None:
    server.posted = (200, [{"token": "t-1"}])
    row = by_open311(passed)
    due()
    server.told = (200, [{"token": "t-1", "service_request_id": ""}])
    due()
    assert state_of(row) == ("sent", "outside")
    server.tells("closed")  # the token's number, then the request of that number
    due()
    assert state_of(row) == ("answered", "answered")
    assert "Điện lực" in Report.objects.get().answer


def test_away_is_tried_again_with_patience(passed: Passed, server: Server) -> None:
    server.posted = (503, [])
    row = by_open311(passed)
    for tries in range(1, len(passing_on.RETRY_AFTER) + 1):
        due()
        assert state_of(row) == ("queued", "outside")
        assert row.attempts == tries
    assert row.next_try_at is not None
    assert row.next_try_at > timezone.now() + timedelta(hours=12)
    due()
    assert state_of(row) == ("failed", "accepted")


def test_a_refusal_brings_the_report_back_at_once(
    passed: Passed, server: Server, cast: SimpleNamespace
) -> None:
    server.posted = (400, [{"code": 400, "description": "lat is wrong"}])
    row = by_open311(passed)
    due()
    assert state_of(row) == ("failed", "accepted")
    assert "lat is wrong" in row.error
    report = Report.objects.get()
    assert report.paused_at is None
    assert Notification.objects.filter(account=cast.owner, body__contains="lat is wrong").exists()


def test_a_private_address_is_never_called(passed: Passed) -> None:
    row = passed("open311", address="https://127.0.0.1/v2", service_code="x")
    due()
    assert state_of(row) == ("queued", "outside")
    assert "not a public address" in row.error


def test_what_was_taken_back_does_not_leave(passed: Passed, cast: SimpleNamespace, client: Client) -> None:
    row = passed()
    moves.resume(report=row.report, actor=cast.owner)
    due()
    assert state_of(row) == ("withdrawn", "accepted")
    assert mail.outbox == []
    assert client.get(f"/reports/outside/{row.token}/").status_code == 404


def test_taken_back_while_they_answer(passed: Passed, server: Server, cast: SimpleNamespace) -> None:
    row = by_open311(passed)
    due()
    moves.resume(report=row.report, actor=cast.owner)
    server.tells("closed", status_notes="Xong")
    due()
    assert state_of(row) == ("withdrawn", "accepted")
    assert row.next_try_at is None


def test_a_server_that_is_closed_is_no_end(passed: Passed, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    row = passed()
    due()
    assert state_of(row) == ("queued", "outside")
    assert json.dumps(row.error)
    assert row.state == ForwardingState.QUEUED
    assert Report.objects.get().state == State.OUTSIDE
