"""Shapes of any coordinate system into WGS 84, longitude first.

PostGIS knows only systems of its own table by a fast way; the newer numbers of VN-2000 are not in it.
"""

from __future__ import annotations

from django.contrib.gis.gdal import CoordTransform, GDALException, OGRGeometry, SpatialReference

from naoso.core.objects.services.editing import EAST, NORTH, SOUTH, WEST

Moved = tuple[bytes | None, bool | None]
UNMOVED: Moved = (None, None)


class Mover:
    """From one system; made once for a file."""

    def __init__(self, crs: str) -> None:
        self._from = SpatialReference(crs)
        self._way = CoordTransform(self._from, SpatialReference(4326))

    def moved(self, wkb: bytes | None) -> Moved:
        """WKB, None where the system holds no such place; and whether turned axes would lie in Vietnam."""
        if wkb is None:
            return UNMOVED
        try:
            raw = OGRGeometry(memoryview(wkb))
        except GDALException:
            return UNMOVED
        west, south, _east, _north = raw.extent
        try:
            raw.transform(self._way)
        except GDALException:
            return None, self._lies_there(south, west)
        if inside(raw):
            return bytes(raw.wkb), None
        return bytes(raw.wkb), self._lies_there(south, west)

    def _lies_there(self, x: float, y: float) -> bool:
        """A corner with its axes turned."""
        corner = OGRGeometry(f"POINT ({x!r} {y!r})")
        try:
            corner.transform(self._way)
        except GDALException:
            return False
        return inside(corner)


def inside(shape: OGRGeometry) -> bool:
    """Within Vietnam's box."""
    west, south, east, north = shape.extent
    return west >= WEST and south >= SOUTH and east <= EAST and north <= NORTH
