"""Does anything move? A still street is not worth half a second of reading."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.lanes import Lane, regions
from naoso.connectors.plates.rows import Pixels

SIZE = (160, 90)
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

    def open(self, pixels: Pixels, at: float) -> bool:
        """Is this picture worth reading? The first one is."""
        grey = engine().resize(pixels, SIZE, interpolation=engine().INTER_AREA).mean(axis=2, dtype=np.float32)
        if self._background is None or self._mask is None:
            self._background, self._mask, self._moved_at = grey, self._looked_at(), at
            return True
        light = float(np.median(grey - self._background))  # a cloud changes all of it alike
        changed = np.abs(grey - self._background - light) > CHANGED
        self._background += LEARNED * (grey - self._background)
        if changed[self._mask].mean() >= LEAST_SHARE:
            self._moved_at = at
        return self._moved_at is not None and at - self._moved_at <= SETTLED_AFTER

    def _looked_at(self) -> NDArray[np.bool_]:
        mask = np.zeros(SIZE[::-1], bool)
        for box in regions(self.lanes, *SIZE):
            mask[box.top : box.top + box.height, box.left : box.left + box.width] = True
        return mask if mask.any() else np.ones(SIZE[::-1], bool)
