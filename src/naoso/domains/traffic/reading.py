"""Plates in a photo, where this centre has a reader."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

READER = "naoso.connectors.plates"
MOST = 5


def has_reader() -> bool:
    """Whether photos can be read here."""
    return find_spec(READER) is not None


def read_picture(jpeg: bytes) -> list[str]:
    """Texts that may be plates, the likeliest first; nothing where there is no reader or no plate."""
    if not has_reader():
        return []
    read: Callable[[bytes], list[Any]] | None = getattr(import_module(READER), "read_picture", None)
    found = read(jpeg) if read else []
    texts = [str(getattr(one, "text", one)) for one in found]
    return list(dict.fromkeys(text for text in texts if text))[:MOST]
