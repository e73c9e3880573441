"""The file of an import: kept, fetched from an address, found again as a plain file, looked into."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from naoso.connectors import datasets
from naoso.connectors.datasets import Description, Row
from naoso.connectors.outbound import guard
from naoso.core.objects.importing_models import ImportRun
from naoso.kernel.errors import BadInput

FOLDER = "objects/imports"
TIMEOUT_S = 30.0
CHUNK = 1 << 20


def keep(run: ImportRun, source: IO[bytes], name: str) -> None:
    """Into the storage, in pieces, with its digest; raises BadInput where it is too large."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while block := source.read(CHUNK):
        size += len(block)
        if size > datasets.LIMITS.file_bytes:
            raise BadInput.of("file", name, "size", _("The file is too large: at most 2 GiB are taken."))
        digest.update(block)
    source.seek(0)
    plain = get_valid_filename(Path(name).name[-100:]) if Path(name).name.strip(". ") else "file"
    run.file = default_storage.save(f"{FOLDER}/{secrets.token_hex(8)}/{plain}", File(source))
    run.sha256, run.size = digest.hexdigest(), size


def on_disk(name: str) -> Path | None:
    """Where a storage of local files has it."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


@contextmanager
def opened(run: ImportRun) -> Iterator[Path]:
    """The file on this machine's disk, for as long as the block lasts."""
    if path := on_disk(run.file):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="naoso-import-") as folder:
        copy = Path(folder) / Path(run.file).name
        with default_storage.open(run.file, "rb") as source, copy.open("wb") as sink:
            shutil.copyfileobj(source, sink)
        yield copy


def describe(run: ImportRun) -> Description:
    """What the file or the address holds; raises BadInput."""
    if run.address and not run.file:
        with fetching() as fetch:
            return datasets.describe_address(run.address, fetch, layer=run.layer, encoding=run.encoding)
    with opened(run) as path:
        return datasets.describe(path, layer=run.layer, encoding=run.encoding)


@contextmanager
def fetching() -> Iterator[datasets.Fetcher]:
    """A way to public addresses alone, and to the networks that the settings allow."""
    with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as client:
        yield datasets.fetcher(client)


def look(run: ImportRun) -> None:
    """Takes over what the file says of itself; a coordinate system that a person chose stays."""
    found = describe(run)
    run.format, run.layers, run.total = found.format, list(found.layers), found.rows
    run.layer = run.layer or (found.layers[0] if found.layers else "")
    run.geometry, run.encoding_found = found.geometry, found.encoding
    run.notes = list(found.warnings)
    run.columns = [asdict(column) for column in found.columns]
    if found.crs and (not run.crs or run.crs == run.crs_found):
        run.crs = found.crs
    run.crs_found = found.crs


def fetch(run: ImportRun) -> None:
    """An address's features become the run's file, so that what was checked can be read again."""
    with fetching() as get, tempfile.TemporaryDirectory(prefix="naoso-import-") as folder:
        rows = datasets.rows_of_address(run.address, get, layer=run.layer, encoding=run.encoding)
        columns = [datasets.Column(**{**column, "samples": ()}) for column in run.columns]
        path = Path(folder) / "features.geojson"
        datasets.write(rows, columns, path, "geojson")
        with path.open("rb") as file:
            keep(run, file, path.name)
    run.save(update_fields=["file", "sha256", "size"])


def rows_of(run: ImportRun, path: Path, after: int = 0) -> Iterator[Row]:
    """The rows behind the first `after`."""
    if run.address:
        return datasets.rows(path, after=after)
    return datasets.rows(path, layer=run.layer, encoding=run.encoding, after=after)


def forget(*names: str) -> None:
    """Files go; one that is gone already is no error."""
    for name in filter(None, names):
        with suppress(OSError):
            default_storage.delete(name)
