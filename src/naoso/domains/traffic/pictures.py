"""Pictures of passages: kept by day, so that a day goes whole; what a hit or a case needs is copied."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from naoso.connectors.photo import read_photo
from naoso.domains.traffic.rules import PICTURES

KEPT = "traffic-kept"


def folder_of(day: dt.date) -> str:
    """Where pictures of a day's passages lie, those of our own reader too."""
    return f"{PICTURES}{day:%Y-%m-%d}"


def keep(data: bytes, day: dt.date, *, field: str) -> str:
    """A picture that came in a message, drawn anew; the same one again is the same file. Raises BadInput."""
    if not data:
        return ""
    jpeg = read_photo(data, field=field).jpeg
    name = f"{folder_of(day)}/{hashlib.sha256(data).hexdigest()[:32]}.jpg"
    return name if default_storage.exists(name) else str(default_storage.save(name, ContentFile(jpeg)))


def keep_for_good(name: str) -> str:
    """A copy that outlives the day; empty where the file is gone."""
    if not name or name.startswith(KEPT):
        return name
    kept = f"{KEPT}/{name.removeprefix(PICTURES)}"
    if default_storage.exists(kept):
        return kept
    with suppress(OSError), default_storage.open(name) as found:
        return str(default_storage.save(kept, ContentFile(found.read())))
    return ""


def forget(names: Iterable[str]) -> None:
    """Files of their own rows, which are gone."""
    for name in names:
        default_storage.delete(name)


def drop_before(day: dt.date) -> int:
    """Removes the folders of days before that one; returns how many."""
    root = Path(default_storage.path(PICTURES))
    gone = 0
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        with suppress(ValueError):
            if dt.date.fromisoformat(folder.name) < day:
                shutil.rmtree(folder)
                gone += 1
    return gone
