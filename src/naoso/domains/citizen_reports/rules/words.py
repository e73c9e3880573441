"""What a text may be: cleaned, bounded, and without what must not become public."""

from __future__ import annotations

import re
import unicodedata

from naoso.kernel.errors import BadInput
from naoso.kernel.text import nfc

MOST_LETTERS = 4000
MOST_PHOTOS = 5
TEXT_CATEGORIES = ("L", "N", "P", "S", "Z", "M")
COVERED = "•••"
PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),  # e-mail
    re.compile(r"(?<!\d)(?:\+84|0)(?:[ .-]?\d){8,10}(?!\d)"),  # telephone
    re.compile(r"(?<!\d)\d{12}(?!\d)"),  # number of an identity card
    re.compile(r"(?<!\w)\d{2}\s?-?\s?[A-ZĐ]{1,2}\d?\s?-?\s?\d{3}[.]?\d{1,2}(?!\w)", re.IGNORECASE),  # plate
)


def clean_text(text: str) -> str:
    """NFC without control characters. Raises BadInput beyond 4,000 letters."""
    kept = "".join(c for c in nfc(text) if c in "\n\t" or unicodedata.category(c)[0] in TEXT_CATEGORIES)
    kept = kept.strip()
    if len(kept) > MOST_LETTERS:
        raise BadInput.of("text", f"{len(kept)} letters", "length", "at most 4,000 letters")
    return kept


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it: emoji alone tell an officer nothing."""
    return any(unicodedata.category(c)[0] in {"L", "N"} for c in text)


def without_personal_data(text: str) -> str:
    """E-mail addresses, telephone numbers, identity numbers and number plates are covered."""
    for pattern in PERSONAL:
        text = pattern.sub(COVERED, text)
    return text
