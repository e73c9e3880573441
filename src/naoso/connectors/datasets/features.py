"""One GeoJSON feature → one record; and the coordinate system that GeoJSON of before 2016 may name."""

from __future__ import annotations

import json
import re
from typing import Any

from naoso.connectors.datasets import wkb
from naoso.connectors.datasets.types import Limits, Raw
from naoso.kernel.errors import FieldError

WGS84 = "EPSG:4326"
CRS_NAME = re.compile(r"(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(\w+)[:/][\w.]*[:/]?(\w+)")
GEOMETRIES = (*wkb.WRITERS, "GeometryCollection")


def record(number: int, feature: Any, limits: Limits) -> Raw:
    """Nested values become JSON text; the feature's own id is a value where no property has that name."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        error = FieldError(
            "feature", str(feature)[:200], "shape", "a feature must be an object of type Feature"
        )
        return Raw(number, {}, None, error)
    properties = feature.get("properties")
    if not (properties is None or isinstance(properties, dict)):
        words = "properties must be an object"
        return Raw(number, {}, None, FieldError("properties", str(properties)[:200], "shape", words))
    cells = {key: flat(value) for key, value in (properties or {}).items()}
    if "id" in feature and "id" not in cells:
        cells["id"] = flat(feature["id"])
    if len(cells) > limits.columns:
        words = f"has {len(cells)} properties; at most {limits.columns} are taken"
        return Raw(number, {}, None, FieldError("properties", len(cells), "count", words))
    return placed(number, cells, feature.get("geometry"), limits)


def placed(number: int, cells: dict[str, Any], geometry: Any, limits: Limits) -> Raw:
    """With its geometry, or with what is wrong with it."""
    try:
        packed = wkb.packed(geometry)
    except wkb.Broken as error:
        return Raw(number, cells, None, wkb.fault(error, geometry))
    return Raw(number, cells, *sized(packed, limits))


def sized(packed: bytes | None, limits: Limits) -> tuple[bytes | None, FieldError | None]:
    """A geometry beyond the limit is a problem of its row."""
    if packed and len(packed) > limits.geometry_bytes:
        words = f"the geometry has {len(packed):,} bytes; at most {limits.geometry_bytes:,} are taken"
        return None, FieldError("geometry", f"{len(packed)} bytes", "length", words)
    return packed, None


def flat(value: Any) -> Any:
    """As a cell."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def crs_of(document: Any) -> str:
    """The system of a `crs` member; without one GeoJSON is in WGS 84, longitude first."""
    member = document.get("crs") if isinstance(document, dict) else None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return crs_code(name) if isinstance(name, str) else WGS84


def crs_code(name: str) -> str:
    """`urn:ogc:def:crs:EPSG::3405` → `EPSG:3405`; longitude and latitude of any name → EPSG:4326."""
    found = CRS_NAME.fullmatch(name.strip())
    if not found:
        return ""
    authority, code = found.group(1).upper(), found.group(2).upper()
    if code in ("CRS84", "CRS84H", "4979", "4326"):
        return WGS84
    return f"{authority}:{code}"
