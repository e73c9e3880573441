"""One cell: clean text, a finite number, a date; or the rule that it breaks."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from naoso.connectors.datasets import syllables
from naoso.connectors.datasets.encodings import CODECS, UTF8
from naoso.connectors.datasets.legacy import LEGACY, converted
from naoso.connectors.datasets.types import Column, Limits, Raw, Row, Value
from naoso.kernel.errors import FieldError

SAMPLES, NAME_CHARS, SHOWN = 5, 200, 200
BIGGEST = 2**63
LABELS = {"tcvn3": "TCVN3", "vni": "VNI", "utf-8": "UTF-8"}
INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
NUMBER = re.compile(r"[+-]?\d{1,18}[.,]\d{1,18}(e[+-]?\d{1,3})?", re.IGNORECASE)
DATE = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}([T ]\d{2}:\d{2}.*)?|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")
WORDS_OF_TRUTH = {"true", "false", "yes", "no", "có", "không", "đúng", "sai"}


class Cleaner:
    """Turns raw records into rows by one rule of text for the whole file."""

    def __init__(
        self,
        carrier: str,
        limits: Limits,
        *,
        legacy: str = "",
        plain: Iterable[str] = (),
        names: bool = False,
    ) -> None:
        """`plain` are columns that hold Unicode already; `names`: the columns' names are legacy text too."""
        self._codec = CODECS[carrier] if carrier not in ("", UTF8, "utf-16") else ""
        self._carrier, self._legacy, self._plain = carrier, legacy, frozenset(plain)
        self._convert_names = names and bool(legacy)
        self._most = limits.cell_chars
        self._names: dict[str, str] = {}

    def row(self, raw: Raw) -> Row:
        """Every cell is judged; the first broken rule is the row's problem."""
        values: dict[str, Value] = {}
        problem = raw.problem
        for key, cell in raw.cells.items():
            name = self._names.get(key) or self.name(key)
            value: Value = cell
            fault = None
            if type(cell) is str:
                if cell.isascii() and len(cell) <= self._most and "\0" not in cell:
                    value = cell.strip() or None
                else:
                    value, fault = self._text(name, key, cell)
            elif type(cell) is float or type(cell) is int:
                fault = number_fault(name, cell)
            values[name] = None if fault else value
            problem = problem or fault
        return Row(raw.number, values, raw.wkb, problem)

    def name(self, key: str) -> str:
        """A column's name as it is shown; remembered."""
        text = self._convert(key)[0] if self._convert_names else key
        name = clean_name(text)
        if len(self._names) < 10_000:
            self._names[key] = name
        return name

    def _text(self, name: str, key: str, cell: str) -> tuple[Value, FieldError | None]:
        if len(cell) > self._most:
            words = f"has {len(cell):,} characters; at most {self._most:,} are taken"
            return None, FieldError(name, cell[:SHOWN], "length", words)
        if "\0" in cell:
            return None, FieldError(name, printable(cell), "nul", "the text holds a zero byte")
        text = unicodedata.normalize("NFC", cell).strip()
        if fault := self._encoding_fault(name, cell):
            return None, fault
        if self._legacy and key not in self._plain:
            return self._legacy_text(name, text)
        return text or None, None

    def _encoding_fault(self, name: str, text: str) -> FieldError | None:
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            label = LABELS.get(self._carrier or UTF8, self._carrier)
            return FieldError(name, printable(text), "encoding", f"the text is not {label}")
        if self._codec and looks_utf8(text, self._codec):
            label = LABELS.get(self._legacy or self._carrier, self._legacy or self._carrier)
            words = f"the text is UTF-8, but the file is {label}"
            return FieldError(name, printable(text), "encoding", words)
        return None

    def _legacy_text(self, name: str, text: str) -> tuple[Value, FieldError | None]:
        done, foreign = self._convert(text)
        label = LABELS[self._legacy]
        if foreign:
            words = f"the text is not {label} throughout: it has no letter “{foreign}”"
            return None, FieldError(name, printable(text), "encoding", words)
        if done != text and not_needed(text, done):
            words = f"the text is Vietnamese as it stands, but the file is {label}"
            return None, FieldError(name, printable(text), "encoding", words)
        return done or None, None

    def _convert(self, text: str) -> tuple[str, str]:
        return (text, "") if text.isascii() else converted(text, self._legacy)


