"""Moderators: what they cover, withdraw, block and release, each with its way back and its line."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.photo import read_photo
from naoso.core.people.models import AuditEntry
from naoso.domains.citizen_reports.models import Block, BlockedWord, BlockKind, Category, Photo, Report
from naoso.domains.citizen_reports.services import blocking, blurring, moves
from naoso.domains.citizen_reports.services.sending import Contact
from naoso.domains.citizen_reports.tests.test_blurring import _found, public_bytes, striped
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db
__all__ = ["_files", "_found", "category"]
SENDER = Contact(email="ai@example.vn", phone="+84912345678", device="d1")


@pytest.fixture
def report(cast: SimpleNamespace, category: Category) -> Report:
    cache.clear()
    sent = send(category, contact=SENDER, photos=[read_photo(striped())], text="Gọi 0912 345 678")
    moves.accept(report=sent, actor=cast.owner)
    assert blurring.blur_next()
    sent.refresh_from_db()
    return sent


def do(client: Client, what: str, pk: int, action: str, **values: object) -> None:
    answer = client.post(reverse(f"citizen_reports:moderation_{what}_do", args=[pk, action]), values)
    assert answer.status_code == 302


def test_the_queue_shows_public_photos_once(client: Client, cast: SimpleNamespace, report: Report) -> None:
    client.force_login(cast.owner)
    photo = Photo.objects.get()
    page = client.get(reverse("citizen_reports:moderation"))
    assert [row.pk for row in page.context["rows"]] == [photo.pk]
    covered = client.get(reverse("citizen_reports:covered_photo", args=[photo.key]))
    assert b"".join(covered.streaming_content) == public_bytes(photo)  # type: ignore[attr-defined]
    do(client, "photo", photo.pk, "check")
    assert client.get(reverse("citizen_reports:moderation")).context["rows"] == []


def test_a_stranger_sees_and_moves_nothing(client: Client, cast: SimpleNamespace, report: Report) -> None:
    photo = Photo.objects.get()
    client.force_login(cast.stranger)
    assert client.get(reverse("citizen_reports:moderation")).context["rows"] == []
    for url in (
        reverse("citizen_reports:moderation_photo", args=[photo.pk]),
        reverse("citizen_reports:moderation_report", args=[report.pk]),
        reverse("citizen_reports:covered_photo", args=[photo.key]),
    ):
        assert client.get(url).status_code == 404
    url = reverse("citizen_reports:moderation_photo_do", args=[photo.pk, "withdraw"])
    assert client.post(url, {"reason": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        blocking.block(report=report, actor=cast.stranger, kind=BlockKind.DEVICE, reason="x")


def test_more_is_covered_and_taken_back(client: Client, cast: SimpleNamespace, report: Report) -> None:
    client.force_login(cast.owner)
    photo = Photo.objects.get()
    before = public_bytes(photo)
    do(client, "photo", photo.pk, "blank", boxes=json.dumps([{"x": 100, "y": 90, "w": 80, "h": 80}]))
    photo.refresh_from_db()
    assert [one["kind"] for one in photo.boxes] == ["face", "chosen"]
    after = public_bytes(photo)
    assert after is not None
    assert after != before
    do(client, "photo", photo.pk, "uncover")
    photo.refresh_from_db()
    assert [one["kind"] for one in photo.boxes] == ["face"]
    assert public_bytes(photo) == before


@pytest.mark.parametrize(
    "boxes", ["", "x", "{}", "[]", '[{"x": 1}]', '[{"x":9999,"y":0,"w":5,"h":5}]', "[1e400]"]
)
def test_boxes_that_make_no_sense_change_nothing(
    client: Client, cast: SimpleNamespace, report: Report, boxes: str
) -> None:
    client.force_login(cast.owner)
    photo = Photo.objects.get()
    do(client, "photo", photo.pk, "blank", boxes=boxes)
    assert Photo.objects.get().boxes == photo.boxes


def test_a_photo_is_withdrawn_with_a_reason_and_restored(
    client: Client, cast: SimpleNamespace, report: Report
) -> None:
    client.force_login(cast.owner)
    photo = Photo.objects.get()
    do(client, "photo", photo.pk, "withdraw")
    assert public_bytes(photo)
    do(client, "photo", photo.pk, "withdraw", reason="Trẻ em")
    assert public_bytes(photo) is None
    assert report.entries.filter(kind="moderated", public=False, text__contains="Trẻ em", actor=cast.owner)
    page = client.get(reverse("citizen_reports:moderation_withdrawn"))
    assert [row.pk for row in page.context["photos"]] == [photo.pk]
    do(client, "photo", photo.pk, "restore")
    assert public_bytes(photo)


def test_the_public_text_is_edited_withdrawn_and_reset(
    client: Client, cast: SimpleNamespace, report: Report
) -> None:
    client.force_login(cast.owner)
    public = reverse("citizen_reports:public_one", args=[report.pk])
    do(client, "report", report.pk, "text", text="Nước tràn ra đường")
    assert "Nước tràn ra đường" in client.get(public).content.decode()
    do(client, "report", report.pk, "text", text="")
    page = client.get(reverse("citizen_reports:moderation_withdrawn"))
    assert [row.pk for row in page.context["reports"]] == [report.pk]
    do(client, "report", report.pk, "reset")
    assert "Gọi •••" in client.get(public).content.decode()
    do(client, "report", report.pk, "hide", reason="x")
    assert client.get(public).status_code == 404
    do(client, "report", report.pk, "show")
    assert client.get(public).status_code == 200


@pytest.mark.parametrize("kind", list(BlockKind))
def test_a_block_holds_back_until_it_is_lifted(
    client: Client, cast: SimpleNamespace, category: Category, report: Report, kind: BlockKind
) -> None:
    client.force_login(cast.owner)
    do(client, "report", report.pk, "block", **{"block-kind": kind.value, "block-reason": "Gửi bừa"})
    row = Block.objects.get()
    assert "0912" not in row.hint
    assert "example" not in row.hint
    again = {"contact": SENDER, "photos": [read_photo(striped())]}
    assert send(category, **again).held_reason == "bị chặn: Gửi bừa"
    client.post(reverse("citizen_reports:moderation_lift", args=[row.pk]))
    assert not send(category, **again).held
    assert AuditEntry.objects.filter(table="citizen_reports_block", action="update").exists()


def test_a_block_ends_by_itself_and_never_lies_in_the_past(
    cast: SimpleNamespace, category: Category, report: Report
) -> None:
    now = timezone.now()
    with pytest.raises(BadInput):
        blocking.block(report=report, actor=cast.owner, kind=BlockKind.EMAIL, reason="x", until=now)
    until = now + dt.timedelta(days=1)
    blocking.block(report=report, actor=cast.owner, kind=BlockKind.EMAIL, reason="x", until=until)
    assert send(category, contact=SENDER).held
    Block.objects.update(until=now)
    assert not send(category, contact=SENDER).held


def test_blocked_words_are_added_and_switched_off(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    client.force_login(cast.owner)
    url = reverse("citizen_reports:moderation_words")
    client.post(url, {"words": "  quảng   cáo "})
    client.post(url, {"words": " ... "})
    row = BlockedWord.objects.get()
    held = send(category, text="Xem QUANG CAO đây")
    assert held.held
    page = client.get(reverse("citizen_reports:moderation_held"))
    assert [one.pk for one in page.context["rows"]] == [held.pk]
    do(client, "report", held.pk, "release")
    assert client.get(reverse("citizen_reports:moderation_held")).context["rows"] == []
    client.post(reverse("citizen_reports:moderation_word_switch", args=[row.pk]), {"on": "0"})
    assert not send(category, text="quảng cáo").held


def test_the_panel_names_the_report_with_the_same_photo(
    client: Client, cast: SimpleNamespace, category: Category, report: Report
) -> None:
    other = send(category, photos=[read_photo(striped())])
    assert blurring.blur_next()
    client.force_login(cast.owner)
    page = client.get(reverse("citizen_reports:panel", args=[other.pk])).content.decode()
    assert reverse("citizen_reports:page", args=[report.pk]) in page
