"""What a file really is, told by its content; and zips, unpacked within limits into a folder of their own."""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from naoso.connectors.datasets.types import GIB, MIB, Limits
from naoso.kernel.errors import BadInput

SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED_PARTS = (".shp", ".shx", ".dbf")
DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json", ".geojsonl", ".ndjson", ".gpkg")
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
EXPECTED = "CSV, XLSX, GeoJSON, GeoPackage or a zipped shapefile is expected"
JUDGED_FROM = 16 * MIB  # a ratio says little of a small file
CHUNK = 1024 * 1024
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A plain file and its format; `layers` of a shapefile are its zip's members by name."""

    path: Path
    format: str
    name: str
    layers: tuple[str, ...] = ()


@contextmanager
def found(path: Path, layer: str, limits: Limits) -> Iterator[Found]:
    """The file to read, unpacked where it was zipped; what was unpacked is gone afterwards."""
    checked(path, limits)
    kind = recognised(path)
    if kind == "zip":
        with tempfile.TemporaryDirectory(prefix="naoso-dataset-") as folder:
            yield unpacked(path, Path(folder), layer, limits)
        return
    if kind == "xlsx":
        judged(path, limits)
    if kind == "shp":
        complete(path)
    yield Found(path, kind, path.name)


def checked(path: Path, limits: Limits) -> None:
    """There is a file, it holds something, and it is not too large."""
    if not path.is_file():
        raise BadInput.of("file", path.name, "exists", "there is no such file")
    size = path.stat().st_size
    if size == 0:
        raise BadInput.of("file", path.name, "empty", "the file is empty")
    if size > limits.file_bytes:
        words = f"the file has {amount(size)}; at most {amount(limits.file_bytes)} are taken"
        raise BadInput.of("file", path.name, "size", words)


def amount(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / GIB:.1f} GiB" if size >= GIB else f"{size / MIB:.1f} MiB"


def recognised(path: Path) -> str:
    """csv, xlsx, geojson, gpkg, shp or zip; raises BadInput, with advice where the form is known."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx" if is_workbook(path) else "zip"
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a") and path.suffix.lower() == ".shp":
        return "shp"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput.of("file", path.name, "format", "this is an old Excel file; save it as .xlsx")
    if path.suffix.lower() in (".shx", ".dbf", ".prj", ".cpg"):
        raise BadInput.of("file", path.name, "format", "this is a part of a shapefile; zip all its parts")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x1e \t\r\n")
    if start.startswith(b"{"):
        return "geojson"
    if start.startswith((b"[", b"<", b"%PDF")) or not is_text(head):
        raise BadInput.of("file", path.name, "format", f"the file is none of ours: {EXPECTED}")
    return "csv"


def is_text(head: bytes) -> bool:
    """A table may hold a few odd bytes, not a tenth of them."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    odd = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 26))
    return len(head) < 64 or odd * 20 < len(head)


def is_workbook(path: Path) -> bool:
    """A zip that is an Excel workbook inside."""
    with directory(path, path.name) as archive:
        return "xl/workbook.xml" in archive.namelist()


