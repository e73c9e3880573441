"""Files of every format, made in the test's own folder."""

from __future__ import annotations

import json
import struct
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from pyogrio.raw import write_arrow

POINT = {"type": "Point", "coordinates": [105.83, 21.59]}
SHARED = Path(__file__).parents[6] / "shared" / "data"


def wkb_point(x: float = 105.83, y: float = 21.59) -> bytes:
    return struct.pack("<BIdd", 1, 1, x, y)


def feature(properties: Any = None, geometry: Any = POINT, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties or {}, "geometry": geometry, **more}


def collection(features: Sequence[Any], **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **more, "features": list(features)}


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def put_json(folder: Path, name: str, document: Any) -> Path:
    return put(folder, name, json.dumps(document, ensure_ascii=False))


def put_xlsx(folder: Path, rows: Sequence[Sequence[Any]], *, title: str = "Cây") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    path = folder / "table.xlsx"
    book.save(path)
    return path


def put_zip(path: Path, parts: Mapping[str, bytes | Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
    return path


def put_vector(
    folder: Path, name: str, columns: dict[str, Any], shapes: Sequence[bytes | None], **more: Any
) -> Path:
    driver = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}[Path(name).suffix]
    table = pa.table({**columns, "shape": pa.array(list(shapes), pa.binary())})
    options = {"geometry_type": "Point", "crs": "EPSG:4326"} | more
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_arrow(table, folder / name, driver=driver, geometry_name="shape", **options)
    return folder / name


def shape_parts(path: Path, *, without: Sequence[str] = (), prefix: str = "Cây/") -> dict[str, Path]:
    found = (p for p in path.parent.glob(f"{path.stem}.*") if p.suffix not in {*without, ".zip"})
    return {prefix + p.name: p for p in found}
