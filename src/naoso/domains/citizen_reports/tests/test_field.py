"""The officer on the street: each deed once, in scope, and no conflict with oneself."""

from __future__ import annotations

import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from naoso.connectors.photo import read_photo
from naoso.connectors.photo.tests.test_photo import picture
from naoso.core.notify.models import Notification
from naoso.domains.citizen_reports.models import Category, Entry, FieldPost, Photo, Report, Shows
from naoso.domains.citizen_reports.pages import phone
from naoso.domains.citizen_reports.services import field, moves, sending
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.ui.phone import WORKER

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
BUDGET = 10
DONE = "Đã thay đoạn ống vỡ."


@pytest.fixture
def task(cast: SimpleNamespace, category: Category) -> Report:
    """A report that the owner has taken."""
    return moves.accept(report=send(category), actor=cast.owner)


def test_photos_arrive_once_under_their_key(cast: SimpleNamespace, task: Report) -> None:
    key = uuid.uuid4()
    values: dict[str, Any] = {"report": task, "actor": cast.owner, "shows": Shows.BEFORE, "key": key}
    first = field.add_photos(photos=[read_photo(picture())], **values)
    again = field.add_photos(photos=[read_photo(picture())], **values)
    assert first.pk == again.pk
    assert [photo.shows for photo in Photo.objects.filter(report=task)] == ["before"]
    assert Entry.objects.filter(report=task, public=False, kind="note").count() == 1


def test_an_officers_own_deeds_from_one_screen_are_no_conflict(cast: SimpleNamespace, task: Report) -> None:
    seen, photos = task.version, [read_photo(picture())]
    common: dict[str, Any] = {"report": task, "actor": cast.owner}
    field.add_photos(photos=photos, shows=Shows.BEFORE, key=uuid.uuid4(), **common)
    post = field.finish(text=DONE, photos=photos, key=uuid.uuid4(), public=True, seen=seen, **common)
    task.refresh_from_db()
    assert (task.state, task.answer, post.version) == ("answered", DONE, task.version)
    shows = Photo.objects.filter(report=task).values_list("shows", flat=True)
    assert list(shows) == ["before", "after"]


def test_what_somebody_else_did_meanwhile_is_named(cast: SimpleNamespace, task: Report) -> None:
    seen = task.version
    moves.note(report=task, actor=cast.chief, text="Đừng đào, có cáp điện")
    values: dict[str, Any] = {"report": task, "actor": cast.owner, "key": uuid.uuid4()}
    with pytest.raises(Conflict, match="cáp điện"):
        field.finish(text=DONE, photos=[read_photo(picture())], public=True, seen=seen, **values)
    assert not FieldPost.objects.exists()
    assert not Photo.objects.exists()
    field.finish(text=DONE, photos=[], public=True, **values)  # read, and sent all the same
    task.refresh_from_db()
    assert task.state == "answered"


def test_word_to_the_desk_is_internal_and_colleagues_hear(cast: SimpleNamespace, task: Report) -> None:
    field.finish(
        report=task,
        actor=cast.owner,
        text=DONE,
        photos=[read_photo(picture())],
        key=uuid.uuid4(),
        public=False,
    )
    task.refresh_from_db()
    assert task.state == "accepted"
    assert not Entry.objects.get(report=task, text=DONE).public
    told = Notification.objects.filter(body=DONE).values_list("account__username", flat=True)
    assert set(told) == {"chief"}


