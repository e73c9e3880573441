"""What a file of city objects is described by, and the rows that it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from naoso.connectors.datasets import wkb
from naoso.kernel.errors import FieldError

GIB = 1024**3
MIB = 1024**2

Value = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may ask of the machine; beyond a limit stands a refusal, never a crash.

    A zip is judged by its directory before anything of it is unpacked, and again while it is unpacked;
    its ratio counts only from 16 MiB on, since a small file may well shrink a thousandfold.
    """

    file_bytes: int = 2 * GIB
    unpacked_bytes: int = 4 * GIB
    ratio: int = 200
    cell_chars: int = 10_000
    columns: int = 300
    geometry_bytes: int = 32 * MIB
    strings_bytes: int = 256 * MIB  # the shared texts of a workbook, the one part that is held in memory
    rows: int = 5_000_000  # of a web address; a file ends by itself
    pages: int = 50_000
    page_bytes: int = 64 * MIB


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name as in the file; `kind` is what the sampled cells look like, a hint alone."""

    name: str
    samples: tuple[str, ...] = ()
    kind: str = "text"  # text, integer, number, date, boolean
    encoding: str = ""  # tcvn3, vni: the column's text is legacy; empty: it is what it seems


@dataclass(frozen=True, slots=True)
class Description:
    """What a file holds, told without taking it in.

    `crs` is empty where the file names none; it is never assumed, but GeoJSON's is WGS 84 by its standard.
    `heading` is the place of a table's heading in its sheet, from 1: row n stands n places below it.
    """

    format: str
    layers: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int | None
    crs: str = ""
    geometry: str = ""  # point, line, polygon, mixed, or nothing
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = ()
    heading: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One object. A broken cell is None in `values` and named in `problem`; the others are as read."""

    number: int
    values: dict[str, Value]
    wkb: bytes | None = None
    problem: FieldError | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of a web address, whole."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Fetcher(Protocol):
    """Gets an address within the caller's rules of safety: no inner networks, no redirects, a time limit.

    Raises BadInput when nothing answers, or when the body grows beyond `most` bytes.
    """

    def __call__(self, url: str, *, accept: str, most: int) -> Fetched:
        """One GET."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as its format gives it: text may hold lone surrogates where bytes made no letters."""

    number: int
    cells: Mapping[str, Any]
    wkb: bytes | None = None
    problem: FieldError | None = None


@dataclass(slots=True)
class Tally:
    """What was seen of the records so far."""

    count: int = 0
    names: dict[str, None] = field(default_factory=dict)
    shapes: set[str] = field(default_factory=set)
    in_degrees: bool = True

    def add(self, raw: Raw) -> None:
        """One more record."""
        self.count += 1
        self.names.update(dict.fromkeys(raw.cells))
        if raw.wkb:
            self.shapes.add(wkb.family(raw.wkb))
            self.in_degrees = self.in_degrees and wkb.may_be_degrees(raw.wkb)


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of all records without keeping them."""

    names: tuple[str, ...]
    rows: int | None
    crs: str = ""
    geometry: str = ""
    warnings: tuple[str, ...] = ()
    heading: int = 1


class Source(Protocol):
    """An opened file of one format."""

    format: str
    layers: tuple[str, ...]
    codec: str  # how bytes became text, empty where the format knows text itself
    warnings: tuple[str, ...]

    def survey(self, seen: Tally, rest: Iterator[Raw]) -> Survey:
        """`rest` are the records behind those seen, for a format that must read the whole file."""

    def records(self, after: int = 0) -> Iterator[Raw]:
        """The records behind the first `after`, in constant memory."""
