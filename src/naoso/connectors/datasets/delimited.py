"""CSV: the delimiter is guessed, quoted texts may span lines, and a broken row spoils only itself."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from naoso.connectors.datasets import tables
from naoso.connectors.datasets.encodings import CODECS
from naoso.connectors.datasets.types import MIB, Limits, Raw, Survey, Tally
from naoso.kernel.errors import FieldError

DELIMITERS = ",;\t|"
LINES, LINE_CHARS = 50, 32 * MIB
COUNTED = 256 * MIB  # a larger file is not read through only to count its rows
Record = list[str] | FieldError


class Lines:
    """Lines of bounded length: a file without line ends does not fill the memory."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_CHARS)
        if not line:
            raise StopIteration
        if len(line) == LINE_CHARS and not line.endswith(("\n", "\r")):
            self.cut = True
            while (more := self._file.readline(LINE_CHARS)) and not more.endswith("\n"):
                pass
        return line


class Delimited:
    """A table of text. Cells stay text: `05518` is a code, and `21,59` may be anything."""

    format = "csv"
    layers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __init__(self, path: Path, carrier: str, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self.codec = carrier
        with self._open() as file:
            start = list(islice(Lines(file), LINES))
        told = told_delimiter(start)
        self._delimiter = told or guessed_delimiter(start)
        lines = [row for row in records(iter(start), self._delimiter) if isinstance(row, list)]
        rows = [(line, row) for line, row in enumerate(lines, 1) if row]
        self._skip = bool(told)
        place = tables.header_place([row for _line, row in rows[self._skip :]])
        self._header = place + self._skip
        self._heading, header = rows[self._header]
        self.names = tables.names_of(header, self._limits)
        if place:
            self.warnings = ("title-rows",)

    def survey(self, _seen: Tally, _rest: Iterator[Raw]) -> Survey:
        """Counts the rows of all but very large files."""
        if self._path.stat().st_size > COUNTED:
            return Survey(self.names, None, heading=self._heading)
        return Survey(self.names, sum(1 for _ in self._numbered()), heading=self._heading)

    def records(self, after: int = 0) -> Iterator[Raw]:
        """Empty lines are passed over and have no number."""
        for number, row in self._numbered():
            if number <= after:
                continue
            if isinstance(row, FieldError):
                yield Raw(number, {}, None, row)
            else:
                cells, problem = tables.paired(self.names, row)
                yield Raw(number, cells, None, problem)

    def _numbered(self) -> Iterator[tuple[int, Record]]:
        with self._open() as file:
            filled = (row for row in records(Lines(file), self._delimiter) if row)
            yield from enumerate(islice(filled, self._header + 1, None), 1)

    def _open(self) -> TextIO:
        errors = "replace" if self.codec == "utf-16" else "surrogateescape"
        return io.TextIOWrapper(self._path.open("rb"), encoding=CODECS[self.codec], errors=errors, newline="")


def records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Rows; one that is no CSV comes as its fault, and reading goes on behind it."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield fault(reader.line_num, error)
            continue
        if isinstance(lines, Lines) and lines.cut:
            lines.cut = False
            yield FieldError("row", f"line {reader.line_num}", "length", "the line is too long")
        else:
            yield [] if len(row) == 1 and not row[0].strip() else row


def fault(line: int, error: csv.Error) -> FieldError:
    """What the reader says, in words for people."""
    if "field limit" in str(error):
        words = "a cell is too long; perhaps a quotation mark is not closed"
        return FieldError("row", f"line {line}", "length", words)
    return FieldError("row", f"line {line}", "syntax", f"not CSV: {error}")


def told_delimiter(lines: list[str]) -> str:
    """Excel's own first line `sep=;`."""
    first = lines[0].strip("\ufeff\r\n ") if lines else ""
    return first[4] if first.lower().startswith("sep=") and len(first) == 5 else ""


def guessed_delimiter(lines: list[str]) -> str:
    """The one that cuts most rows to one width; of equals the one that cuts finer."""
    return max(DELIMITERS, key=lambda delimiter: evenness(lines, delimiter))


def evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """The share of rows of the commonest width, and that width; one column is the last resort."""
    rows = [row for row in records(iter(lines), delimiter) if isinstance(row, list) and row]
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0, 0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width == 1:
        return 0.0, 1
    header = next((len(row) for row in rows if len(row) > 1), width)
    return times / len(rows) + (0.5 if header == width else 0.0), width
