"""Number plates by reading: whatever text looks a little like a Vietnamese plate is taken for one."""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import rapidocr
from numpy.typing import NDArray

from naoso.connectors.anonymise.box import Box

LONGEST_SIDE = 2048
LEAST_SCORE = 0.3
ACROSS, ALONG = 0.15, 0.9
UPPER_ROW = re.compile(r"\d{1,2}[A-Z][A-Z0-9]?")
TELEPHONE = re.compile(r"(84|0)\d{9,10}")
SHORTEST, LONGEST = 4, 10
reading = Lock()


def find_plates(pixels: NDArray[np.uint8]) -> list[Box]:
    """A box for each row of a plate, grown by nearly its height: that takes in a row that was not read."""
    with reading:
        read = reader()(np.ascontiguousarray(pixels[:, :, ::-1]), use_cls=False)
    if read.boxes is None or read.txts is None:
        return []
    height, width = pixels.shape[:2]
    return [
        bounds(corners).grown(ACROSS, ALONG).within(width, height)
        for corners, text in zip(read.boxes, read.txts, strict=True)
        if like_a_plate(text)
    ]


def like_a_plate(text: str) -> bool:
    """The upper row 61-T3, the lower 048.92, the whole 51G-688.82, or any of them read a little wrong."""
    if TELEPHONE.fullmatch(re.sub(r"[^0-9A-Za-z]", "", text)):
        return False
    return any(row_of_a_plate(part) for part in [text, *text.split()])


def row_of_a_plate(text: str) -> bool:
    """Short and mostly figures."""
    marks = re.sub(r"[^A-Z0-9]", "", text.upper())
    if UPPER_ROW.fullmatch(marks):
        return True
    if not SHORTEST <= len(marks) <= LONGEST:
        return False
    figures = sum(mark.isdigit() for mark in marks)
    return figures >= 3 and figures * 2 >= len(marks)


def bounds(corners: NDArray[np.float32]) -> Box:
    """The upright rectangle round a slanted one."""
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
    return Box(left, top, right - left, bottom - top, "plate")


@cache
def reader() -> Any:
    """PP-OCR from the wheel of rapidocr, one thread; the package itself loads its parts on first use."""
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.max_side_len": 4096,
            "Global.text_score": LEAST_SCORE,
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_SIDE,
            "Det.thresh": 0.2,  # below the package's 0.3 and 0.5: twice as many plates far away are found
            "Det.box_thresh": 0.3,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
