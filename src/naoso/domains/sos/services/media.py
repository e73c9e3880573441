"""Photos and voice notes of a call: told by their content, written anew, kept under names of our own."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from naoso.connectors.audio import read_voice
from naoso.connectors.photo import read_photo
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.domains.sos.events import told as event_of
from naoso.domains.sos.models import Call, Media
from naoso.domains.sos.services.receiving import locked
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import uuid7

FOLDER = "sos"
MOST = 10
MARKS = ("", "-small")


def add_photo(*, call: Call, data: bytes) -> Media:
    """A picture without its metadata. Raises BadInput."""
    photo, digest = read_photo(data, field="photo"), digest_of(data)
    return _add(
        call, digest, Media(sort=Media.Sort.PHOTO, mime="image/jpeg"), (photo.jpeg, photo.thumbnail), ".jpg"
    )


def add_voice(*, call: Call, data: bytes) -> Media:
    """At most a minute. Raises BadInput."""
    voice, digest = read_voice(data, field="voice"), digest_of(data)
    row = Media(sort=Media.Sort.VOICE, mime="audio/mp4", seconds=voice.seconds)
    return _add(call, digest, row, (voice.mp4,), ".m4a")


def digest_of(data: bytes) -> str:
    """The same file again is the same row."""
    return hashlib.sha256(data).hexdigest()


def _add(call: Call, digest: str, media: Media, bodies: tuple[bytes, ...], suffix: str) -> Media:
    with recorded(None, "sos"):
        row = locked(call)
        known = row.media.filter(digest=digest).first()
        if known is not None:
            return known
        if row.wiped_at or row.media.count() >= MOST:
            raise BadInput.of(
                str(media.sort), row.media.count(), "count", _("This call takes no more files.")
            )
        media.call, media.digest, media.key = row, digest, uuid7()
        names = [_keep(f"{media.key}{mark}{suffix}", body) for mark, body in zip(MARKS, bodies, strict=False)]
        media.file, media.small = names[0], names[1] if len(names) > 1 else ""
        media.save()
        emit(event_of(row, "changed"))
    return media


def _keep(name: str, body: bytes) -> str:
    return str(default_storage.save(str(PurePath(FOLDER) / name), ContentFile(body)))


def drop_files(names: list[str]) -> None:
    """After the commit: a row without its file is worse than a file without its row."""

    def drop() -> None:
        for name in filter(None, names):
            with suppress(FileNotFoundError):
                default_storage.delete(name)

    transaction.on_commit(drop)
