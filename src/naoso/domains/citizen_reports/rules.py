"""Pure decisions about reports: who answers, what is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from naoso.kernel.errors import BadInput
from naoso.kernel.text import nfc

MOST_LETTERS = 4000
MOST_PHOTOS = 5
TEXT_CATEGORIES = ("L", "N", "P", "S", "Z")


def routed(lineage: Sequence[int], routes: Mapping[int, int], fallback: int) -> int:
    """The organisation of the nearest unit that has a route; `lineage` runs from the unit upwards."""
    return next((routes[unit] for unit in lineage if unit in routes), fallback)


def clean_text(text: str) -> str:
    """NFC without control characters. Raises BadInput beyond 4,000 letters."""
    kept = "".join(c for c in nfc(text) if c in "\n\t" or unicodedata.category(c)[0] in TEXT_CATEGORIES)
    kept = kept.strip()
    if len(kept) > MOST_LETTERS:
        raise BadInput.of("text", f"{len(kept)} letters", "length", "at most 4,000 letters")
    return kept
