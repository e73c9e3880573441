"""No photo is public before its faces and plates are covered; what cannot be read stays withdrawn."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from naoso.connectors.anonymise import Box
from naoso.connectors.photo import read_photo
from naoso.domains.citizen_reports.models import Category, Entry, Photo, Report
from naoso.domains.citizen_reports.services import blurring, moves
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A face in the corner of each photo, without the seconds that looking for one takes."""
    monkeypatch.setattr(blurring, "find_private", lambda _jpeg: [Box(4, 4, 30, 30, "face")])


def photographed(category: Category) -> Report:
    return send(category, photos=[read_photo(striped())])


def striped() -> bytes:
    """A picture of which a covered part can be told."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((320, 240)).save(out, "PNG")
    return out.getvalue()


def public_bytes(photo: Photo, size: str = "full") -> bytes | None:
    answer = Client().get(reverse("citizen_reports:blurred_photo", args=[photo.key, size]))
    return b"".join(answer.streaming_content) if answer.status_code == 200 else None  # type: ignore[attr-defined]


def test_nothing_is_public_before_it_is_covered(category: Category, cast: SimpleNamespace) -> None:
    report = photographed(category)
    moves.accept(report=report, actor=cast.owner)
    photo = Photo.objects.get()
    assert public_bytes(photo) is None
    assert blurring.blur_next()
    assert not blurring.blur_next()
    photo.refresh_from_db()
    shown = public_bytes(photo)
    assert shown is not None
    assert shown != blurring.stored(photo)
    assert public_bytes(photo, "small")
    assert photo.boxes == [{"x": 4, "y": 4, "w": 30, "h": 30, "kind": "face"}]
    Photo.objects.update(hidden=True)
    assert public_bytes(photo) is None


def test_a_report_that_is_not_public_shows_no_photo(category: Category) -> None:
    photographed(category)
    assert blurring.blur_next()
    assert public_bytes(Photo.objects.get()) is None


def test_a_broken_file_is_withdrawn_and_never_tried_again(category: Category) -> None:
    report = photographed(category)
    photo = Photo.objects.get()
    Path(photo.file.path).write_bytes(b"no picture")
    assert blurring.blur_next()
    assert not blurring.blur_next()
    photo.refresh_from_db()
    assert photo.hidden
    assert photo.blurred_at is not None
    assert not photo.public_file
    line = Entry.objects.get(report=report, kind="moderated")
    assert not line.public
    assert str(photo.pk) in line.text


def test_the_same_photo_in_another_report_is_told(category: Category) -> None:
    first, second = photographed(category), photographed(category)
    while blurring.blur_next():
        pass
    early, late = Photo.objects.order_by("id")
    assert (early.like_id, late.like_id) == (None, early.pk)
    assert {early.report_id, late.report_id} == {first.pk, second.pk}
