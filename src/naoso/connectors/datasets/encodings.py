"""Which bytes stand for which letters: told by the content, since a file's own word for it is often wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from naoso.connectors.datasets import syllables
from naoso.connectors.datasets.legacy import LEGACY
from naoso.kernel.errors import BadInput

UTF8 = "utf-8"
CODECS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1258": "cp1258",
    "windows-1252": "cp1252",
}
ENCODINGS = (*CODECS, *LEGACY)
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
HEAD, MIDDLE = 256 * 1024, 128 * 1024


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`encoding` as people name it; a legacy one is stored in bytes of Windows-1252."""

    encoding: str
    warnings: tuple[str, ...] = ()
    special: bool = True  # a letter outside ASCII was seen

    @property
    def carrier(self) -> str:
        """The encoding that turns bytes into characters."""
        return "windows-1252" if self.encoding in LEGACY else self.encoding

    def carrier_for(self, encoding: str) -> str:
        """The same, where a person names the encoding; legacy text may have been carried over to UTF-8."""
        if encoding in LEGACY:
            return self.carrier if self.special else "windows-1252"
        return encoding or self.carrier


def checked(encoding: str) -> str:
    """Empty means: find out. Raises BadInput for an unknown name."""
    name = encoding.strip().lower()
    if name and name not in ENCODINGS:
        raise BadInput.of("encoding", encoding, "known", f"one of {', '.join(ENCODINGS)} is expected")
    return name


def sniff_file(path: Path) -> Sniffed:
    """By the start, the middle and the end of a file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        blocks = [file.read(HEAD)]
        for place in (size // 2, size - MIDDLE):
            if place > HEAD:
                file.seek(place)
                blocks.append(b"\n".join(file.read(MIDDLE).split(b"\n")[1:]))
    return sniff(b"\n".join(blocks))


def sniff(data: bytes) -> Sniffed:
    """Line by line: UTF-8 where most lines with special letters are UTF-8."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return Sniffed(encoding, ("bom",))
    special = [line for line in data.splitlines() if not line.isascii()]
    other = [line for line in special if not is_utf8(line)]
    if len(other) == 1 and other[0] == special[-1]:  # the last line of a block may be cut in a letter
        other = [] if is_utf8(other[0], final=False) else other
    mixed = ("mixed-encoding",) if 0 < len(other) < len(special) else ()
    if len(other) * 2 <= len(special):
        return Sniffed(UTF8, mixed, bool(special))
    return Sniffed(single_byte(other), mixed)


def single_byte(lines: Sequence[bytes]) -> str:
    """The encoding of one byte a letter in which the text reads best as Vietnamese."""
    western = [decoded(line, "windows-1252") for line in lines[:2000]]
    if legacy := syllables.guess(western):
        return legacy
    viet = syllables.reading(unicodedata.normalize("NFC", decoded(x, "windows-1258")) for x in lines[:2000])
    plain = syllables.reading(western)
    return "windows-1258" if viet.good and viet.share >= plain.share else "windows-1252"


def decoded(data: bytes, encoding: str) -> str:
    """Bytes that make no letter become lone surrogates; a letter cut off at the end is dropped."""
    if encoding == UTF8 and not is_utf8(data) and is_utf8(data, final=False):
        data = data.decode("utf-8", "ignore").encode()
    return data.decode(CODECS[encoding], "surrogateescape")


def is_utf8(data: bytes, *, final: bool = True) -> bool:
    """Not `final`: a letter that the end cuts off is no fault."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return not final and error.reason == "unexpected end of data"
    return True
