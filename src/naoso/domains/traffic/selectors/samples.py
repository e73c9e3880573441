"""Labelled samples as a folder: pictures with `ground_truth.csv`, as `naoso bench plates` takes one."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from contextlib import suppress
from typing import IO

from django.core.files.storage import default_storage

from naoso.core.people.scope import User
from naoso.domains.traffic.models import Sample

MOST = 1000
IN_MEMORY = 8 * 1_048_576  # bytes; beyond it a temporary file


def packed(user: User) -> tuple[IO[bytes], int]:
    """The newest samples in scope whose pictures are there, and how many they are."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    lines = io.StringIO()
    truth = csv.writer(lines)
    truth.writerow(["file", "plates", "note"])
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for sample in Sample.objects.visible_to(user).exclude(picture="")[:MOST]:
            with suppress(OSError), default_storage.open(sample.picture) as picture:
                archive.writestr(f"{sample.pk}.jpg", picture.read())
                truth.writerow([f"{sample.pk}.jpg", sample.text, f"read as {sample.was}"])
                count += 1
        archive.writestr("ground_truth.csv", lines.getvalue())
    file.seek(0)
    return file, count
