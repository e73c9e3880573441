"""GeoJSON geometries → WKB in two dimensions, without a library between."""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Callable
from itertools import chain
from typing import Any

from naoso.kernel.errors import FieldError

POINT, LINE, POLYGON, MULTI_POINT, MULTI_LINE, MULTI_POLYGON, COLLECTION = range(1, 8)
DEEPEST = 8


class Broken(ValueError):
    """The geometry breaks a rule of GeoJSON: its words say which."""


def packed(geometry: Any) -> bytes | None:
    """None for no geometry and for an empty one; raises Broken."""
    if geometry is None:
        return None
    try:
        return _packed(geometry, 0)
    except Broken:
        raise
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        OverflowError,
        struct.error,
    ) as error:
        raise Broken("the geometry is not of GeoJSON's form") from error


def fault(error: Broken, geometry: Any) -> FieldError:
    """The row's problem."""
    return FieldError("geometry", str(geometry)[:200], "shape", str(error))


def _packed(geometry: dict[str, Any], depth: int) -> bytes | None:
    kind = geometry["type"]
    if kind == "GeometryCollection":
        if depth > DEEPEST:
            raise Broken("the geometry is nested too deeply")
        parts = [_packed(part, depth + 1) for part in geometry["geometries"]]
        return _many(COLLECTION, [part for part in parts if part])
    write = WRITERS.get(kind)
    if write is None:
        raise Broken(f"no such kind of geometry: {str(kind)[:40]}")
    coordinates = geometry["coordinates"]
    return write(coordinates) if coordinates else None


def _point(position: Any) -> bytes:
    x, y = position[0], position[1]
    if isinstance(x, str) or isinstance(y, str):
        raise TypeError
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Broken("a coordinate is not a finite number")
    return struct.pack("<BIdd", 1, POINT, x, y)


def _positions(positions: Any) -> bytes:
    if set(map(len, positions)) == {2}:
        flat = array("d", chain.from_iterable(positions))
    else:
        flat = array("d", (ordinate for position in positions for ordinate in (position[0], position[1])))
    if not all(map(math.isfinite, flat)):
        raise Broken("a coordinate is not a finite number")
    return struct.pack("<I", len(flat) // 2) + little_endian(flat)


def little_endian(numbers: array[float]) -> bytes:
    """On any machine."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _line(positions: Any) -> bytes:
    if len(positions) < 2:
        raise Broken("a line needs two positions")
    return struct.pack("<BI", 1, LINE) + _positions(positions)


def _polygon(rings: Any) -> bytes:
    for ring in rings:
        if len(ring) < 4 or ring[0][:2] != ring[-1][:2]:
            raise Broken("a ring of a polygon needs four positions and ends where it begins")
    return struct.pack("<BII", 1, POLYGON, len(rings)) + b"".join(map(_positions, rings))


def _many(kind: int, parts: list[bytes]) -> bytes:
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts)


WRITERS: dict[str, Callable[[Any], bytes]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": lambda items: _many(MULTI_POINT, [_point(item) for item in items]),
    "MultiLineString": lambda items: _many(MULTI_LINE, [_line(item) for item in items]),
    "MultiPolygon": lambda items: _many(MULTI_POLYGON, [_polygon(item) for item in items]),
}
FAMILY = {
    POINT: "point", LINE: "line", POLYGON: "polygon", MULTI_POINT: "point", MULTI_LINE: "line",
    MULTI_POLYGON: "polygon", COLLECTION: "mixed",
}  # fmt: skip


def family(wkb: bytes) -> str:
    """point, line, polygon or mixed, by the first bytes."""
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big")
    return FAMILY.get(code % 1000, "mixed")


def family_of(families: set[str]) -> str:
    """One word for all geometries of a layer."""
    return next(iter(families)) if len(families) == 1 else "mixed" if families else ""


def point(wkb: bytes) -> tuple[float, float] | None:
    """x and y of a single point."""
    if family(wkb) != "point" or len(wkb) != 21:
        return None
    x, y = struct.unpack_from("<dd" if wkb[0] else ">dd", wkb, 5)
    return x, y


def may_be_degrees(wkb: bytes) -> bool:
    """A point that may be longitude and latitude; other geometries are not judged."""
    place = point(wkb)
    return place is None or (abs(place[0]) <= 360 and abs(place[1]) <= 90)
