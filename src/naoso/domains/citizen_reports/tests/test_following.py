"""What others have reported near by, and whoever follows."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.photo import read_photo
from naoso.connectors.photo.tests.test_photo import picture
from naoso.core.notify.models import Delivery
from naoso.domains.citizen_reports.models import Category, Follower, Photo, Report
from naoso.domains.citizen_reports.selectors.nearby import near
from naoso.domains.citizen_reports.services import following, joining, moves, sending
from naoso.domains.citizen_reports.tests.test_pages import _no_limits_left_over
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db
__all__ = ["_files", "_no_limits_left_over", "category"]
HERE = LonLat(105.85, 21.47)
FIFTY_METRES_NORTH = LonLat(105.85, 21.47045)
FAR = LonLat(105.85, 21.4715)
SUBSCRIPTION = {"endpoint": "https://push.example/abc", "keys": {"p256dh": "k", "auth": "a"}}


def public(category: Category, cast: SimpleNamespace, **more: Any) -> Report:
    """Sent and taken up, so that everybody may see it."""
    report = moves.accept(report=send(category, **more), actor=cast.owner)
    report.refresh_from_db()
    assert report.is_public
    return report


def found(category: Category) -> list[Report]:
    return [one.report for one in near(place=HERE, category=category, now=timezone.now())]


def test_near_the_same_kind_and_recent(cast: SimpleNamespace, category: Category) -> None:
    close = public(category, cast, place=FIFTY_METRES_NORTH)
    public(category, cast, place=FAR)
    other = Category.objects.create(code="cay", title="Cây đổ", owner=cast.department)
    public(other, cast, place=HERE)
    send(category)  # not public yet
    assert found(category) == [close]
    assert near(place=HERE, category=category, now=timezone.now())[0].metres in range(45, 56)


def test_beside_it_under_the_same_heading_counts_as_the_same(
    cast: SimpleNamespace, category: Category
) -> None:
    heading = Category.objects.create(code="nuoc-sach", title="Nước", owner=cast.department)
    beside = Category.objects.create(code="ngap", title="Ngập", owner=cast.department, parent=heading)
    Category.objects.filter(pk=category.pk).update(parent=heading)
    category.refresh_from_db()
    report = public(beside, cast)
    assert found(category) == [report]


def test_ended_long_ago_or_withdrawn_is_not_shown(cast: SimpleNamespace, category: Category) -> None:
    report = public(category, cast)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    assert found(category) == [report]
    Report.objects.update(ended_at=timezone.now() - timedelta(days=15))
    assert found(category) == []
    Report.objects.update(ended_at=timezone.now(), hidden=True)
    assert found(category) == []
    Report.objects.update(hidden=False, held=True)
    assert found(category) == []


def test_the_part_shows_only_blurred_photos(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = public(category, cast, photos=[read_photo(picture())])
    photo = Photo.objects.get()
    query: dict[str, Any] = {"lon": "105.85", "lat": "21.47", "category": category.pk}
    page = client.get(reverse("citizen_reports:near"), query).content.decode()
    assert str(photo.key) not in page
    assert report.code not in page
    blurred = reverse("citizen_reports:blurred_photo", args=[photo.key, "small"])
    assert client.get(blurred).status_code == 404
    photo.blurred_at = timezone.now()
    photo.public_file.save("b.jpg", ContentFile(b"\xff\xd8blurred"), save=False)
    photo.public_thumbnail.save("s.jpg", ContentFile(b"\xff\xd8small"), save=True)
    assert str(photo.key) in client.get(reverse("citizen_reports:near"), query).content.decode()
    assert b"".join(client.get(blurred).streaming_content) == b"\xff\xd8small"  # type: ignore[attr-defined]
    Report.objects.update(hidden=True)
    assert client.get(blurred).status_code == 404


def test_near_refuses_nonsense(client: Client, category: Category) -> None:
    wrong: tuple[dict[str, str], ...] = ({"lon": "0", "lat": "0"}, {"lon": "x", "lat": "1"}, {})
    for query in wrong:
        assert client.get(reverse("citizen_reports:near"), query).status_code == 422
    query = {"lon": "105.85", "lat": "21.47", "category": "99999"}
    assert client.get(reverse("citizen_reports:near"), query).status_code == 404


def test_me_too_follows_once_and_makes_no_report(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = public(category, cast)
    url = reverse("citizen_reports:me_too", args=[report.pk])
    first = client.post(url, headers={"Accept": "application/json"})
    second = client.post(url, headers={"Accept": "application/json"})
    assert first.status_code == 201
    assert first.json() == second.json()
    assert Report.objects.count() == Follower.objects.count() == 1
    page = client.get(first.json()["url"]).content.decode()
    assert report.code not in page  # the code is its sender's key
    assert near(place=HERE, category=category, now=timezone.now())[0].too == 1
    assert Client().post(url).status_code == 302
    assert Follower.objects.count() == 2


def test_me_too_needs_a_public_report(client: Client, category: Category) -> None:
    report = send(category)
    assert client.post(reverse("citizen_reports:me_too", args=[report.pk])).status_code == 404


def test_a_report_that_is_withdrawn_is_not_told_to_followers(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = public(category, cast)
    follower = following.follow(report=report, device="phone", me_too=True)
    Report.objects.update(hidden=True, answer="bí mật")
    page = client.get(reverse("citizen_reports:following", args=[follower.token])).content.decode()
    assert "bí mật" not in page


def test_ways_to_hear_are_chosen_and_ended(client: Client, category: Category) -> None:
    report = send(category)
    start = reverse("citizen_reports:follow_start", args=[report.code])
    client.post(start, {"email": "dan@example.vn"})
    follower = Follower.objects.get()
    assert (follower.email, follower.me_too) == ("dan@example.vn", False)
    push = client.post(start, headers={"Accept": "application/json"}).json()["push"]
    body = json.dumps(SUBSCRIPTION | {"expirationTime": None})
    assert client.post(push, body, content_type="application/json").status_code == 201
    follower.refresh_from_db()
    assert json.loads(follower.push) == SUBSCRIPTION
    assert client.post(push, "null", content_type="application/json").status_code == 201
    follower.refresh_from_db()
    assert (follower.push, follower.email) == ("", "dan@example.vn")
    client.post(reverse("citizen_reports:follower_email", args=[follower.token]), {"email": "nonsense"})
    follower.refresh_from_db()
    assert follower.email == "dan@example.vn"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"endpoint": "http://push.example/a", "keys": SUBSCRIPTION["keys"]},
        {"endpoint": "https://push.example/a"},
        {"endpoint": "https://push.example/" + "a" * 600, "keys": SUBSCRIPTION["keys"]},
    ],
)
def test_a_subscription_that_no_push_service_gave_is_refused(category: Category, given: Any) -> None:
    follower = following.follow(report=send(category), device="phone")
    with pytest.raises(BadInput):
        following.tell_by_push(follower=follower, given=given)


def test_an_unknown_token_opens_nothing(client: Client, category: Category) -> None:
    token = uuid.uuid4()
    assert client.get(reverse("citizen_reports:following", args=[token])).status_code == 404
    for name in ("follower_email", "follower_push", "follower_stop"):
        assert client.post(reverse(f"citizen_reports:{name}", args=[token])).status_code == 404


def letters() -> dict[str, tuple[str, str]]:
    """Address → title and link of the last letter."""
    return {row.address: (row.title, row.url) for row in Delivery.objects.order_by("pk")}


def test_a_code_is_told_to_its_sender_alone(cast: SimpleNamespace, category: Category) -> None:
    report = public(category, cast, contact=sending.Contact(email="dan@example.vn", device="phone"))
    other = following.follow(report=report, device="other", me_too=True)
    following.tell_by_email(follower=other, email="hangxom@example.vn")
    moves.ask(report=report, actor=cast.owner, text="Số nhà mấy?")
    assert "hangxom@example.vn" not in letters()  # the question is the sender's
    moves.reply(report=report, text="Số 5")
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    title, link = letters()["hangxom@example.vn"]
    assert report.code not in title + link
    assert str(other.token) in link
    assert report.code in letters()["dan@example.vn"][1]


def test_the_sender_ends_the_letters_by_the_following(cast: SimpleNamespace, category: Category) -> None:
    report = public(category, cast, contact=sending.Contact(email="dan@example.vn", device="phone"))
    assert letters()
    follower = following.follow(report=report, device="phone")
    assert follower.email == "dan@example.vn"
    link = reverse("citizen_reports:follow", args=[report.code]) + f"?by={follower.token}"
    stop = reverse("citizen_reports:follower_stop", args=[follower.token])
    assert stop in Client().get(link).content.decode()  # on any device, without an account
    assert stop not in Client().get(link[:-1] + "x").content.decode()
    assert following.follow(report=report, device="another phone").email == ""
    following.stop(follower=follower)
    Delivery.objects.all().delete()
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    assert letters() == {}


def test_whose_report_was_joined_hears_of_the_other_without_its_code(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    first = public(category, cast)
    second = public(category, cast, contact=sending.Contact(email="dan@example.vn", device="phone"))
    joining.merge(report=second, actor=cast.owner, into=first)
    moves.answer(report=first, actor=cast.owner, text="Đã sửa xong")
    title, link = letters()["dan@example.vn"]
    assert second.code in title + link
    page = client.get(link).content.decode()
    assert "Đã sửa xong" in page
    assert first.code not in page + title + link
