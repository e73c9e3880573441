"""Real outlines from a file: read, judged row by row, stored all or not at all.

The coordinate system is read from the file, or told by whoever imports it; it is never assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import DataSource, GDALException, OGRGeometry, SpatialReference
from django.contrib.gis.gdal.feature import Feature
from django.contrib.gis.gdal.layer import Layer
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon

from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.text import nfc

SUFFIXES = (".geojson", ".json", ".gpkg", ".shp")
WGS84 = 4326
# Vietnam with its islands; a unit outside it is a mistake of axes or of coordinate system.
WEST, SOUTH, EAST, NORTH = 102.0, 6.0, 118.0, 24.0

# Column names met in the files of survey offices and of public data sets, lower case.
COLUMNS = {
    "code": ("code", "ma", "ma_dvhc", "madvhc", "ma_xa", "maxa", "ward_code", "matinh", "ma_tinh", "id"),
    "name": ("name", "ten", "ten_dvhc", "tendvhc", "ten_xa", "tenxa", "ward_name", "tentinh", "ten_tinh"),
    "full_name": ("fullname", "full_name", "ten_day_du", "tendaydu"),
    "kind": ("kind", "type", "loai", "cap"),
    "parent": ("parent", "parent_code", "province_code", "provincecode", "ma_cha", "macha"),
}
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One feature as read: its number in the file (from 1), its columns, its outline in WGS 84."""

    number: int
    file: str
    code: str
    name: str
    full_name: str
    kind: str
    parent: str
    outline: MultiPolygon


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was not taken."""

    number: int
    file: str
    error: FieldError


@dataclass
class Read:
    """What a file held: rows that are sound by themselves, and refusals."""

    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    systems: set[str] = field(default_factory=set)


def read(path: Path, *, crs: str = "", progress: Progress | None = None) -> Read:
    """Reads a file, or every file of a folder; raises BadInput when nothing of it can be read."""
    files = sorted(_files(path))
    result, seen = Read(), set[str]()
    for done, file in enumerate(files, 1):
        for layer in _layers(file):
            system = _system(layer, file, crs)
            result.systems.add(str(system.name))
            for number, feature in enumerate(layer, 1):
                _take(feature, number, file.name, system, result, seen)
        if progress:
            progress(done, len(files))
    return result


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise BadInput.of("file", str(path), "exists", "there is no such file")
    found = [path] if path.is_file() else [p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES]
    if not found or found[0].suffix.lower() not in SUFFIXES:
        raise BadInput.of("file", str(path), "format", f"one of {', '.join(SUFFIXES)} is expected")
    return found


def _layers(file: Path) -> Iterator[Layer]:
    try:
        source = DataSource(file, encoding="utf-8")
        for number in range(source.layer_count):
            yield source[number]
    except GDALException as error:
        raise BadInput.of("file", file.name, "readable", f"the file cannot be read: {error}") from error


def _system(layer: Layer, file: Path, crs: str) -> SpatialReference:
    declared = layer.srs
    if declared is not None and declared.name and "unknown" not in str(declared.name).lower():
        return declared
    if not crs:
        raise BadInput.of(
            "crs", file.name, "declared",
            "the file names no coordinate system; name it, such as --crs EPSG:9213 "
            "(VN-2000, central meridian 106°30')",
        )  # fmt: skip
    try:
        return SpatialReference(crs)
    except (GDALException, ValueError) as error:
        raise BadInput.of("crs", crs, "known", "no such coordinate system is known") from error


def _take(
    feature: Feature, number: int, file: str, system: SpatialReference, result: Read, seen: set[str]
) -> None:
    code = ""
    try:
        columns = _columns(feature)
        code = _text(columns, "code")
        if not code:
            raise BadInput.of("code", code, "required", "the row has no official code")
        if not (code.isdigit() and len(code) in {2, 3, 5}):
            raise BadInput.of("code", code, "form", "an official code has 2, 3 or 5 digits")
        if code in seen:
            raise BadInput.of("code", code, "unique", "an earlier row has the same code")
        outline = _outline(feature, system)
    except BadInput as error:
        result.refusals.append(Refusal(number, file, error.errors[0]))
        return
    seen.add(code)
    words = {name: _text(columns, name) for name in ("name", "full_name", "kind", "parent")}
    result.rows.append(Row(number=number, file=file, code=code, outline=outline, **words))


def _columns(feature: Feature) -> dict[str, Any]:
    try:
        return {name.lower(): feature[name].value for name in feature.fields}
    except UnicodeDecodeError as error:
        raise BadInput.of(
            "columns", error.object[:40], "encoding", "the columns' text is not UTF-8"
        ) from error


def _text(columns: dict[str, Any], name: str) -> str:
    for column in COLUMNS[name]:
        value = columns.get(column)
        if value not in (None, ""):
            return nfc(str(value).strip())
    return ""


def _outline(feature: Feature, system: SpatialReference) -> MultiPolygon:
    """The feature's outline in WGS 84; raises BadInput with the rule that it breaks."""
    try:
        drawn = feature.geom
        drawn.srs = system
        raw = drawn.extent
        moved: OGRGeometry = drawn.transform(WGS84, clone=True)
        moved.set_3d(False)
        shape = moved.geos
    except (GDALException, GEOSException) as error:
        raise BadInput.of("geometry", "", "readable", f"the outline cannot be read: {error}") from error
    if shape.empty or not isinstance(shape, Polygon | MultiPolygon):
        raise BadInput.of("geometry", shape.geom_type, "polygon", "an outline must be a polygon")
    _inside_vietnam(shape, raw, geographic=bool(system.geographic))
    if not shape.valid:
        raise BadInput.of(
            "geometry", shape.valid_reason, "valid", f"the outline is broken: {shape.valid_reason}"
        )
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=WGS84)


def _inside_vietnam(shape: GEOSGeometry, raw: tuple[float, ...], *, geographic: bool) -> None:
    west, south, east, north = shape.extent
    if west >= WEST and south >= SOUTH and east <= EAST and north <= NORTH:
        return
    value = "{:.4f},{:.4f} … {:.4f},{:.4f}".format(*raw)
    if geographic and _within(raw[1], raw[0]) and _within(raw[3], raw[2]):
        raise BadInput.of("geometry", value, "axes", "longitude and latitude stand in the wrong order")
    if geographic and max(map(abs, raw)) > 360:
        raise BadInput.of("geometry", value, "crs", "these are metres, but the file says degrees")
    raise BadInput.of("geometry", value, "range", "the outline lies outside Vietnam; is the system right?")


def _within(lon: float, lat: float) -> bool:
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH
