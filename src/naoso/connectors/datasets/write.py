"""A selection of rows → a file that others open: written beside its place, and put there only when whole.

In tables a text that a spreadsheet would run as a formula gets an apostrophe before it. Points stand in
tables as longitude and latitude, other geometries with a point that lies on them.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from naoso.connectors.datasets import wkb
from naoso.connectors.datasets.arrow import text, write_gpkg, write_parquet
from naoso.connectors.datasets.sheets import EXCEL_ROWS
from naoso.connectors.datasets.types import Column, Row, Value
from naoso.kernel.errors import BadInput

T = TypeVar("T")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
EXCEL_CHARS = 32_767
PLACES = ("longitude", "latitude")
BLOCK = 1000
DIGITS = 9  # a tenth of a millimetre


def write(rows: Iterable[Row], columns: Sequence[Column], path: Path, format: str) -> int:  # noqa: A002
    """Writes all rows, in constant memory, and tells how many; geometries are WKB in EPSG:4326.

    `format` is one of FORMATS. Raises BadInput for another, and for rows that the format cannot hold; then
    there is no file.
    """
    writer = FORMATS.get(format)
    if writer is None:
        raise BadInput.of("format", format, "known", f"one of {', '.join(FORMATS)} is expected")
    part = path.with_name(f".part-{path.name}")
    try:
        count = writer(rows, columns, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def write_geojson(rows: Iterable[Row], columns: Sequence[Column], path: Path) -> int:
    """RFC 7946, a feature on each line."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for block in blocks(rows):
            shapes = shapely.to_geojson(shapely.from_wkb([row.wkb for row in block]))
            for row, shape in zip(block, shapes, strict=True):
                properties = {c.name: plain(row.values.get(c.name)) for c in columns}
                text = json.dumps(properties, ensure_ascii=False, allow_nan=False)
                file.write(
                    f'{"," if count else ""}\n{{"type": "Feature", "properties": {text}, '
                    f'"geometry": {shape or "null"}}}'
                )
                count += 1
        file.write("\n]}\n")
    return count


def write_csv(rows: Iterable[Row], columns: Sequence[Column], path: Path) -> int:
    """UTF-8 with a mark by which Excel knows it."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for count, cells in enumerate(table(rows, columns)):  # noqa: B007
            writer.writerow([text(cell) for cell in cells])
    return count


def write_xlsx(rows: Iterable[Row], columns: Sequence[Column], path: Path) -> int:
    """Numbers are numbers and dates dates; BadInput beyond a sheet's million rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    count = 0
    try:
        for count, cells in enumerate(within_a_sheet(table(rows, columns))):  # noqa: B007
            sheet.append([excel(sheet, cell) for cell in cells])
    except BaseException:
        sheet.close()
        # openpyxl tidies its temporary file up only when it saves
        sheet._writer.cleanup()  # noqa: SLF001
        raise
    book.save(path)
    return count


def within_a_sheet(table_rows: Iterable[T]) -> Iterator[T]:
    """Raises BadInput where Excel would end."""
    for count, row in enumerate(table_rows):
        if count >= EXCEL_ROWS:
            words = f"a sheet has at most {EXCEL_ROWS:,} rows; choose CSV"
            raise BadInput.of("rows", count, "count", words)
        yield row


def table(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[list[Value]]:
    """A header, and cells of which none is run as a formula."""
    names = [column.name for column in columns]
    places = [] if set(PLACES) & set(names) else list(PLACES)
    yield [harmless(name) for name in (*names, *places)]
    for block in blocks(rows):
        for row, place in zip(block, positions(block), strict=True):
            yield [harmless(row.values.get(name)) for name in names] + (list(place) if places else [])


def positions(block: Sequence[Row]) -> Iterator[tuple[float | None, float | None]]:
    """Where each row lies."""
    for row in block:
        point = wkb.point(row.wkb) if row.wkb else None
        if row.wkb and point is None:
            on_it = shapely.point_on_surface(shapely.from_wkb(row.wkb))
            point = None if on_it.is_empty else (on_it.x, on_it.y)
        yield (round(point[0], DIGITS), round(point[1], DIGITS)) if point else (None, None)


def blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Some at a time."""
    remaining = iter(rows)
    while block := list(islice(remaining, BLOCK)):
        yield block


def harmless(cell: Value) -> Value:
    """Text that begins like a formula gets an apostrophe; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def plain(cell: Value) -> Any:
    """As JSON writes it: dates in ISO 8601."""
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def excel(sheet: Any, cell: Value) -> Any:
    """A cell that Excel takes: no control characters, no time zone, no text that looks like an error."""
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 10**15:
        cell = str(cell)  # Excel keeps fifteen digits
    if not isinstance(cell, str):
        return cell
    text = WriteOnlyCell(sheet)
    text.value = ILLEGAL_CHARACTERS_RE.sub("", cell)[:EXCEL_CHARS]
    text.data_type = "s"
    return text


Writer = Callable[[Iterable[Row], Sequence[Column], Path], int]
FORMATS: dict[str, Writer] = {
    "geojson": write_geojson,
    "gpkg": write_gpkg,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "geoparquet": write_parquet,
}
