"""CSV with a header that names series, time, value and perhaps unit, in any order."""

from __future__ import annotations

import csv
import io
import json

from naoso.connectors.readings.plain import reading_of
from naoso.connectors.readings.types import Broken, Parsed, Reading, gathered
from naoso.kernel.errors import FieldError

NEEDED = ("series", "time", "value")


def parse_csv(body: bytes) -> Parsed:
    """Commas or semicolons; numbers with a decimal point; a broken row spoils only itself."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Parsed.nothing("message", f"byte {error.start}", "syntax", "the table is not UTF-8 text", body)
    header, _, _ = text.partition("\n")
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in header else ",")
    items: list[Reading | Broken] = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        for missing in NEEDED:
            if missing not in names:
                return Parsed.nothing("header", header, "shape", f"has no column {missing}", body)
        items.extend(_row(index, names, row) for index, row in enumerate(filter(None, reader)))
    except csv.Error as error:
        return Parsed.nothing("message", f"line {reader.line_num}", "syntax", f"not CSV: {error}", body)
    return gathered(items)


def _row(index: int, names: list[str], row: list[str]) -> Reading | Broken:
    cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
    text = json.dumps(cells, ensure_ascii=False).encode()
    if len(row) != len(names):
        error = FieldError("row", ",".join(row), "shape", f"has {len(row)} cells, the header {len(names)}")
        return Broken(index, error, text)
    try:
        return reading_of(index, cells | {"value": float(cells["value"])})
    except ValueError:
        return Broken(index, FieldError("value", cells["value"], "shape", "must be a number"), text)
