"""The rows of an Excel sheet's XML as a stream.

openpyxl keeps something of every row that it has read, and reads a sheet twice whose size is not told;
so it gives the texts, the styles and the calendar here, and the cells are read by expat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils import column_index_from_string
from openpyxl.utils import datetime as excel_time

EXCEL_ROWS = 1_048_576
BLOCK = 64 * 1024
MOST_TEXT = 1024 * 1024  # of one cell; Excel itself takes 32,767 characters


# openpyxl's stubs leave these two half typed
from_excel: Callable[..., Any] = excel_time.from_excel
from_iso: Callable[[str], Any] = excel_time.from_ISO8601


class BadSheet(ValueError):
    """The XML is no sheet."""


class Faulty(str):
    """What stands in a cell whose formula or form is broken."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of all sheets refer to: texts by number, which styles are dates, day one."""

    strings: Sequence[str]
    dates: frozenset[int]
    durations: frozenset[int]
    epoch: dt.datetime


class SheetReader:
    """Rows that hold cells, each with its place from 1; cells beyond `columns` are one more at most."""

    def __init__(self, book: Book, *, columns: int, after: int = 0) -> None:
        self._book, self._columns, self._after = book, columns, after
        self._place = self._column = self._length = 0
        self._cells: list[Any] = []
        self._pieces: list[str] = []
        self._kind, self._style, self._keep, self._phonetic = "n", 0, False, False
        self._rows: list[tuple[int, list[Any]]] = []
        self._letters: dict[str, int] = {}

    def rows(self, source: IO[bytes]) -> Iterator[tuple[int, list[Any]]]:
        """Rows behind the place `after`; raises BadSheet and expat's errors."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = refuse_doctype
        while block := source.read(BLOCK):
            parser.Parse(block, False)
            yield from self._rows
            self._rows = []
        parser.Parse(b"", True)
        yield from self._rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._keep = self._place > self._after and not self._phonetic
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._phonetic = True

    def _start_row(self, attributes: dict[str, str]) -> None:
        place = int(attributes.get("r") or self._place + 1)
        if not self._place < place <= EXCEL_ROWS:
            raise BadSheet(f"row {place} stands behind row {self._place}")
        self._place, self._column, self._cells = place, 0, []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._place <= self._after:
            return
        letters = attributes.get("r", "").rstrip("0123456789")
        if letters:
            self._column = self._letters.get(letters) or self._index(letters)
        else:
            self._column += 1
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s") or 0)
        self._pieces, self._length = [], 0

    def _index(self, letters: str) -> int:
        return self._letters.setdefault(letters, column_index_from_string(letters))

    def _text(self, data: str) -> None:
        if self._keep and self._length < MOST_TEXT:
            self._pieces.append(data)
            self._length += len(data)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self._keep = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c" and self._pieces and self._column <= self._columns + 1:
            self._put(self._value("".join(self._pieces)))
            self._pieces = []
        elif name == "row" and self._cells:
            self._rows.append((self._place, self._cells))
            self._cells = []

    def _put(self, value: Any) -> None:
        missing = self._column - 1 - len(self._cells)
        if missing < 0:
            raise BadSheet(f"a cell of row {self._place} stands twice")
        self._cells.extend([None] * missing)
        self._cells.append(value)

    def _value(self, text: str) -> Any:
        kind = self._kind
        try:
            if kind == "n":
                return self._number(text)
            if kind == "s":
                return self._book.strings[int(text)]
            if kind == "b":
                return bool(int(text))
            if kind == "d":
                return dated(from_iso(text))
        except (ValueError, OverflowError, IndexError, TypeError, AttributeError):
            return Faulty(text[:100])
        return Faulty(text[:100]) if kind == "e" else text

    def _number(self, text: str) -> Any:
        number = int(text) if text.isdigit() else whole_or_not(text)
        if self._style in self._book.dates:
            return dated(from_excel(number, self._book.epoch, timedelta=self._style in self._book.durations))
        return number


def whole_or_not(text: str) -> int | float:
    """`-5` and `5` are whole, `5.0` and `5E0` are not."""
    return float(text) if set(text) & set(".eEnN") else int(text)


def dated(moment: Any) -> Any:
    """Midnight is a date; a time of day and a duration are text."""
    if isinstance(moment, dt.datetime):
        return moment.date() if moment.time() == dt.time() else moment
    if isinstance(moment, dt.time):
        return moment.isoformat()
    return str(moment) if isinstance(moment, dt.timedelta) else moment


def refuse_doctype(*_parts: Any) -> None:
    """No sheet has one; it is the root of entity bombs."""
    raise BadSheet("a document type is declared")
