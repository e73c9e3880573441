"""Coordinates as people write them: `21,59`, `21.59`, `21°35'12"B`, `105° 50' 30.5" E`.

In Vietnamese B Đ N T are north, east, south and west; in English N S E W. An N beside a Đ or a T may be
either pole's and is refused. Whether the numbers lie in their range is the caller's to know, since they
may be metres; those with degree signs are judged.
"""

from __future__ import annotations

import math
import re
import unicodedata

from naoso.kernel.errors import BadInput

LONGEST = 60
SIDES = {
    "bắc": ("lat", 1), "b": ("lat", 1), "north": ("lat", 1), "n": ("lat", 1), "nam": ("lat", -1),
    "south": ("lat", -1), "s": ("lat", -1), "đông": ("lon", 1), "đ": ("lon", 1), "east": ("lon", 1),
    "e": ("lon", 1), "tây": ("lon", -1), "t": ("lon", -1), "west": ("lon", -1), "w": ("lon", -1),
}  # fmt: skip
VIETNAMESE_SIDES = {"đ", "đông", "t", "tây"}
NUMBER = r"\d+(?:[.,]\d+)*"
PLAIN = re.compile(rf"([+-]?)\s*({NUMBER})\s*([^\W\d_]*)")
DEGREES = re.compile(
    rf"([+-]?)\s*({NUMBER})\s*[°ºo˚d]\s*(?:({NUMBER})\s*['′’‘m]\s*)?"
    rf"(?:({NUMBER})\s*(?:[\"″”“s]|''|′′|’’)\s*)?([^\W\d_]*)",
    re.IGNORECASE,
)
PARTS = (("degrees", 180), ("minutes", 60), ("seconds", 60))
MOST = {"lon": 180, "lat": 90}
Read = tuple[float, str, bool]


def coordinates(text_x: str, text_y: str) -> tuple[float, float]:
    """x (longitude, easting) and y (latitude, northing); raises BadInput that names `x` or `y`."""
    x, x_side, _ = one("x", text_x, "lon")
    y, y_side, _ = one("y", text_y, "lat")
    if y_side == "n" and x_side in VIETNAMESE_SIDES:
        words = "N is north in English and south in Vietnamese; write B or Nam"
        raise BadInput.of("y", text_y, "side", words)
    return x, y


def one(field: str, text: str, axis: str) -> Read:
    """The number, the side that was named, and whether it was in degrees, minutes and seconds."""
    clean = unicodedata.normalize("NFC", text).strip()
    if not clean or len(clean) > LONGEST:
        raise BadInput.of(field, text[:LONGEST], "required", "a coordinate is expected")
    if found := DEGREES.fullmatch(clean):
        sign, *parts, side = found.groups(default="")
        value, sexagesimal = from_parts(field, text, parts), True
    elif found := PLAIN.fullmatch(clean):
        sign, number, side = found.groups()
        value, sexagesimal = decimal(number), False
    else:
        raise BadInput.of(field, text, "coordinate", "a number such as 21.59 or 21°35'12\" is expected")
    direction = turned(field, text, side.lower(), axis)
    if sign and side:
        raise BadInput.of(field, text, "side", "a sign and a side of the world contradict each other")
    value = -value if sign == "-" else value * direction
    if (side or sexagesimal) and abs(value) > MOST[axis]:
        raise BadInput.of(field, text, "range", f"must lie in -{MOST[axis]}…{MOST[axis]} degrees")
    if not math.isfinite(value):
        raise BadInput.of(field, text, "finite", "must be a finite number")
    return value, side.lower(), sexagesimal


def turned(field: str, text: str, side: str, axis: str) -> int:
    """1 or -1; raises BadInput for a word that is no side, and for one of the other axis."""
    if not side:
        return 1
    if side not in SIDES:
        raise BadInput.of(field, text, "side", f"“{side}” is no side of the world")
    meant, direction = SIDES[side]
    if meant != axis:
        raise BadInput.of(field, text, "axes", "longitude and latitude stand in the wrong order")
    return direction


def from_parts(field: str, text: str, parts: list[str]) -> float:
    """Degrees, minutes and seconds; only the last may have decimals."""
    total = 0.0
    for place, (part, (name, most)) in enumerate(zip(parts, PARTS, strict=True)):
        value = decimal(part) if part else 0.0
        if value > most or (value == most and place):
            raise BadInput.of(field, text, "range", f"{name} must be below {most}")
        total += value / 60**place
    return total


def decimal(text: str) -> float:
    """`21,59`, `21.59`, `2.388.123,45`: the last mark is decimal; one that repeats parts thousands."""
    marks = [c for c in text if c in ".,"]
    if len(marks) > 1 and len(set(marks)) == 1:
        return float(text.replace(marks[0], ""))
    if len(marks) > 1:
        other = "," if marks[-1] == "." else "."
        text = text.replace(other, "")
    return float(text.replace(",", "."))
