"""The second reader: our own small net, trained on drawn plates alone. Its word counts where it agrees.

It errs differently from the first, which is what makes their agreement worth something.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module, resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.rows import HIGH, NARROWEST, WIDEST, Pixels, levelled

ALPHABET = "0123456789ABCDEFGHKLMNPQRSTUVXYZĐ"
BLANK = 0


def decoded(chances: NDArray[np.float32]) -> tuple[str, float]:
    """(signs + 1, steps) → the text and its least sure sign's chance, from 0 to 1."""
    best, sure = chances.argmax(0), chances.max(0)
    text, least, before = "", 1.0, BLANK
    for sign, chance in zip(best.tolist(), sure.tolist(), strict=True):
        if sign not in (BLANK, before):
            text += ALPHABET[sign - 1]
            least = min(least, chance)
        before = sign
    return text, least if text else 0.0


@cache
def net() -> Any:
    """The weights of the package, read once for a process; one thread."""
    runtime = import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    weights = resources.files("naoso.connectors.plates").joinpath("weights", "second.onnx").read_bytes()
    return runtime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def read(row: Pixels) -> tuple[str, float]:
    """What stands in a picture of one row (RGB), and the least sure sign's chance."""
    tall, wide = row.shape[:2]
    if not tall or not wide:
        return "", 0.0
    width = min(max(round(wide * HIGH / tall), NARROWEST), WIDEST)
    how = engine().INTER_AREA if tall > HIGH else engine().INTER_LINEAR
    image = levelled(engine().resize(row, (width, HIGH), interpolation=how))
    (chances,) = net().run(None, {"rows": image[None, None]})
    return decoded(chances[0])
