"""Plans and papers of premises: told by their content, kept under names of our own."""

from __future__ import annotations

import secrets
from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from naoso.connectors.photo import Photo
from naoso.domains.fire.models import Premises, PremisesFile
from naoso.domains.fire.services.premises import Actor, changing
from naoso.kernel.errors import BadInput

FOLDER = "fire"
MOST = 60
MOST_PDF_BYTES = 20 * 1024 * 1024
TAIL = 2048


def read_paper(data: bytes) -> bytes:
    """A whole PDF, or BadInput with rule `size`, `type` or `broken`."""
    if len(data) > MOST_PDF_BYTES:
        raise BadInput.of("file", f"{len(data)} bytes", "size", _("A paper may have at most 20 MB."))
    if not data.startswith(b"%PDF-"):
        shown = data[:12].decode("latin-1", "replace")
        raise BadInput.of("file", shown, "type", _("The file is no PDF."))
    if b"%%EOF" not in data[-TAIL:]:
        raise BadInput.of("file", "", "broken", _("The PDF is incomplete."))
    return data


def add_plan(*, actor: Actor, premises: Premises, photo: Photo, title: str, floor: int = 1) -> PremisesFile:
    """A floor plan; pixels only, whatever was sent."""
    key = secrets.token_hex(16)
    with changing(actor, premises):
        room_left(premises)
        names = [
            keep(f"{key}{mark}.jpg", body) for mark, body in (("", photo.jpeg), ("-small", photo.thumbnail))
        ]
        return PremisesFile.objects.create(
            premises=premises, kind=PremisesFile.Kind.PLAN, key=key, file=names[0], small=names[1],
            title=title.strip()[:160], floor=floor, width=photo.width, height=photo.height,
            bytes=len(photo.jpeg), added_by=actor,
        )  # fmt: skip


def add_paper(*, actor: Actor, premises: Premises, data: bytes, title: str) -> PremisesFile:
    """A paper as PDF: it is only ever handed out for keeping, never shown inside a page."""
    body, key = read_paper(data), secrets.token_hex(16)
    with changing(actor, premises):
        room_left(premises)
        return PremisesFile.objects.create(
            premises=premises, kind=PremisesFile.Kind.PAPER, key=key, file=keep(f"{key}.pdf", body),
            title=title.strip()[:160], bytes=len(body), added_by=actor,
        )  # fmt: skip


def room_left(premises: Premises) -> None:
    """Raises BadInput where there are too many already."""
    if premises.files.count() >= MOST:
        raise BadInput.of("file", MOST, "count", _("Premises have at most 60 plans and papers."))


def keep(name: str, body: bytes) -> str:
    """Where it lies."""
    return default_storage.save(f"{FOLDER}/{name[:2]}/{name}", ContentFile(body))


def drop_file(*, actor: Actor, file: PremisesFile) -> None:
    """The row goes, and its files once that is certain."""
    names = [name for name in (file.file, file.small) if name]
    with changing(actor, file.premises):
        file.delete()

    def gone() -> None:
        for name in names:
            with suppress(OSError):
                default_storage.delete(name)

    transaction.on_commit(gone)
