"""The second reader's net: five convolutions down to one line of features, then CTC. Needs torch."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from naoso.connectors.plates.second import ALPHABET

WIDTHS = (24, 48, 96, 128, 160)


def built() -> Any:
    """Grey rows (n, 1, 32, w) → scores (n, signs + 1, w / 4)."""
    nn = import_module("torch").nn
    a, b, c, d, e = WIDTHS
    return nn.Sequential(
        *step(nn, nn.Conv2d(1, a, 5, 2, 2, bias=False), nn.BatchNorm2d(a)),
        *step(nn, nn.Conv2d(a, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b)),
        nn.MaxPool2d(2),
        *step(nn, nn.Conv2d(b, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c)),
        nn.MaxPool2d((2, 1)),
        *step(nn, nn.Conv2d(c, d, 3, 1, 1, bias=False), nn.BatchNorm2d(d)),
        nn.MaxPool2d((2, 1)),
        *step(nn, nn.Conv2d(d, e, (2, 3), 1, (0, 1), bias=False), nn.BatchNorm2d(e)),
        nn.Flatten(2),
        *step(nn, nn.Conv1d(e, e, 5, 1, 2, bias=False), nn.BatchNorm1d(e)),
        nn.Dropout(0.1),
        nn.Conv1d(e, len(ALPHABET) + 1, 1),
    )


def step(nn: Any, convolution: Any, norm: Any) -> tuple[Any, Any, Any]:
    """A convolution, its norm, what is below nought cut off."""
    return convolution, norm, nn.ReLU(inplace=True)
