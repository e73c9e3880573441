"""Photos of objects: drawn anew, kept, taken away."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.photo import Photo
from naoso.core.objects.models import CityObject, ObjectPhoto
from naoso.core.objects.services.editing import EDIT
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.kernel.errors import BadInput

MOST = 40
FOLDER = "objects"


def add_photos(
    *, actor: Account, row: CityObject, photos: Sequence[Photo], note: str = ""
) -> list[ObjectPhoto]:
    """Keeps photos of an object; each is pixels only, whatever was sent."""
    require(actor, EDIT, row)
    if row.photos.count() + len(photos) > MOST:
        raise BadInput.of("photos", str(len(photos)), "count", _("An object has at most 40 photos."))
    with recorded(actor):
        return [keep(actor, row, photo, note) for photo in photos]


def keep(actor: Account, row: CityObject, photo: Photo, note: str) -> ObjectPhoto:
    """One photo with its small form."""
    key = secrets.token_hex(16)
    names = [
        default_storage.save(f"{FOLDER}/{key[:2]}/{key}{mark}.jpg", ContentFile(body))
        for mark, body in (("", photo.jpeg), ("-small", photo.thumbnail))
    ]
    return ObjectPhoto.objects.create(
        object=row, key=key, file=names[0], small=names[1], note=note.strip()[:200], added_by=actor,
        taken_at=taken(photo.taken_at),
    )  # fmt: skip


def taken(at: dt.datetime | None) -> dt.datetime | None:
    """A camera tells local time without a zone."""
    return timezone.make_aware(at) if at else None


def drop_photo(*, actor: Account, photo: ObjectPhoto) -> None:
    """The row goes, and its files once that is certain."""
    require(actor, EDIT, photo.object)
    files = (photo.file, photo.small)
    with recorded(actor):
        photo.delete()

    def gone() -> None:
        for name in files:
            with suppress(OSError):
                default_storage.delete(name)

    transaction.on_commit(gone)
