"""A short film beside the photos, played in parts to whoever may see it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from naoso.connectors.photo.tests.test_photo import picture
from naoso.connectors.video.tests.test_video import HIDDEN, clip
from naoso.domains.citizen_reports.models import Category, Photo, Report
from naoso.domains.citizen_reports.tests.test_pages import _no_limits_left_over, fields
from naoso.domains.citizen_reports.tests.test_services import _files, category

pytestmark = pytest.mark.django_db
__all__ = ["_files", "_no_limits_left_over", "category"]
SEND = "/reports/send/"


def film(seconds: float = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.jpg", clip(seconds=seconds), "image/jpeg")  # its name and type lie


def test_a_film_and_photos_go_together(client: Client, category: Category) -> None:
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert client.post(SEND, fields(category, text="", photos=[photo, film()])).status_code == 201
    still, moving = Report.objects.get().photos.order_by("video")
    assert (bool(still.video), bool(moving.video)) == (False, True)
    stored = moving.video.read()
    moving.video.close()
    assert not any(words in stored for words in HIDDEN)


def test_two_films_or_a_long_one_are_refused(client: Client, category: Category) -> None:
    answer = client.post(SEND, fields(category, photos=[film(), film()]))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "photos")
    broken = SimpleUploadedFile("a.mp4", clip(seconds=1)[:600], "video/mp4")
    assert client.post(SEND, fields(category, photos=[broken])).status_code == 422
    assert not Report.objects.exists()


def test_it_plays_in_parts_for_the_code_and_for_officers_in_scope(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    code = client.post(SEND, fields(category, photos=[film()])).json()["code"]
    photo = Photo.objects.get()
    size = photo.video.size
    own = reverse("citizen_reports:citizen_video", args=[code, photo.key])
    part = client.get(own, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert part["Content-Range"] == f"bytes 0-99/{size}"
    assert client.get(own, headers={"Range": "bytes=-50"})["Content-Range"].startswith(f"bytes {size - 50}-")
    assert client.get(own, headers={"Range": f"bytes={size}-"}).status_code == 416
    assert len(b"".join(client.get(own).streaming_content)) == size  # type: ignore[attr-defined]
    other = reverse("citizen_reports:citizen_video", args=["ZZZZ-ZZZZ", photo.key])
    assert client.get(other).status_code == 404
    for who, status in (("owner", 206), ("colleague", 404), ("stranger", 404)):
        client.force_login(getattr(cast, who))
        url = reverse("citizen_reports:video", args=[photo.key])
        assert client.get(url, headers={"Range": "bytes=0-9"}).status_code == status, who