def test_taking_what_is_new_and_what_was_accepted(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    field.take(report=report, actor=cast.owner, key=uuid.uuid4(), seen=report.version)
    report.refresh_from_db()
    assert (report.state, report.handler) == ("accepted", cast.owner)
    Report.objects.filter(pk=report.pk).update(handler=None)
    field.take(report=report, actor=cast.chief, key=uuid.uuid4())
    report.refresh_from_db()
    assert (report.state, report.handler) == ("accepted", cast.chief)


def test_nothing_outside_ones_scope(cast: SimpleNamespace, task: Report) -> None:
    for who in (cast.stranger, cast.colleague, cast.nobody):
        with pytest.raises(NotAllowed):
            field.take(report=task, actor=who, key=uuid.uuid4())
    key = uuid.uuid4()
    field.take(report=task, actor=cast.owner, key=key)
    with pytest.raises(BadInput):
        field.take(report=task, actor=cast.chief, key=key)


@pytest.mark.parametrize(
    ("who", "lists", "task_status"),
    [("owner", 200, 200), ("chief", 200, 200), ("stranger", 200, 404), ("nobody", 403, 403)],
)
def test_the_pages_show_what_is_in_scope(
    client: Client, cast: SimpleNamespace, task: Report, who: str, lists: int, task_status: int
) -> None:
    actor = getattr(cast, who)
    client.force_login(actor)
    page = client.get(reverse("citizen_reports:field"))
    assert page.status_code == lists
    assert (f"/reports/field/{task.pk}/" in page.content.decode()) == (who == "owner")
    one = client.get(reverse("citizen_reports:field_task", args=[task.pk]))
    assert one.status_code == task_status
    if task_status == 200:
        assert one["X-Naoso-Account"] == str(actor.pk)
        assert "no-store" in one["Cache-Control"]


def test_untaken_ones_are_those_of_ones_own_body(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report, held = send(category), send(category)
    Report.objects.filter(pk=held.pk).update(held=True)
    for who, shown in ((cast.owner, True), (cast.stranger, False), (cast.chief, False)):
        client.force_login(who)
        page = client.get(reverse("citizen_reports:field"), {"who": "nobody"}).content.decode()
        assert (f"/reports/field/{report.pk}/" in page) == shown
        assert f"/reports/field/{held.pk}/" not in page


def test_the_task_names_nobody_who_reported(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = send(category, contact=sending.Contact(name="Người dân", email="dan@example.vn"))
    client.force_login(cast.owner)
    page = client.get(reverse("citizen_reports:field_task", args=[report.pk])).content.decode()
    assert "dan@example.vn" not in page
    assert "Người dân" not in page
    assert 'href="geo:21.470000,105.850000?q=' in page


def deed(actor: Any, /, **more: Any) -> dict[str, Any]:
    return {"account": actor.pk, "key": str(uuid.uuid4()), "deed": "answer", "text": DONE} | more


def test_the_phone_is_told_what_became_of_it(client: Client, cast: SimpleNamespace, task: Report) -> None:
    client.force_login(cast.owner)
    url = reverse("citizen_reports:field_send", args=[task.pk])
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    data = deed(cast.owner, seen=task.version, photos=[photo])
    answer = client.post(url, data)
    assert (answer.status_code, answer.json()["state"]) == (200, "answered")
    Report.objects.filter(pk=task.pk).update(owner=cast.agency)  # out of sight; the reply was lost
    client.force_login(cast.owner)
    assert client.post(url, {"account": cast.owner.pk, "key": data["key"]}).json()["state"] == "answered"
    assert Photo.objects.filter(report=task).count() == 1
    gone = client.post(url, deed(cast.owner))
    assert (gone.status_code, gone.json()["errors"][0]["rule"]) == (422, "scope")


def test_refusals_of_the_phone(client: Client, cast: SimpleNamespace, task: Report) -> None:
    client.force_login(cast.owner)
    url = reverse("citizen_reports:field_send", args=[task.pk])
    assert client.post(url, deed(cast.chief)).status_code == 403  # left here by another account
    moves.note(report=task, actor=cast.chief, text="xem lại")
    refused = client.post(url, deed(cast.owner, seen=task.version))
    assert refused.status_code == 409
    assert "xem lại" in refused.json()["detail"]
    for more in ({"deed": "dance"}, {"key": "x"}, {"text": ""}, {"deed": "before"}):
        answer = client.post(url, deed(cast.owner, **more))
        assert answer.status_code == 422, more
        assert answer.json()["errors"]
    client.force_login(cast.stranger)
    assert client.post(url, deed(cast.stranger)).status_code == 422
    assert not FieldPost.objects.exists()


def test_list_and_task_keep_their_budget(
    client: Client,
    cast: SimpleNamespace,
    category: Category,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = [moves.accept(report=send(category), actor=cast.owner) for _each in range(8)]
    client.force_login(cast.owner)
    client.get(reverse("citizen_reports:field"))
    with django_assert_max_num_queries(BUDGET):
        page = client.get(reverse("citizen_reports:field")).content.decode()
    assert page.count('class="field-task"') == 8
    with django_assert_max_num_queries(BUDGET):
        client.get(reverse("citizen_reports:field_task", args=[rows[0].pk]))


@pytest.mark.skipif(not (phone.DIST / WORKER).exists(), reason="the front end is not built")
def test_the_worker_holds_nobodys_data(client: Client) -> None:
    answer = client.get(reverse("citizen_reports:field_worker"))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-cache"
    head = answer.content.decode().partition("\n")[0]
    assert not re.search(r"field/\d", head)
    assert "/i18n/words.js?vi" in head
