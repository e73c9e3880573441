"""Plates in a photo, where this centre has a reader."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

READER = "naoso.connectors.plates"
NEEDS = (READER, "rapidocr")
MOST = 5


def has_reader() -> bool:
    """Whether photos can be read here: a centre may run without the networks."""
    return all(find_spec(name) is not None for name in NEEDS)


@cache
def reader() -> Any:
    """Both networks, loaded at the first photo, once for a process."""
    return import_module(READER).PlateReader()


def read_picture(jpeg: bytes) -> list[str]:
    """Texts that may be plates, the likeliest first; nothing where there is no reader or no plate.

    A photo of the plate alone is read as such: nothing would be found in it.
    """
    if not has_reader():
        return []
    pixels = import_module(READER).pixels_of(jpeg)
    seen = reader().read(pixels)
    if not any(one.plate for one in seen):
        alone = reader().read_crop(pixels)
        seen = [*seen, alone] if alone else seen
    texts = (text for one in sorted(seen, key=likely) for text in texts_of(one))
    return list(dict.fromkeys(texts))[:MOST]


def likely(one: Any) -> tuple[bool, bool, float]:
    """Plates before what only looks like one, agreed before doubtful, sure before unsure."""
    return one.plate is None, not one.agreed, -one.confidence


def texts_of(one: Any) -> Iterator[str]:
    """The plate, then what it may be besides."""
    for plate in (one.plate, *one.candidates):
        if plate is not None:
            yield plate.shown
