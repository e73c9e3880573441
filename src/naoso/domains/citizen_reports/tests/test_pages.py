"""The citizen's phone page and the officer's inbox."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from naoso.connectors.photo.tests.test_photo import SVG, picture
from naoso.core.people.models import AuditEntry
from naoso.domains.citizen_reports.models import Category, Photo, Report
from naoso.domains.citizen_reports.services import moves, sending
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
BUDGET = 8


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


def fields(chosen: Category, /, **more: Any) -> dict[str, Any]:
    values = {
        "draft": str(uuid.uuid4()),
        "category": chosen.pk,
        "text": "Nước tràn",
        "lon": "105.85",
        "lat": "21.47",
    }
    return values | more


def test_anybody_reports_and_follows_by_code(client: Client, category: Category) -> None:
    page = client.get(reverse("citizen_reports:new")).content.decode()
    assert "Bạn sẽ nhận được một mã để theo dõi." in page
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    answer = client.post(reverse("citizen_reports:new"), fields(category, photos=[photo]))
    report = Report.objects.get()
    assert answer.url == reverse("citizen_reports:follow", args=[report.code])  # type: ignore[attr-defined]
    page = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert report.code in page
    key = Photo.objects.get().key
    image = client.get(reverse("citizen_reports:citizen_photo", args=[report.code, key, "small"]))
    assert image["Content-Type"] == "image/jpeg"
    assert b"".join(image.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"lon": "", "lat": ""}, None),
        ({"lon": "0", "lat": "0"}, None),
        ({"lon": "2.35", "lat": "48.85"}, None),
        ({"category": "999999"}, "category"),
        ({"text": "x" * 100_000}, "text"),
        ({"contact_email": "not an address"}, "contact_email"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(
    client: Client, category: Category, more: dict[str, str], word: str | None
) -> None:
    answer = client.post(reverse("citizen_reports:new"), fields(category, **more))
    assert answer.status_code == 422
    assert answer.context["form"].errors[word or "__all__"]
    assert not Report.objects.exists()


def test_an_svg_that_calls_itself_a_jpeg_is_refused(client: Client, category: Category) -> None:
    photo = SimpleUploadedFile("a.jpg", SVG, "image/jpeg")
    answer = client.post(reverse("citizen_reports:new"), fields(category, photos=[photo]))
    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_a_code_is_found_however_it_is_typed(client: Client, category: Category) -> None:
    report = send(category)
    typed = report.code.replace("-", " ").lower()
    assert client.post(reverse("citizen_reports:find"), {"code": typed}).status_code == 302
    wrong = client.post(reverse("citizen_reports:find"), {"code": "ZZZZ-ZZZZ"})
    assert wrong.status_code == 404


def test_internal_notes_and_contacts_never_reach_the_public_page(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = send(category, contact=sending.Contact(email="dan@example.vn"))
    moves.note(report=report, actor=cast.owner, text="ghi chú kín")
    page = client.get(reverse("citizen_reports:follow", args=[report.code])).content.decode()
    assert "ghi chú kín" not in page
    assert "dan@example.vn" not in page


def test_too_many_reports_from_one_phone_wait(client: Client, category: Category) -> None:
    client.get(reverse("citizen_reports:new"))  # names the phone
    for _each in range(30):
        client.post(reverse("citizen_reports:new"), {})
    refused = client.post(reverse("citizen_reports:new"), fields(category))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert Client().post(reverse("citizen_reports:new"), fields(category)).status_code == 302


def test_the_contact_is_shown_once_with_a_reason_that_is_kept(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = send(category, contact=sending.Contact(email="dan@example.vn"))
    client.force_login(cast.owner)
    url = reverse("citizen_reports:contact", args=[report.pk])
    assert (
        "dan@example.vn" not in client.get(reverse("citizen_reports:page", args=[report.pk])).content.decode()
    )
    assert client.post(url, {"contact-reason": ""}, headers={"HX-Request": "true"}).status_code == 422
    shown = client.post(url, {"contact-reason": "gọi lại"}, headers={"HX-Request": "true"})
    assert "dan@example.vn" in shown.content.decode()
    entry = AuditEntry.objects.filter(action="read").get()
    assert (entry.reason, entry.row) == ("gọi lại", f"citizen_reports:report:{report.pk}")


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("chief", 200), ("colleague", 404), ("stranger", 404), ("nobody", 403)],
)
def test_officers_see_their_own(
    client: Client, cast: SimpleNamespace, category: Category, who: str, status: int
) -> None:
    report = send(category)
    client.force_login(getattr(cast, who))
    for name in ("page", "panel"):
        assert client.get(reverse(f"citizen_reports:{name}", args=[report.pk])).status_code == status


def test_answering_with_a_photo(client: Client, cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    client.force_login(cast.owner)
    assert client.post(reverse("citizen_reports:act", args=[report.pk, "accept"])).status_code == 302
    photo = SimpleUploadedFile("b.jpg", picture(), "image/jpeg")
    data = {"answer-text": "Đã thay ống", "answer-photos": [photo]}
    assert client.post(reverse("citizen_reports:act", args=[report.pk, "answer"]), data).status_code == 302
    public = Client().get(reverse("citizen_reports:follow", args=[report.code])).content.decode()
    assert "Đã thay ống" in public
    assert Photo.objects.filter(shows="after").count() == 1


def test_the_inbox_keeps_its_budget(
    client: Client,
    cast: SimpleNamespace,
    category: Category,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _each in range(8):
        send(category)
    client.force_login(cast.owner)
    client.get(reverse("citizen_reports:list"))
    with django_assert_max_num_queries(BUDGET):
        page = client.get(reverse("citizen_reports:list")).content.decode()
    assert page.count("Nước tràn") == 8
