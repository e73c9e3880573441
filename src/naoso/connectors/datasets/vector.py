"""GeoPackage and shapefile, through GDAL as a stream of Arrow batches."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import CRSError
from pyogrio.raw import open_arrow

from naoso.connectors.datasets import encodings
from naoso.connectors.datasets.features import WGS84, sized
from naoso.connectors.datasets.files import beside, chosen
from naoso.connectors.datasets.types import Limits, Raw, Survey, Tally
from naoso.kernel.errors import BadInput, FieldError

DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile"}
BATCH = 1000
# bytes that GDAL hands over, and that become Python objects, at a time; GDAL refuses a larger feature
MOST_BATCH, MOST_SLICE = 40_000_000, 4_000_000
SAMPLED = 2000
# every byte is a letter of ISO 8859-1, so that GDAL hands the bytes through
THROUGH = {"ENCODING": "ISO-8859-1"}
FAULTS = (
    RuntimeError,
    ValueError,
    OSError,
    TypeError,
    LookupError,
    pa.ArrowException,
    shapely.errors.ShapelyError,
)
T = TypeVar("T")

pyogrio.set_gdal_config_options({"OGR_ARROW_MEM_LIMIT": str(MOST_BATCH), "OGR_GPKG_NUM_THREADS": "1"})


class Vector:
    """A layer of a file. Binary columns are left out."""

    def __init__(self, path: Path, kind: str, name: str, layers: tuple[str, ...], layer: str, limits: Limits):
        self._path, self._name, self._limits = path, name, limits
        self.format = kind
        self._options = THROUGH if kind == "shp" else {}
        self.layers = layers or self._guarded(self._layers)
        self._layer = None if kind == "shp" else chosen(layer, self.layers)
        self._info = self._guarded(lambda: pyogrio.read_info(path, layer=self._layer, **self._options))
        if self._info["driver"] != DRIVERS[kind]:
            raise BadInput.of("file", name, "format", f"the file is no {DRIVERS[kind]} inside")
        if len(self._info["fields"]) > limits.columns:
            count = len(self._info["fields"])
            words = f"the layer has {count} columns; at most {limits.columns} are taken"
            raise BadInput.of("columns", count, "count", words)
        self.codec = ""
        self.warnings: tuple[str, ...] = ()
        self.sniffed: encodings.Sniffed | None = None
        if kind == "shp":
            self._find_codec()

    def use(self, encoding: str) -> None:
        """The encoding to read a shapefile's texts by, where a person knows better."""
        if self.sniffed:
            self.codec = self.sniffed.carrier_for(encoding)

    def survey(self, _seen: Tally, _rest: Iterator[Raw]) -> Survey:
        """From the file's own directory."""
        info = self._info
        names = [self._text(str(field)) for field, kind in zip(info["fields"], info["ogr_types"], strict=True)
                 if kind != "OFTBinary"]  # fmt: skip
        found = ["binary-column"] if "OFTBinary" in info["ogr_types"] else []
        if self.format == "shp" and not beside(self._path, ".prj"):
            found.append("no-prj")
        rows = info["features"] if info["features"] >= 0 else None
        fid = [info["fid_column"]] if self.format == "gpkg" and info["fid_column"] else []
        return Survey(
            (*fid, *names), rows, crs_of(info["crs"]), geometry_of(info["geometry_type"]), tuple(found)
        )

    def records(self, after: int = 0) -> Iterator[Raw]:
        """Batch by batch; GDAL itself passes over the first `after`."""
        with ExitStack() as stack:
            meta, reader = self._guarded(lambda: self._opened(stack, after))
            place = meta["geometry_name"] or "wkb_geometry"
            number = after
            while (batch := self._guarded(lambda: next(reader, None))) is not None:
                step = 1 + MOST_SLICE * batch.num_rows // max(batch.nbytes, 1)
                for start in range(0, batch.num_rows, step):
                    part = batch.slice(start, step)
                    yield from self._guarded(partial(self._rows, part, place, number))
                    number += part.num_rows

    def _opened(self, stack: ExitStack, after: int) -> Any:
        source = open_arrow(
            self._path, layer=self._layer, skip_features=after, batch_size=BATCH, use_pyarrow=True,
            return_fids=self.format == "gpkg", **self._options,
        )  # fmt: skip
        return stack.enter_context(source)

    def _rows(self, batch: pa.RecordBatch, place: str, done: int) -> list[Raw]:
        names = [field.name for field in batch.schema if field.name != place and not is_binary(field.type)]
        columns = [self._column(batch.column(name)) for name in names]
        shapes = flat_shapes(batch.column(place)) if place in batch.schema.names else [None] * batch.num_rows
        names = [self._text(name) for name in names]
        cells = zip(*columns, strict=True) if columns else ((),) * batch.num_rows
        rows = []
        for number, (row, shape) in enumerate(zip(cells, shapes, strict=True), done + 1):
            packed, problem = (None, shape) if isinstance(shape, FieldError) else sized(shape, self._limits)
            rows.append(Raw(number, dict(zip(names, row, strict=True)), packed, problem))
        return rows

    def _column(self, column: Any) -> list[Any]:
        if isinstance(column, pa.ExtensionArray):
            column = column.storage
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return [self._bytes(cell) for cell in column.cast(pa.large_binary()).to_pylist()]
        if pa.types.is_nested(column.type):
            return [None if cell is None else str(cell) for cell in column.to_pylist()]
        return list(column.to_pylist())

    def _bytes(self, cell: bytes | None) -> str | None:
        if cell is None:
            return None
        text = cell.decode("utf-8", "surrogateescape")
        return self._text(text) if self.codec and not text.isascii() else text

    def _text(self, text: str) -> str:
        """A shapefile's bytes, handed through by GDAL, in the encoding that was found."""
        return encodings.decoded(text.encode("latin-1"), self.codec) if self.codec else text

    def _find_codec(self) -> None:
        self.codec = "windows-1252"
        texts = [str(name).encode("latin-1") for name in self._info["fields"]]
        for raw in self.records():
            texts.extend(
                cell.encode("cp1252", "surrogateescape")
                for cell in raw.cells.values()
                if isinstance(cell, str)
            )
            if raw.number >= SAMPLED:
                break
        sniffed = encodings.sniff(b"\n".join(texts))
        self.codec, self.sniffed = sniffed.carrier, sniffed
        self.warnings = sniffed.warnings

    def _layers(self) -> tuple[str, ...]:
        return tuple(str(name) for name, _kind in pyogrio.list_layers(self._path))

    def _guarded(self, read: Callable[[], T]) -> T:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return read()
        except (NameError, CRSError) as error:  # the first is a slip of pyogrio's with the same cause
            words = "the file's coordinate system cannot be read"
            raise BadInput.of("crs", self._name, "readable", words) from error
        except FAULTS as error:
            words = f"the file cannot be read: {str(error).replace(str(self._path), self._name)[:200]}"
            raise BadInput.of("file", self._name, "readable", words) from error


