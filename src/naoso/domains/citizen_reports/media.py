"""Files that machines send with a report: photos and one short film, told apart by their content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from naoso.connectors.photo import read_photo
from naoso.connectors.video import read_video
from naoso.domains.citizen_reports.forms.citizen import Pictures, is_film
from naoso.domains.citizen_reports.rules.words import MOST_PHOTOS
from naoso.kernel.errors import BadInput


def read_media(files: Sequence[UploadedFile[Any]], *, field: str) -> Pictures:
    """Drawn and written anew. Raises BadInput naming the field and the rule."""
    films = [file for file in files if is_film(file)]
    photos = [file for file in files if file not in films]
    if len(photos) > MOST_PHOTOS:
        raise BadInput.of(field, len(photos), "count", f"at most {MOST_PHOTOS} photos")
    if len(films) > 1:
        raise BadInput.of(field, len(films), "count", "at most one video")
    return Pictures(
        [read_photo(bytes(file.read()), field=field) for file in photos],
        read_video(bytes(films[0].read()), field=field) if films else None,
    )