@contextmanager
def directory(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """An opened zip; whatever is wrong with it becomes BadInput."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except ZIP_FAULTS as error:
        raise BadInput.of("file", name, "readable", f"the zip cannot be read: {error}") from error


def judged(path: Path, limits: Limits) -> None:
    """Refuses a zip bomb by its directory, before anything of it is unpacked."""
    with directory(path, path.name) as archive:
        judge(archive.infolist(), path, limits)


def judge(members: list[zipfile.ZipInfo], path: Path, limits: Limits) -> None:
    """Raises BadInput when the members unpack to too much, or to suspiciously much."""
    size = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if size > limits.unpacked_bytes:
        words = f"the zip unpacks to {amount(size)}; at most {amount(limits.unpacked_bytes)} are taken"
        raise BadInput.of("file", path.name, "unpacked-size", words)
    if size > JUDGED_FROM and size / packed > limits.ratio:
        words = f"the zip unpacks to {size // packed} times its size; at most {limits.ratio} times is taken"
        raise BadInput.of("file", path.name, "ratio", words)


def unpacked(path: Path, folder: Path, layer: str, limits: Limits) -> Found:
    """The one data file of a zip, or the shapefile that `layer` names, in the folder given."""
    with directory(path, path.name) as archive:
        members = [m for m in archive.infolist() if not hidden(m.filename)]
        judge(members, path, limits)
        shapes = {PurePosixPath(m.filename).stem: m for m in members if suffix(m) == ".shp"}
        if shapes:
            return shapefile(archive, members, shapes, layer, folder, limits)
        data = [m for m in members if suffix(m) in DATA_SUFFIXES]
        if len(data) != 1:
            words = f"the zip holds {len(data)} files of data; one is expected"
            raise BadInput.of("file", path.name, "content", words)
        target = folder / f"data{suffix(data[0])}"
        extract(archive, data[0], target, limits)
    return inner(target, PurePosixPath(data[0].filename).name, limits)


def inner(path: Path, name: str, limits: Limits) -> Found:
    """What came out of a zip is judged like any file, and is no zip again."""
    checked(path, limits)
    kind = recognised(path)
    if kind == "zip":
        raise BadInput.of("file", name, "nested", "a zip within a zip is not taken")
    if kind == "xlsx":
        judged(path, limits)
    return Found(path, kind, name)


def shapefile(
    archive: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    shapes: dict[str, zipfile.ZipInfo],
    layer: str,
    folder: Path,
    limits: Limits,
) -> Found:
    """The parts of one shapefile under plain names."""
    names = tuple(sorted(shapes))
    name = chosen(layer, names)
    stem = shapes[name].filename[: -len(".shp")].lower()
    for member in members:
        part = suffix(member)
        if part in SHAPE_PARTS and member.filename[: -len(part)].lower() == stem:
            extract(archive, member, folder / f"data{part}", limits)
    complete(folder / "data.shp", name)
    if recognised(folder / "data.shp") != "shp":
        raise BadInput.of("file", f"{name}.shp", "format", "the .shp is no shapefile inside")
    return Found(folder / "data.shp", "shp", name, names)


def complete(path: Path, name: str = "") -> None:
    """Raises BadInput when a needed part of a shapefile is missing."""
    missing = [part for part in NEEDED_PARTS if not beside(path, part)]
    if missing:
        words = f"the shapefile lacks its {' and '.join(missing)}; zip all its parts together"
        raise BadInput.of("file", f"{name or path.stem}.shp", "complete", words)


def beside(path: Path, part: str) -> Path | None:
    """The sibling with that ending, in small or in capital letters."""
    candidates = (path.with_suffix(part), path.with_suffix(part.upper()))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def chosen(layer: str, layers: tuple[str, ...]) -> str:
    """The layer asked for, or the first."""
    if not layers:
        raise BadInput.of("layer", layer, "exists", "the file holds no layer")
    if layer and layer not in layers:
        words = f"there is no such layer; the file holds {', '.join(layers[:20])}"
        raise BadInput.of("layer", layer, "exists", words)
    return layer or layers[0]


def extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Copies a member, counting what really comes out."""
    if member.flag_bits & 1:
        raise BadInput.of("file", member.filename, "password", "the zip is protected by a password")
    with archive.open(member) as source, target.open("wb") as sink:
        copy(source, sink, member.filename, limits.unpacked_bytes)


def copy(source: IO[bytes], sink: IO[bytes], name: str, most: int) -> None:
    """Raises BadInput beyond `most` bytes; the directory may have lied."""
    taken = 0
    while block := source.read(CHUNK):
        taken += len(block)
        if taken > most:
            words = f"the zip unpacks to more than {amount(most)}"
            raise BadInput.of("file", name, "unpacked-size", words)
        sink.write(block)


def suffix(member: zipfile.ZipInfo) -> str:
    """In small letters."""
    return PurePosixPath(member.filename).suffix.lower()


def hidden(name: str) -> bool:
    """Folders, and what macOS and editors leave in a zip."""
    if not name or name.endswith("/"):
        return True
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
