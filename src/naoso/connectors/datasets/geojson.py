"""GeoJSON of any size: a FeatureCollection is cut into features as it is read, or there is one on each line.

Read here and not by a library, since libraries cut texts at a zero byte, make one type of a column's
values, and need the file twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any, TextIO

from naoso.connectors.datasets import features, wkb
from naoso.connectors.datasets.encodings import CODECS
from naoso.connectors.datasets.types import MIB, Limits, Raw, Survey, Tally
from naoso.kernel.errors import BadInput, FieldError

BLOCK, MOST_BLOCK, BIGGEST = 1 * MIB, 8 * MIB, 128 * MIB
BLANK = " \t\r\n\ufeff\x1e"
ENDS = "the file ends too early"
NEAR_END = 64  # what a number or a word cut off by the block's end may still want


class Scanner:
    """JSON values from the front of a text that is read block by block."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name
        self._decode = json.JSONDecoder().raw_decode
        self._text, self._place, self._ended = "", 0, False
        self._block = BLOCK  # grows with the values, so that few are cut

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            text, place = self._text, self._place
            while place < len(text) and text[place] in BLANK:
                place += 1
            self._place = place
            if place < len(text):
                return text[place]
            if not self._more():
                return ""

    def take(self, expected: str) -> None:
        """Passes over one character; raises BadInput for another."""
        if self.peek() != expected:
            raise self.refusal(f"“{expected}” is expected")
        self._place += 1

    def value(self) -> Any:
        """The next whole value."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._place)
            except JSONDecodeError as error:
                cut = self._is_cut(error)
                if cut and self._more(double=True):
                    continue
                raise self.refusal(ENDS if cut else error.msg) from error
            except (RecursionError, ValueError) as error:
                raise self.refusal("a value is nested too deeply or too large") from error
            taken = end - self._place
            if end + NEAR_END > len(self._text) and self._more():
                continue
            self._place += taken
            self._block = max(self._block, min(8 * taken, MOST_BLOCK))
            return value

    def refusal(self, words: str) -> BadInput:
        """Says what is wrong, and shows where."""
        near = self._text[self._place : self._place + 60].encode("utf-8", "replace").decode()
        if self._ended and self._place >= len(self._text):
            words = ENDS
        return BadInput.of("file", near or self._name, "syntax", f"the GeoJSON cannot be read: {words}")

    def _is_cut(self, error: JSONDecodeError) -> bool:
        """The value may be whole when more has been read."""
        return error.msg.startswith("Unterminated") or error.pos > len(self._text) - NEAR_END

    def _more(self, *, double: bool = False) -> bool:
        if self._ended:
            return False
        rest = self._text[self._place :]
        if len(rest) > BIGGEST:
            raise self.refusal("one value is larger than 128 MiB")
        block = self._file.read(max(self._block, len(rest) if double else 0))
        self._ended = not block
        self._text, self._place = rest + block, 0
        return bool(block)


class GeoJson:
    """`columns` are those of any feature: one need not have them all."""

    format = "geojson"
    layers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __init__(self, path: Path, name: str, carrier: str, limits: Limits) -> None:
        self._path, self._name, self._limits = path, name, limits
        self.codec = carrier
        self._head: dict[str, Any] = {}
        self._lines = self._is_lines()

    def survey(self, seen: Tally, rest: Iterator[Raw]) -> Survey:
        """Reads the whole file, since any feature may bring a new column."""
        for raw in rest:
            seen.add(raw)
            if len(seen.names) > self._limits.columns:
                words = f"the features have more than {self._limits.columns} different properties"
                raise BadInput.of("columns", len(seen.names), "count", words)
        crs = features.crs_of(self._head)
        odd = crs == features.WGS84 and not seen.in_degrees
        shapes = wkb.family_of(seen.shapes)
        return Survey(tuple(seen.names), seen.count, crs, shapes, ("not-degrees",) if odd else ())

    def records(self, after: int = 0) -> Iterator[Raw]:
        """Features by their place in the file."""
        with self._open() as file:
            found = self._of_lines(file) if self._lines else self._of_collection(file)
            for number, feature in enumerate(found, 1):
                if number <= after:
                    continue
                if isinstance(feature, FieldError):
                    yield Raw(number, {}, None, feature)
                else:
                    yield features.record(number, feature, self._limits)

    def _open(self) -> TextIO:
        errors = "replace" if self.codec == "utf-16" else "surrogateescape"
        return self._path.open(encoding=CODECS[self.codec], errors=errors)

    def _is_lines(self) -> bool:
        """The first line is a feature by itself."""
        with self._open() as file:
            first = file.readline(BIGGEST).strip(BLANK)
        try:
            document = json.loads(first)
        except (ValueError, RecursionError):
            return False
        return isinstance(document, dict) and document.get("type") == "Feature"

    def _of_lines(self, file: TextIO) -> Iterator[Any]:
        while line := file.readline(BIGGEST):
            if not (text := line.strip(BLANK)):
                continue
            try:
                yield json.loads(text)
            except (ValueError, RecursionError) as error:
                yield FieldError(
                    "feature", text[:200], "syntax", f"not JSON: {getattr(error, 'msg', 'too deep')}"
                )

    def _of_collection(self, file: TextIO) -> Iterator[Any]:
        scanner, held = Scanner(file, self._name), False
        scanner.take("{")
        while scanner.peek() != "}":
            key = scanner.value()
            scanner.take(":")
            if key == "features" and scanner.peek() == "[":
                held = True
                yield from listed(scanner)
            else:
                self._head[str(key)] = scanner.value()
            if scanner.peek() != "}":
                scanner.take(",")
        if not held:
            yield self._single()

    def _single(self) -> Any:
        """The document is one feature, or one geometry; raises BadInput for anything else."""
        kind = self._head.get("type")
        if kind == "Feature":
            return self._head
        if kind in features.GEOMETRIES:
            return {"type": "Feature", "properties": {}, "geometry": self._head}
        raise BadInput.of(
            "file", str(kind or self._name)[:60], "format", "the JSON is no GeoJSON: it holds no features"
        )


def listed(scanner: Scanner) -> Iterator[Any]:
    """The members of a list, one at a time."""
    scanner.take("[")
    while scanner.peek() != "]":
        yield scanner.value()
        if scanner.peek() != "]":
            scanner.take(",")
    scanner.take("]")