def clean_name(text: str) -> str:
    """NFC, single blanks, printable, of bounded length."""
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())[:NAME_CHARS] or "column"


def printable(text: str) -> str:
    """Safe to store and to show, whatever bytes it came from."""
    return text[:SHOWN].encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def number_fault(name: str, number: float) -> FieldError | None:
    """NaN and infinity are no numbers of a city, nor is one that 64 bits cannot hold."""
    if isinstance(number, int):
        if -BIGGEST <= number < BIGGEST:
            return None
        words = "the number is too large"
        return FieldError(name, f"{number.bit_length()} bits", "range", words)
    return (
        None if math.isfinite(number) else FieldError(name, str(number), "finite", "must be a finite number")
    )


def looks_utf8(text: str, codec: str) -> bool:
    """The bytes behind the text are UTF-8 of more than ASCII."""
    try:
        text.encode(codec, "surrogateescape").decode("utf-8")
    except UnicodeError:
        return False
    return True


def not_needed(text: str, done: str) -> bool:
    """The text is all syllables before conversion, and no longer after it."""
    after = syllables.reading([done])
    if after.good == after.words:
        return False
    before = syllables.reading([text])
    return before.good == before.words > 0


class Profile:
    """Gathers samples, kinds and special letters of each column."""

    def __init__(self) -> None:
        self.samples: dict[str, dict[str, None]] = {}
        self.kinds: dict[str, set[str]] = {}
        self.special: dict[str, list[str]] = {}

    def add(self, cells: Mapping[str, Any]) -> None:
        """One record."""
        for name, cell in cells.items():
            samples = self.samples.setdefault(name, {})
            text = cell.strip() if isinstance(cell, str) else cell
            if text is None or text == "":
                continue
            self.kinds.setdefault(name, set()).add(kind_of(text))
            if len(samples) < SAMPLES:
                samples[shown(text)] = None
            if isinstance(text, str) and not text.isascii():
                special = self.special.setdefault(name, [])
                if len(special) < 500:
                    special.append(text[:SHOWN])

    def column(self, name: str) -> Column:
        """What was seen of it."""
        return Column(name, tuple(self.samples.get(name, ())), joined(self.kinds.get(name, set())))

    def legacy(self) -> dict[str, str]:
        """Columns whose text is TCVN3 or VNI."""
        found = {name: syllables.guess(texts) for name, texts in self.special.items()}
        return {name: encoding for name, encoding in found.items() if encoding in LEGACY}

    def names_are(self, encoding: str) -> bool:
        """The names of the columns read better after conversion."""
        names = list(self.samples)
        told = [converted(name, encoding) for name in names]
        if any(foreign for _, foreign in told):
            return False
        return syllables.reading(text for text, _ in told).share > syllables.reading(names).share

    def plain(self, encoding: str) -> set[str]:
        """Columns that converting would spoil."""
        return {name for name, texts in self.special.items() if syllables.is_plain(texts, encoding)}


def shown(value: object) -> str:
    """A sample as a person reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(value.isoformat() if hasattr(value, "isoformat") else str(value))


def kind_of(cell: object) -> str:
    """By type, and text by its form; a code with leading zeros is text."""
    if isinstance(cell, str):
        return kind_of_text(cell)
    for kind, types in (("boolean", bool), ("integer", int), ("number", float)):
        if isinstance(cell, types):
            return kind
    return "date" if hasattr(cell, "isoformat") else "text"


def kind_of_text(text: str) -> str:
    """`05518` is text, `21,59` a number."""
    if INTEGER.fullmatch(text):
        return "integer"
    if NUMBER.fullmatch(text):
        return "number"
    if DATE.fullmatch(text):
        return "date"
    return "boolean" if text.casefold() in WORDS_OF_TRUTH else "text"


def joined(kinds: set[str]) -> str:
    """One kind for all cells of a column."""
    if len(kinds) == 1:
        return next(iter(kinds))
    return "number" if kinds == {"integer", "number"} else "text"