def flat_shapes(column: Any) -> list[bytes | FieldError | None]:
    """WKB in two dimensions; what cannot be read, or is not finite, is a problem."""
    given = column.to_pylist()
    shapes = shapely.from_wkb(np.array(given, dtype=object), on_invalid="ignore")
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    endless = set(owners[~np.isfinite(coordinates).all(axis=1)].tolist())
    packed = shapely.to_wkb(shapely.force_2d(shapes), byte_order=1)
    empty = shapely.is_empty(shapes)
    found: list[bytes | FieldError | None] = []
    for place, wkb_given in enumerate(given):
        if wkb_given is None or empty[place]:
            found.append(None)
        elif packed[place] is None:
            found.append(FieldError("geometry", wkb_given[:20].hex(), "shape", "the geometry cannot be read"))
        elif place in endless:
            found.append(FieldError("geometry", "NaN", "finite", "a coordinate is not a finite number"))
        else:
            found.append(packed[place])
    return found


def is_binary(kind: Any) -> bool:
    """Bytes that are no text."""
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def crs_of(crs: str | None) -> str:
    """A code where there is one; heights change nothing of the plane."""
    return WGS84 if crs in ("EPSG:4979", "OGC:CRS84") else crs or ""


def geometry_of(kind: str | None) -> str:
    """The family of GDAL's name for it; empty where the layer does not say."""
    name = (kind or "").removeprefix("Multi")
    if name in ("", "None", "Unknown"):
        return ""
    families = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
    return families.get(name.split(" ", maxsplit=1)[0], "mixed")
