"""Rows → Arrow batches → GeoPackage and GeoParquet."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from pyarrow import parquet
from pyogrio.raw import write_arrow

from naoso.connectors.datasets.types import Column, Row, Value
from naoso.kernel.errors import BadInput

GEOMETRY = "geometry"
BATCH = 5000
TYPES = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
FAULTS = (pa.ArrowException, RuntimeError, OSError)  # those of GDAL are RuntimeErrors


class Batches:
    """A stream of batches by one schema that keeps count of rows, and of what their geometries are."""

    def __init__(self, rows: Iterable[Row], columns: Sequence[Column]) -> None:
        self._rows = iter(rows)
        self._first = list(islice(self._rows, BATCH))
        self._columns = columns
        self.place = unused(GEOMETRY, {column.name for column in columns})
        fields = [pa.field(column.name, self._type(column)) for column in columns]
        self.schema = pa.schema([*fields, pa.field(self.place, pa.binary())])
        self.count = 0
        self.kinds: set[str] = set()
        self.bounds = [float("inf"), float("inf"), float("-inf"), float("-inf")]
        self.fault: Exception | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Remembers a fault, since GDAL hides it."""
        rest = chain(self._first, self._rows)
        try:
            while block := list(islice(rest, BATCH)):
                yield self._batch(block)
                self.count += len(block)
        except Exception as error:
            self.fault = error
            raise

    def reader(self) -> pa.RecordBatchReader:
        """As GDAL takes it."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def _type(self, column: Column) -> Any:
        """A date column with times of day in its first rows keeps them."""
        if column.kind == "date" and any(
            isinstance(row.values.get(column.name), dt.datetime) for row in self._first
        ):
            return pa.timestamp("ms", tz="UTC")
        return TYPES.get(column.kind, TYPES["text"])

    def _batch(self, block: list[Row]) -> pa.RecordBatch:
        arrays = []
        for field in list(self.schema)[:-1]:
            cells = [fitted(row.values.get(field.name), field, row.number) for row in block]
            arrays.append(pa.array(cells, field.type))
        shapes = [row.wkb for row in block]
        self._look_at(shapely.from_wkb(shapes))
        return pa.record_batch([*arrays, pa.array(shapes, pa.binary())], schema=self.schema)

    def _look_at(self, shapes: Any) -> None:
        shapes = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
        if not len(shapes):
            return
        self.kinds.update({shape_kind(code) for code in set(shapely.get_type_id(shapes).tolist())})
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        old = self.bounds
        self.bounds = [min(old[0], west), min(old[1], south), max(old[2], east), max(old[3], north)]


def write_gpkg(rows: Iterable[Row], columns: Sequence[Column], path: Path) -> int:
    """One layer named `data`."""
    batches = Batches(rows, columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            write_arrow(
                batches.reader(), path, layer="data", driver="GPKG", geometry_name=batches.place,
                geometry_type="Unknown", crs="EPSG:4326",
            )  # fmt: skip
        except FAULTS as error:
            raise refusal(batches, error) from error
    return batches.count


def write_parquet(rows: Iterable[Row], columns: Sequence[Column], path: Path) -> int:
    """GeoParquet 1.1; without a `crs` the geometries are in OGC:CRS84, longitude first."""
    batches = Batches(rows, columns)
    try:
        with parquet.ParquetWriter(path, batches.schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
            writer.add_key_value_metadata({"geo": json.dumps(geo(batches))})
    except FAULTS as error:
        raise refusal(batches, error) from error
    return batches.count


def geo(batches: Batches) -> dict[str, Any]:
    """The metadata that make a Parquet file a GeoParquet file."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted(batches.kinds)}
    if batches.kinds:
        column["bbox"] = batches.bounds
    return {"version": "1.1.0", "primary_column": batches.place, "columns": {batches.place: column}}


def refusal(batches: Batches, error: Exception) -> Exception:
    """The rows' own fault where there is one."""
    if batches.fault and not isinstance(batches.fault, FAULTS):
        return batches.fault
    return BadInput.of("file", "", "writable", f"the file cannot be written: {str(error)[:200]}")


def fitted(cell: Value, field: Any, number: int) -> Any:
    """The cell as its column's type; raises BadInput where it is of another kind."""
    if cell is None:
        return None
    try:
        return FIT[field.type](cell)
    except (TypeError, ValueError, OverflowError) as error:
        words = f"row {number}: the value is no {KIND[field.type]}"
        raise BadInput.of(field.name, cell, "kind", words) from error


def text(cell: Value) -> str:
    """Dates in ISO 8601, truth in JSON's words, nothing as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def whole(cell: Any) -> int:
    """No fraction is cut off, and 64 bits hold it."""
    number = int(cell)
    if isinstance(cell, float) and number != cell:
        raise ValueError(cell)
    if not -(2**63) <= number < 2**63:
        raise OverflowError(cell)
    return number


def day(cell: Any) -> dt.date:
    """A date, from ISO 8601 text too."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if isinstance(cell, dt.date) else dt.date.fromisoformat(cell)


def moment(cell: Any) -> dt.datetime:
    """A time without a zone counts as UTC."""
    found = dt.datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    if not isinstance(found, dt.datetime):
        found = dt.datetime.combine(found, dt.time())
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def truth(cell: Value) -> bool:
    """Only what is true or false."""
    if cell in (True, False):
        return bool(cell)
    raise ValueError(cell)


FIT: dict[Any, Callable[[Any], Any]] = {
    pa.string(): text, pa.int64(): whole, pa.float64(): float, pa.bool_(): truth, pa.date32(): day,
    pa.timestamp("ms", tz="UTC"): moment,
}  # fmt: skip
KIND = {
    pa.string(): "text", pa.int64(): "whole number", pa.float64(): "number", pa.bool_(): "truth value",
    pa.date32(): "date", pa.timestamp("ms", tz="UTC"): "time",
}  # fmt: skip


def unused(name: str, taken: set[str]) -> str:
    """The name, or one like it that no column has."""
    lower = {other.lower() for other in taken}
    while name in lower:
        name = f"{name}_"
    return name


def shape_kind(code: int) -> str:
    """As GeoParquet names it."""
    return (
        "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
        "GeometryCollection",
    )[code]  # fmt: skip
