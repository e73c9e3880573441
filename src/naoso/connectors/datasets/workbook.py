"""Excel workbooks, row by row; dates are dates, formulas are what Excel computed last."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet

from naoso.connectors.datasets import tables
from naoso.connectors.datasets.files import ZIP_FAULTS, amount, chosen, directory
from naoso.connectors.datasets.sheets import Book, Faulty, SheetReader
from naoso.connectors.datasets.types import Limits, Raw, Survey, Tally
from naoso.kernel.errors import BadInput, FieldError

CHUNK = 256
PART = 1024 * 1024
# what openpyxl raises on parts that are not what they promise to be
FAULTS = (
    *ZIP_FAULTS,
    ArithmeticError,
    AssertionError,
    AttributeError,
    ExpatError,
    LookupError,
    ParseError,
    TypeError,
)
T = TypeVar("T")


class Workbook:
    """One sheet is one layer. The shared texts are held in memory, whose size is limited."""

    format = "xlsx"
    codec = ""

    def __init__(self, path: Path, name: str, layer: str, limits: Limits) -> None:
        self._path, self._name, self._limits = path, name, limits
        self._judge_strings()
        self._book, sheets = self._guarded(self._load)
        self.layers = tuple(sheets)
        self._part = sheets[chosen(layer, self.layers)]
        start = list(islice(self._rows(), tables.LOOK))
        place = tables.header_place([row for _, row in start])
        self._header, header = start[place]
        self.names = tables.names_of(header, limits)
        self.warnings: tuple[str, ...] = ("title-rows",) if place else ()

    def survey(self, _seen: Tally, _rest: Iterator[Raw]) -> Survey:
        """Counts rows in the sheet's XML, without making cells of it."""
        return Survey(self.names, self._guarded(self._count), heading=self._header)

    def records(self, after: int = 0) -> Iterator[Raw]:
        """A row's number counts from the header, empty rows too."""
        for place, row in self._rows(self._header + after):
            cells, problem = tables.paired(self.names, row, sparse=True)
            fault = cell_fault(cells)
            yield Raw(place - self._header, cells, None, problem or fault)

    def _rows(self, after: int = 0) -> Iterator[tuple[int, list[Any]]]:
        """The sheet's rows that hold something, each with its place from 1."""
        reader = SheetReader(self._book, columns=self._limits.columns, after=after)
        with directory(self._path, self._name) as archive, archive.open(self._part) as source:
            rows = reader.rows(source)
            while chunk := self._guarded(lambda: list(islice(rows, CHUNK))):
                yield from ((place, row) for place, row in chunk if tables.filled(row))

    def _guarded(self, read: Callable[[], T]) -> T:
        """Warnings of openpyxl are of no use to anybody; its errors become BadInput."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return read()
        except FAULTS as error:
            words = f"the workbook cannot be read: {str(error)[:200] or type(error).__name__}"
            raise BadInput.of("file", self._name, "readable", words) from error

    def _load(self) -> tuple[Book, dict[str, str]]:
        """What all sheets share, and each sheet's part of the zip by its title."""
        with self._path.open("rb") as file:  # by its name openpyxl would refuse a workbook called .zip
            reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            parts = {
                str(sheet.name): str(relation.target)
                for sheet, relation in reader.parser.find_sheets()
                if relation.target in reader.valid_files and "chartsheet" not in relation.Type
            }
        book: Any = reader.wb
        dates, durations = frozenset(book._date_formats), frozenset(book._timedelta_formats)  # noqa: SLF001
        return Book(reader.shared_strings, dates, durations, book.epoch), parts

    def _judge_strings(self) -> None:
        with directory(self._path, self._name) as archive:
            sizes = [m.file_size for m in archive.infolist() if "sharedstrings" in m.filename.lower()]
        if sum(sizes) > self._limits.strings_bytes:
            words = (
                f"the workbook's texts have {amount(sum(sizes))}; "
                f"at most {amount(self._limits.strings_bytes)} are taken: save it as CSV"
            )
            raise BadInput.of("file", self._name, "texts-size", words)

    def _count(self) -> int:
        with zipfile.ZipFile(self._path) as archive, archive.open(self._part) as xml:
            above = sum(1 for _ in tables_above(self._rows(), self._header))
            return max(rows_with_values(iter(lambda: xml.read(PART), b"")) - above, 0)


def tables_above(rows: Iterator[tuple[int, list[Any]]], header: int) -> Iterator[int]:
    """The places of the header and of what stands above it."""
    for place, _row in rows:
        if place > header:
            return
        yield place


def rows_with_values(blocks: Iterator[bytes]) -> int:
    """Rows of a sheet's XML in which a cell has a value."""
    count, rest = 0, b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"</row>")
        count += sum(has_value(row) for row in whole)
        rest = rest[-PART:]
    return count


def has_value(row: bytes) -> bool:
    """A value, or an inline text."""
    return b"<v>" in row or b"<t>" in row or b"<t " in row


def cell_fault(cells: dict[str, Any]) -> FieldError | None:
    """`#N/A` and its like are no values: they become None, and the first is the row's problem."""
    faulty = {name: cell for name, cell in cells.items() if isinstance(cell, Faulty)}
    cells.update(dict.fromkeys(faulty))
    for name, cell in faulty.items():
        return FieldError(name, str(cell), "cell", "the cell holds an error in place of a value")
    return None
