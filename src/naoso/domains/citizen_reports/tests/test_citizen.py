"""What the citizen's phone does: the outbox's address, questions, replies, ratings."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from naoso.connectors.photo.tests.test_photo import picture
from naoso.domains.citizen_reports.models import Category, Follower, Question, Report, Reporter
from naoso.domains.citizen_reports.services import moves
from naoso.domains.citizen_reports.tests.test_pages import _no_limits_left_over, fields
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.domains.citizen_reports.workflow import State

pytestmark = pytest.mark.django_db
__all__ = ["_files", "_no_limits_left_over", "category"]
SEND = "/reports/send/"
SEND_BUDGET, FOLLOW_BUDGET, NEW_BUDGET = 14, 5, 3


@pytest.fixture
def asking(category: Category) -> Category:
    """A category under a heading; both ask something."""
    heading = Category.objects.create(code="nuoc-sach", title="Nước", owner=category.owner)
    Category.objects.filter(pk=category.pk).update(parent=heading)
    choices = [{"key": "to", "label": "To", "label_en": "Large"}, {"key": "nho", "label": "Nhỏ"}]
    Question.objects.create(category=heading, code="since", label="Từ ngày nào?", kind="date")
    Question.objects.create(
        category=category, code="size", label="To hay nhỏ?", kind="choice", choices=choices, required=True
    )
    return Category.objects.get(pk=category.pk)


def test_a_draft_sent_twice_after_a_lost_reply_is_one_report(client: Client, category: Category) -> None:
    draft = fields(category)
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    first = client.post(SEND, draft | {"photos": [photo]})
    assert first.status_code == 201
    Category.objects.update(enabled=False)  # what changed meanwhile does not matter
    second = client.post(SEND, draft)
    assert (second.status_code, second.json()) == (201, first.json())
    report = Report.objects.get()
    assert first.json()["code"] == report.code
    assert report.photos.count() == 1


def test_sending_keeps_its_budget(
    client: Client, category: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Category.objects.update(opens_incident=False)
    client.post(SEND, fields(category))
    with django_assert_max_num_queries(SEND_BUDGET):
        assert client.post(SEND, fields(category)).status_code == 201
    code = Report.objects.latest("pk").code
    with django_assert_max_num_queries(FOLLOW_BUDGET):
        client.get(reverse("citizen_reports:follow", args=[code]))
    with django_assert_max_num_queries(NEW_BUDGET):
        client.get(reverse("citizen_reports:new"))


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"lon": "2.35", "lat": "48.85"}, "place", "area"),
        ({"lon": "0", "lat": "0"}, "place", "invalid"),
        ({"category": "999999"}, "category", "invalid_choice"),
        ({"text": "😀😀"}, "text", "required"),
        ({"text": "x" * 100_000}, "text", "max_length"),
        ({"draft": "nonsense"}, "draft", "invalid"),
        ({"contact_email": "nobody"}, "contact_email", "invalid"),
    ],
)
def test_a_refusal_names_field_value_and_rule(
    client: Client, category: Category, more: dict[str, Any], field: str, rule: str
) -> None:
    answer = client.post(SEND, fields(category, **more))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert (error["field"], error["rule"]) == (field, rule)
    assert error["message"]
    assert not Report.objects.exists()


def test_the_outbox_needs_the_token_of_the_moment(category: Category) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(SEND, fields(category)).status_code == 403
    token = strict.get("/reports/token/").json()["token"]
    headers = {"X-CSRFToken": token}
    assert strict.post(SEND, fields(category), headers=headers).status_code == 201


def test_questions_of_the_kind_and_of_its_heading_are_asked(client: Client, asking: Category) -> None:
    page = client.get(reverse("citizen_reports:new")).content.decode()
    assert "Từ ngày nào?" in page
    assert f'value="{asking.pk}"' in page
    assert f'value="{asking.parent_id}"' not in page  # a heading is not chosen
    refused = client.post(SEND, fields(asking))
    assert refused.json()["errors"][0]["field"] == "answers.size"
    given = {"answers.size": "to", "answers.since": "2026-11-20", "answers.other": "x"}
    assert client.post(SEND, fields(asking, **given)).status_code == 201
    assert Report.objects.get().answers == {"size": "to", "since": "2026-11-20"}


def test_without_a_script_the_page_comes_back_with_its_question(client: Client, asking: Category) -> None:
    answer = client.post(reverse("citizen_reports:new"), fields(asking, **{"answers.since": "2026-11-20"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "To hay nhỏ?" in page.split("<template")[0]
    assert 'value="2026-11-20"' in page


def test_without_a_script_the_ward_is_place_enough(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    page = client.get(reverse("citizen_reports:new")).content.decode()
    assert "Sông Công" in page.split("<noscript>")[1].split("</noscript>")[0]
    given = fields(category, lon="", lat="", unit=cast.ward.pk, place_text="Trước cổng chợ")
    assert client.post(reverse("citizen_reports:new"), given).status_code == 302
    report = Report.objects.get()
    assert (report.unit, report.place_text) == (cast.ward, "Trước cổng chợ")


def test_the_phone_is_kept_as_a_digest_apart_from_the_report(client: Client, category: Category) -> None:
    client.get(reverse("citizen_reports:new"))
    device = client.cookies["naoso_device"].value
    client.post(SEND, fields(category))
    reporter = Reporter.objects.get()
    assert len(reporter.device) == 64
    assert device not in reporter.device


def test_an_address_to_hear_back_is_a_following_that_a_link_ends(client: Client, category: Category) -> None:
    client.post(SEND, fields(category, contact_email="dan@example.vn"))
    follower = Follower.objects.get()
    assert (follower.email, follower.me_too) == ("dan@example.vn", False)
    stop = reverse("citizen_reports:follower_stop", args=[follower.token])
    assert Client().post(stop).status_code == 302
    follower.refresh_from_db()
    assert follower.email == ""
    assert follower.ended_at is not None


def test_the_citizen_replies_to_the_officers_question(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = send(category)
    moves.accept(report=report, actor=cast.owner)
    moves.ask(report=report, actor=cast.owner, text="Trước cổng số mấy?")
    url = reverse("citizen_reports:follow", args=[report.code])
    assert "Trước cổng số mấy?" in client.get(url).content.decode()
    reply = reverse("citizen_reports:reply", args=[report.code])
    assert client.post(reply, {"text": ""}).status_code == 422
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert client.post(reply, {"text": "Cổng số 5", "photos": [photo]}).status_code == 302
    report.refresh_from_db()
    assert report.state == State.ACCEPTED
    assert report.photos.count() == 1
    assert client.post(reply, {"text": "Nữa"}).status_code == 422


def test_not_solved_with_stars_opens_it_again(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = send(category)
    moves.accept(report=report, actor=cast.owner)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    rate = reverse("citizen_reports:rate", args=[report.code])
    assert client.post(rate, {"solved": "perhaps"}).status_code == 422
    assert client.post(rate, {"solved": "no", "rating": "9"}).status_code == 422
    assert client.post(rate, {"solved": "no", "rating": "2", "text": "Vẫn rò"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.rating, report.rating_text) == (State.ACCEPTED, 2, "Vẫn rò")
    page = client.get(reverse("citizen_reports:follow", args=[report.code])).content.decode()
    assert "Vẫn rò" not in page  # words for the officers


def test_an_unknown_code_opens_nothing(client: Client, category: Category) -> None:
    send(category)
    code = "ZZZZ-ZZZZ"
    assert client.get(reverse("citizen_reports:follow", args=[code])).status_code == 404
    for name in ("reply", "rate", "follow_start"):
        assert client.post(reverse(f"citizen_reports:{name}", args=[code])).status_code == 404
    report = Report.objects.get()
    photo = reverse("citizen_reports:citizen_photo", args=[report.code, uuid.uuid4(), "small"])
    assert client.get(photo).status_code == 404
