"""Vietnamese text: one normal form, and a folded form for search without tone marks."""

from __future__ import annotations

import unicodedata


def nfc(text: str) -> str:
    """Unicode normal form C, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


def storable(text: str) -> str:
    """Without NUL, which a database's text cannot hold; a sign that shows it stands there instead."""
    return text.replace("\0", "␀")


def folded(text: str) -> str:
    """Lower case, no tone marks, đ → d, single blanks: `Sông  Công` → `song cong`."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.split())
