"""The first reader: finds rows of text and reads them (PP-OCRv6 in the wheel of rapidocr, Apache-2.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

import numpy as np
import rapidocr
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import engine

Pixels = NDArray[np.uint8]
Points = NDArray[np.float32]

DETECTION_SIDE = 1280
ROW_SHAPE = (3, 48, 160)
ROW_STEP = 16  # a network is made ready for each size of picture once: sizes must be few


class Engine(Protocol):
    """What finds and reads text; pictures are RGB."""

    def find(self, pixels: Pixels) -> list[Points]:
        """Four corners of each row of text, from the upper left clockwise."""

    def read(self, row: Pixels) -> tuple[str, float]:
        """What stands in a picture of one row, and how sure that is, from 0 to 1."""


@dataclass(slots=True)
class PaddleEngine:
    """One network on one thread at a time: several processes read faster than several threads."""

    side: int = DETECTION_SIDE
    _network: Any = None
    _lock: Lock = field(default_factory=Lock)

    def find(self, pixels: Pixels) -> list[Points]:
        """The longest side is looked at with at most `side` pixels: 1080p takes a quarter of a second."""
        with self._lock:
            found = self._loaded()(pixels[:, :, ::-1], use_det=True, use_cls=False, use_rec=False)
        return [] if found.boxes is None else [np.asarray(box, np.float32) for box in found.boxes]

    def read(self, row: Pixels) -> tuple[str, float]:
        """Never looks for rows in it first: on a picture cut this close that finds none."""
        with self._lock:
            read = self._loaded()(
                fitted(np.ascontiguousarray(row[:, :, ::-1])), use_det=False, use_cls=False, use_rec=True
            )
        return (read.txts[0], float(read.scores[0])) if read.txts else ("", 0.0)

    def _loaded(self) -> Any:
        """The networks are read at the first picture."""
        if self._network is None:
            self._network = rapidocr.RapidOCR(
                params={
                    "Global.log_level": "error",
                    "Global.use_cls": False,
                    "Global.max_side_len": 20_000,
                    "Global.text_score": 0.0,
                    "Det.limit_type": "max",
                    "Det.limit_side_len": self.side,
                    "Det.thresh": 0.2,  # below the package's 0.3 and 0.5: many more plates far away are found
                    "Det.box_thresh": 0.3,
                    "Rec.rec_img_shape": list(ROW_SHAPE),  # rows of a plate are short: half the work
                    "Det.engine_type": rapidocr.EngineType.OPENVINO,  # a third of onnxruntime's time
                    "Rec.engine_type": rapidocr.EngineType.OPENVINO,
                    "EngineConfig.openvino.inference_num_threads": 1,
                    "EngineConfig.openvino.num_streams": 1,
                }
            )
        return self._network


def fitted(row: Pixels) -> Pixels:
    """As high as the network takes it, and of one of few widths: stretched by less than a twentieth."""
    _colours, high, least = ROW_SHAPE
    wide = row.shape[1] * high / row.shape[0]
    if wide <= least:
        return row
    size = (round(wide / ROW_STEP) * ROW_STEP, high)
    stretched: Pixels = engine().resize(row, size, interpolation=engine().INTER_LINEAR)
    return stretched
