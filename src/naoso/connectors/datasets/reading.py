"""A file → its description, and its rows: recognised, unpacked, decoded, judged cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from naoso.connectors.datasets import encodings, wkb
from naoso.connectors.datasets.cells import Cleaner, Profile
from naoso.connectors.datasets.delimited import Delimited
from naoso.connectors.datasets.encodings import UTF8, Sniffed
from naoso.connectors.datasets.files import Found, found
from naoso.connectors.datasets.geojson import GeoJson
from naoso.connectors.datasets.legacy import LEGACY
from naoso.connectors.datasets.types import LIMITS, Column, Description, Limits, Row, Source, Tally
from naoso.connectors.datasets.vector import Vector
from naoso.connectors.datasets.workbook import Workbook
from naoso.kernel.errors import BadInput

SAMPLED = 2000


@dataclass(frozen=True, slots=True)
class Opened:
    """A source, how its bytes were understood, and the legacy encoding that a person named."""

    source: Source
    sniffed: Sniffed
    encoding: str
    limits: Limits

    @property
    def legacy(self) -> str:
        """tcvn3 or vni, where the texts are to be converted."""
        return self.encoding if self.encoding in LEGACY else ""

    def cleaner(self) -> Cleaner:
        """For conversion the beginning is read once before, to see what is legacy text and what is not."""
        if not self.legacy:
            return Cleaner(self.source.codec, self.limits)
        profile = Profile()
        for raw in islice(self.source.records(), SAMPLED):
            profile.add(raw.cells)
        return Cleaner(
            self.source.codec, self.limits, legacy=self.legacy, plain=profile.plain(self.legacy),
            names=profile.names_are(self.legacy),
        )  # fmt: skip


def describe(path: Path, *, layer: str = "", encoding: str = "", limits: Limits = LIMITS) -> Description:
    """What the file holds, by its beginning; rows and columns by the whole of it where that is needed.

    Raises BadInput, and nothing else, for whatever bytes the file has.
    """
    with opened(path, layer, encoding, limits) as file:
        source, cleaner, profile = file.source, file.cleaner(), Profile()
        records, seen = source.records(), Tally()
        for raw in islice(records, SAMPLED):
            profile.add(cleaner.row(raw).values)
            seen.add(raw)
        survey = source.survey(seen, records)
        legacy = {} if file.legacy else profile.legacy()
        columns = tuple(column(profile, cleaner.name(name), legacy) for name in survey.names)
        known, notes = told(file, legacy)
        warnings = (*file.sniffed.warnings, *source.warnings, *survey.warnings, *notes)
        return Description(
            format=source.format, layers=source.layers, columns=columns, rows=survey.rows, crs=survey.crs,
            geometry=survey.geometry or wkb.family_of(seen.shapes), encoding=known,
            warnings=tuple(dict.fromkeys(warnings)), heading=survey.heading,
        )  # fmt: skip


def rows(
    path: Path, *, layer: str = "", encoding: str = "", after: int = 0, limits: Limits = LIMITS
) -> Iterator[Row]:
    """The rows behind the first `after`, one by one in constant memory.

    Without `encoding` text is decoded as detected, but TCVN3 and VNI are converted only when named.
    Raises BadInput for a file that cannot be read, also where it breaks off in its midst.
    """
    with opened(path, layer, encoding, limits) as file:
        cleaner = file.cleaner()
        for raw in file.source.records(max(after, 0)):
            yield cleaner.row(raw)


@contextmanager
def opened(path: Path, layer: str, encoding: str, limits: Limits) -> Iterator[Opened]:
    """The file's source; closed and tidied up afterwards."""
    named = encodings.checked(encoding)
    try:
        with found(path, layer, limits) as file:
            yield open_found(file, layer, named, limits)
    except UnicodeError as error:
        raise BadInput.of("encoding", named, "readable", f"the text cannot be read so: {error}") from error
    except OSError as error:
        words = f"the file cannot be read: {error.strerror or error}"
        raise BadInput.of("file", path.name, "readable", words) from error


def open_found(file: Found, layer: str, encoding: str, limits: Limits) -> Opened:
    """By format."""
    if file.format == "xlsx":
        return Opened(Workbook(file.path, file.name, layer, limits), Sniffed(UTF8), encoding, limits)
    if file.format in ("gpkg", "shp"):
        vector = Vector(file.path, file.format, file.name, file.layers, layer, limits)
        vector.use(encoding)
        return Opened(vector, vector.sniffed or Sniffed(UTF8), encoding, limits)
    sniffed = encodings.sniff_file(file.path)
    carrier = sniffed.carrier_for(encoding)
    source: Source = (
        GeoJson(file.path, file.name, carrier, limits)
        if file.format == "geojson"
        else Delimited(file.path, carrier, limits)
    )
    return Opened(source, sniffed, encoding, limits)


def column(profile: Profile, name: str, legacy: dict[str, str]) -> Column:
    """With the legacy encoding of its own text."""
    return replace(profile.column(name), encoding=legacy.get(name, ""))


def told(file: Opened, legacy: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """The encoding to read the file by, and what is odd about it."""
    if file.encoding:
        return file.encoding, ()
    kinds = Counter(legacy.values())
    if file.sniffed.encoding in LEGACY:
        kinds[file.sniffed.encoding] += 1
    if not kinds:
        return file.sniffed.encoding, ()
    mixed = ("mixed-encoding",) if len(kinds) > 1 else ()
    return kinds.most_common(1)[0][0], ("legacy-encoding", *mixed)
