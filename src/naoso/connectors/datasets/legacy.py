"""Vietnamese text of before Unicode, as it looks when its bytes are read as Windows-1252.

TCVN3 (TCVN 5712:1993 VN3, the fonts named `.Vn…`) has one code for each small letter and for the seven
capitals Ă Â Ê Ô Ơ Ư Đ. Capitals with a tone mark have none: the fonts whose name ends in H draw the
small letters' codes as capitals, and a file does not tell the font. So a marked letter becomes a capital
where its word shows two other capitals and no small letter (`TH¸I` → `THÁI`), or where all words of the
text are such; a lone `Ên` stays `ấn`.

VNI-Windows writes a letter and then its marks (`oä` → ộ); twelve letters have codes of their own.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3_LETTERS = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}
TCVN3 = {
    chr(first + place): letter
    for first, letters in _TCVN3_LETTERS.items()
    for place, letter in enumerate(letters)
}
_SHARED = frozenset(letter for letter in TCVN3.values() if letter.islower())

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT, _ROOF, _BREVE, _HORN = "\u0300\u0301\u0309\u0303\u0323\u0302\u0306\u031b"
_VNI_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_ROOF = {
    "â": _ROOF, "á": _ROOF + _ACUTE, "à": _ROOF + _GRAVE,
    "å": _ROOF + _HOOK, "ã": _ROOF + _TILDE, "ä": _ROOF + _DOT,
}  # fmt: skip
_VNI_BREVE = {
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_ALONE = {
    "ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"
}  # fmt: skip
_VNI_BASES = {
    "a": ("a", _VNI_TONES | _VNI_ROOF | _VNI_BREVE),
    "e": ("e", _VNI_TONES | _VNI_ROOF),
    "o": ("o", _VNI_TONES | _VNI_ROOF),
    "u": ("u", _VNI_TONES),
    "y": ("y", _VNI_TONES),
    "ô": ("ơ", _VNI_TONES),
    "ö": ("ư", _VNI_TONES),
}


def _vni_table() -> dict[str, str]:
    small: dict[str, str] = dict(_VNI_ALONE)
    for code, (letter, marks) in _VNI_BASES.items():
        for mark, combining in marks.items():
            small[code + mark] = unicodedata.normalize("NFC", letter + combining)
    table = dict(small)
    for code, letter in small.items():
        table[code.upper()] = letter.upper()
        if len(code) == 2:  # a capital whose mark was typed without shift, and the other way round
            table[code[0].upper() + code[1]] = letter.upper()
            table[code[0] + code[1].upper()] = letter
    return table


VNI = _vni_table()
LEGACY = ("tcvn3", "vni")
_VNI_PIECE = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_TCVN3_PIECE = re.compile("[" + re.escape("".join(TCVN3)) + "]")
_PIECES = {"tcvn3": (_TCVN3_PIECE, TCVN3), "vni": (_VNI_PIECE, VNI)}
_WORD = re.compile(r"[^\W\d_]+")


def converted(text: str, encoding: str) -> tuple[str, str]:
    """The text in Unicode NFC, and the first letter that the encoding does not have (empty: none)."""
    pattern, table = _PIECES[encoding]
    foreign = next((c for c in pattern.sub("", text) if not c.isascii() and c.isalpha()), "")
    plain = pattern.sub(lambda found: table[found.group()], text)
    if encoding == "tcvn3":
        plain = _capitals(plain)
    return unicodedata.normalize("NFC", plain), foreign


def _capitals(text: str) -> str:
    """Marked letters of a word in capitals become capitals themselves."""
    words = _WORD.findall(text)
    if not any(_shouts(word) for word in words):
        return text
    if not any(_has_small(word) for word in words):
        return text.upper()
    return _WORD.sub(lambda found: found.group().upper() if _shouts(found.group()) else found.group(), text)


def _has_small(word: str) -> bool:
    return any(letter.islower() and letter not in _SHARED for letter in word)


def _shouts(word: str) -> bool:
    return sum(letter.isupper() for letter in word) >= 2 and not _has_small(word)
