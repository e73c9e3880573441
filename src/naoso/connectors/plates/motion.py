"""Does anything move? A still street is not worth reading."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.lanes import Lane, regions
from naoso.connectors.plates.rows import Pixels
from naoso.connectors.plates.seen import Box

SIZE = (160, 90)
MARGIN, TILE = 8, (20, 15)  # whole tiles: a network is made ready for each size of picture once
LEARNED = 0.15
CHANGED = 18.0
LEAST_SHARE = 0.006
SETTLED_AFTER = 3.0


@dataclass(slots=True)
class MotionGate:
    """Against a background that it learns: what stands still fades into it within seconds.

    It stays open for three seconds after the last movement: a vehicle that stops is read all the same.
    """

    lanes: tuple[Lane, ...] = ()
    _background: NDArray[np.float32] | None = field(default=None, init=False)
    _mask: NDArray[np.bool_] | None = field(default=None, init=False)
    _moved_at: float | None = field(default=None, init=False)
    _changed: Box | None = field(default=None, init=False)

    def open(self, pixels: Pixels, at: float) -> bool:
        """Is this picture worth reading? The first one is; `moved` tells which part."""
        grey = engine().resize(pixels, SIZE, interpolation=engine().INTER_AREA).mean(axis=2, dtype=np.float32)
        if self._background is None or self._mask is None:
            self._background, self._mask, self._moved_at = grey, self._looked_at(), at
            return True
        light = float(np.median(grey - self._background))  # a cloud changes all of it alike
        changed = (np.abs(grey - self._background - light) > CHANGED) & self._mask
        self._background += LEARNED * (grey - self._background)
        if changed.sum() >= LEAST_SHARE * self._mask.sum():
            self._moved_at, self._changed = at, around(changed)
        return self._moved_at is not None and at - self._moved_at <= SETTLED_AFTER

    def moved(self, width: int, height: int) -> Box | None:
        """The part of a picture of this size that moved last, with a margin; none where all may have."""
        if self._changed is None:
            return None
        small = self._changed
        left, right = tiled(small.left, small.width, SIZE[0], TILE[0])
        top, bottom = tiled(small.top, small.height, SIZE[1], TILE[1])
        across, down = width / SIZE[0], height / SIZE[1]
        return Box(
            int(left * across), int(top * down), int((right - left) * across), int((bottom - top) * down)
        )

    def _looked_at(self) -> NDArray[np.bool_]:
        mask = np.zeros(SIZE[::-1], bool)
        for box in regions(self.lanes, *SIZE):
            mask[box.top : box.top + box.height, box.left : box.left + box.width] = True
        return mask if mask.any() else np.ones(SIZE[::-1], bool)


def tiled(start: int, length: int, whole: int, tile: int) -> tuple[int, int]:
    """With a margin, out to the edges of tiles."""
    first, last = max(start - MARGIN, 0), min(start + length + MARGIN, whole)
    return first // tile * tile, -(-last // tile) * tile


def around(changed: NDArray[np.bool_]) -> Box:
    """The box round what changed, single cells of noise left out."""
    solid = engine().morphologyEx(changed.astype(np.uint8), engine().MORPH_OPEN, np.ones((2, 2), np.uint8))
    rows, columns = np.nonzero(solid if solid.any() else changed)
    left, top = int(columns.min()), int(rows.min())
    return Box(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
