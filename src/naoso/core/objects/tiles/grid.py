"""Tiles and their Morton numbers: at zoom z a tile is one range of spots, its cells are ranges within it."""

from __future__ import annotations

from dataclasses import dataclass

SPOT_ZOOM = 24
CELL_BITS = 5
"""A tile has 2⁵ × 2⁵ cells."""
COUNTED_ZOOMS = range(5, 16)
FIRST, LAST = 0, 19
EXTENT = 4096


def spread(value: int) -> int:
    """Bits of a 32-bit number, each at twice its place."""
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the Web Mercator quad tree, as in OGC's WebMercatorQuad."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the quad tree has it."""
        return FIRST <= self.z <= LAST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def morton(self) -> int:
        """Its number among the tiles of its zoom."""
        return spread(self.x) | spread(self.y) << 1

    @property
    def spots(self) -> tuple[int, int]:
        """First and last spot inside."""
        shift = 2 * (SPOT_ZOOM - self.z)
        return self.morton << shift, ((self.morton + 1) << shift) - 1

    @property
    def cells(self) -> tuple[int, int]:
        """First and last of its cells."""
        return self.morton << 2 * CELL_BITS, ((self.morton + 1) << 2 * CELL_BITS) - 1
