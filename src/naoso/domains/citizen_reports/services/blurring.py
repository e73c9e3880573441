"""Cover faces and plates before anybody but the officers sees a photo. Loads detectors: workers only."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from naoso.connectors.anonymise import Box, blurred, find_private
from naoso.connectors.photo import THUMB_SIDE, encoded
from naoso.domains.citizen_reports.models import EntryKind, Photo
from naoso.domains.citizen_reports.services.changes import write

SMALL_QUALITY = 75
SAME_WITHIN = dt.timedelta(days=30)
SAME_BITS = 6


def blur_next() -> bool:
    """One photo that nobody has covered yet; false where none waits. Several workers never take the same."""
    with transaction.atomic():
        waiting = Photo.objects.select_for_update(skip_locked=True, of=("self",)).select_related("report")
        photo = waiting.filter(blurred_at__isnull=True).order_by("id").first()
        if photo is None:
            return False
        photo.like_id = sent_before(photo)
        try:
            original = stored(photo)
            boxes = [as_json(box) for box in find_private(original)]
            draw(photo, original, boxes)
        except Exception as error:  # noqa: BLE001 - whatever a hostile file does, the next one has its turn
            give_up(photo, error)
        photo.blurred_at = timezone.now()
        photo.save()
    return True


def draw(photo: Photo, original: bytes, boxes: list[dict[str, Any]]) -> None:
    """The public picture and its thumbnail, anew from the original; not saved here.

    The name changes each time, and the old files go once the change is certain.
    """
    public = blurred(original, [as_box(one) for one in boxes])
    with Image.open(io.BytesIO(public)) as opened:
        small = opened.convert("RGB")
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    old = [str(file.name) for file in (photo.public_file, photo.public_thumbnail) if file]
    name = uuid.uuid4()
    photo.boxes = boxes
    photo.public_file.save(f"{name}.jpg", ContentFile(public), save=False)
    photo.public_thumbnail.save(f"{name}-small.jpg", ContentFile(encoded(small, SMALL_QUALITY)), save=False)
    transaction.on_commit(lambda: drop(old))


def drop(names: list[str]) -> None:
    """Files that no row names any more."""
    for name in names:
        default_storage.delete(name)


def give_up(photo: Photo, error: Exception) -> None:
    """A photo that cannot be read is never public; the officers are told in its report."""
    photo.hidden = True
    photo.public_file, photo.public_thumbnail = "", ""
    words = {"number": photo.pk, "why": type(error).__name__}
    text = _("Photo %(number)s could not be covered (%(why)s): it stays withdrawn from the public.") % words
    write(photo.report, text, kind=EntryKind.MODERATED, public=False)


def stored(photo: Photo) -> bytes:
    """The original."""
    with photo.file.open("rb") as file:
        return bytes(file.read())


def as_json(box: Box) -> dict[str, Any]:
    """As it stands in the row."""
    return {"x": box.left, "y": box.top, "w": box.width, "h": box.height, "kind": box.kind}


def as_box(found: dict[str, Any]) -> Box:
    """As the drawing takes it."""
    return Box(found["x"], found["y"], found["w"], found["h"], found["kind"])


def sent_before(photo: Photo) -> int | None:
    """The latest photo of another report that is the same to the eye, sent in the last thirty days."""
    if photo.fingerprint is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.id FROM citizen_reports_photo p JOIN citizen_reports_report r ON r.id = p.report_id
               WHERE r.created_at >= %s AND p.report_id <> %s AND p.id < %s AND p.shows = 'problem'
                 AND bit_count((p.fingerprint # %s)::bit(64)) <= %s
               ORDER BY p.id DESC LIMIT 1""",
            [photo.report.created_at - SAME_WITHIN, photo.report_id, photo.pk, photo.fingerprint, SAME_BITS],
        )
        row = cursor.fetchone()
    return row[0] if row else None
