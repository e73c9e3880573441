"""Text and place → a sparse vector, the same in training and in the web process; plain Python.

Folded words, pairs of neighbours and the unit, each hashed into one of `WIDTH` places: Vietnamese with and
without tone marks comes out the same. Pieces of words (character n-grams) were tried on the shipped examples
and did no better.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from zlib import crc32

from naoso.domains.citizen_reports.rules.routing import only_words

WIDTH = 1 << 15
MOST_LETTERS = 600


def pieces(text: str, unit_id: int | None) -> Iterator[str]:
    """What is counted."""
    words = only_words(text[:MOST_LETTERS]).split()
    yield from (f"w:{word}" for word in words)
    yield from (f"p:{one} {two}" for one, two in pairwise(words))
    if unit_id is not None:
        yield f"u:{unit_id}"


def vector(text: str, unit_id: int | None = None) -> dict[int, float]:
    """place → weight, of length 1; empty for no text and no place."""
    counts = Counter(crc32(piece.encode()) % WIDTH for piece in pieces(text, unit_id))
    weights = {place: 1.0 + math.log(count) for place, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {place: weight / length for place, weight in weights.items()}
