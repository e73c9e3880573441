"""The grammar of Vietnamese number plates: text → plate, or none.

Circular 79/2024/TT-BCA (amended by 13/2025 and 51/2025) with QCVN 08:2024/BCA; red plates are the army's
and stand outside the circular. Two digits of the province, a series, five digits (four on old plates that
are still valid). Đ is a letter of its own (`MĐ`, `TĐ`) and is never thrown away.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from naoso.kernel.text import nfc

NEVER_ISSUED = frozenset({"13", "42", "44", "45", "46", "87", "91", "96"})
CODES = frozenset(str(code) for code in range(11, 100)) - NEVER_ISSUED
TRAFFIC_POLICE = "80"  # issued by their department in the ministry to central bodies: of no province
HOME = frozenset({"20", "97"})

FIRST = "ABCDEFGHKLMNPSTUVXYZ"
SECOND = "ABCDEFHKLMNPRSTUVXYZ"
STATE_LETTERS = frozenset("ABCDEFGHKLM")
DIPLOMATS = ("NG", "QT", "CV", "NN")
SPECIAL = ("CD", "DA", "HC", "KT", "LD", "MK", "RM", "TĐ")
ELECTRIC = "MĐ"

LONGEST_TEXT = 40
MOST_REPAIRS = 3

# Names since 1 July 2025: a merged province keeps the codes of its parts.
PROVINCES = {
    code: name
    for name, codes in {
        "An Giang": "67 68",
        "Bắc Ninh": "98 99",
        "Cà Mau": "69 94",
        "Cao Bằng": "11",
        "Cần Thơ": "65 83 95",
        "Đà Nẵng": "43 92",
        "Đắk Lắk": "47 78",
        "Điện Biên": "27",
        "Đồng Nai": "39 60 93",
        "Đồng Tháp": "63 66",
        "Gia Lai": "77 81",
        "Hà Nội": "29 30 31 32 33 40",
        "Hà Tĩnh": "38",
        "Hải Phòng": "15 16 34",
        "Huế": "75",
        "Hưng Yên": "17 89",
        "Khánh Hòa": "79 85",
        "Lai Châu": "25",
        "Lạng Sơn": "12",
        "Lào Cai": "21 24",
        "Lâm Đồng": "48 49 86",
        "Nghệ An": "37",
        "Ninh Bình": "18 35 90",
        "Phú Thọ": "19 28 88",
        "Quảng Ngãi": "76 82",
        "Quảng Ninh": "14",
        "Quảng Trị": "73 74",
        "Sơn La": "26",
        "Tây Ninh": "62 70",
        "Thái Nguyên": "20 97",
        "Thanh Hóa": "36",
        "Thành phố Hồ Chí Minh": "41 50 51 52 53 54 55 56 57 58 59 61 72",
        "Tuyên Quang": "22 23",
        "Vĩnh Long": "64 71 84",
    }.items()
    for code in codes.split()
}


class Family(StrEnum):
    """What the text alone tells; `either` is `30A12345` without its dash: a car, or an old motorbike."""

    CAR = "car"
    MOTORBIKE = "motorbike"
    EITHER = "either"
    MOPED = "moped"
    SPECIAL = "special"
    DIPLOMATIC = "diplomatic"
    MILITARY = "military"


class Colour(StrEnum):
    """Of the ground: white private, yellow commercial, blue state, red military."""

    WHITE = "white"
    YELLOW = "yellow"
    BLUE = "blue"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Plate:
    """`text` is what is stored and compared, upper case without dashes; the army has no `province`."""

    text: str
    province: str
    series: str
    number: str
    family: Family

    @property
    def shown(self) -> str:
        """As people write it; `parse` of it gives the same plate."""
        match self.family:
            case Family.CAR | Family.SPECIAL:
                return f"{self.province}{self.series}-{dotted(self.number)}"
            case Family.MOTORBIKE:
                return f"{self.province}-{self.series} {dotted(self.number)}"
            case Family.MOPED:
                return f"{self.province}-{self.number} {self.series}"
            case Family.DIPLOMATIC:
                return f"{self.province}-{self.series}-{self.number[:3]}-{self.number[3:]}"
            case Family.MILITARY:
                return f"{self.series}-{self.number[:2]}-{self.number[2:]}"
            case _:
                return self.text


CODE = r"(?P<province>[1-9]\d)"
NUMBER = r"(?P<number>\d{4,5})"
FIVE = r"(?P<number>\d{5})"
SHAPES = [
    (Family.DIPLOMATIC, rf"{CODE}(?P<series>{'|'.join(DIPLOMATS)}){FIVE}"),
    (Family.DIPLOMATIC, rf"{CODE}(?P<country>\d{{3}})(?P<series>{'|'.join(DIPLOMATS)})(?P<serial>\d{{2}})"),
    (Family.SPECIAL, rf"{CODE}(?P<series>{'|'.join(SPECIAL)}){NUMBER}"),
    (Family.EITHER, rf"{CODE}(?P<series>[{FIRST}]){NUMBER}"),
    (Family.MOTORBIKE, rf"{CODE}(?P<series>[{FIRST}][1-9]|[{FIRST}][{SECOND}]){FIVE}"),
    (Family.MOTORBIKE, rf"{CODE}(?P<series>{ELECTRIC}[1-9]?){FIVE}"),
    (Family.MOPED, rf"{CODE}(?P<number>\d{{3}})(?P<series>[{FIRST}][{SECOND}])"),
    (Family.MILITARY, r"(?P<series>[A-DHKNPQTV][A-HK-NPR-VXY])(?P<number>\d{4})"),
]
GRAMMAR = [(family, re.compile(shape)) for family, shape in SHAPES]
PARTED = re.compile(r"[A-Z0-9Đ]+")
BETWEEN = re.compile(r"[\s.\-–—‐‑·•:,_/|]*")
OTHER_D = str.maketrans({"Ð": "Đ", "Ɖ": "Đ"})


def parse(text: str) -> Plate | None:
    """The plate that this text is, with or without dashes, dots, blanks, in one or two lines; else none."""
    parts = parts_of(text)
    if not parts:
        return None
    compact = "".join(parts)
    cuts = frozenset(itertools.accumulate(len(part) for part in parts[:-1]))
    for family, shape in GRAMMAR:
        found = shape.fullmatch(compact)
        if found is not None:
            return plate_of(family, found.groupdict(), cuts)
    return None


def parts_of(text: str) -> list[str]:
    """The runs of signs between separators; nothing at all where a foreign sign stands among them."""
    raised = nfc(text[:LONGEST_TEXT]).upper().translate(OTHER_D)
    if len(text) > LONGEST_TEXT or not BETWEEN.fullmatch(PARTED.sub("", raised)):
        return []
    return PARTED.findall(raised)


def plate_of(family: Family, found: dict[str, str | None], cuts: frozenset[int]) -> Plate | None:
    """Refuses codes never issued and numbers of nothing but noughts; cuts tell a car from a motorbike."""
    province, series = found.get("province") or "", found["series"] or ""
    number = found.get("number") or f"{found.get('country')}{found.get('serial')}"
    if (province and province not in CODES) or not int(number):
        return None
    if family is Family.SPECIAL and 2 in cuts and len(number) == 5 and motorbike_series(series):
        family = Family.MOTORBIKE
    if family is Family.EITHER:
        if len(number) == 4 and 4 in cuts and 3 not in cuts:
            return None  # 20-B1 234 lacks a figure: it is not the old car 20B-1234
        family = car_or_motorbike(number, cuts)
    if family is Family.MOTORBIKE and len(series) == 1:
        series, number = series + number[0], number[1:]
    text = province + (number + series if family is Family.MOPED else series + number)
    return Plate(text, province, series, number, family)


def car_or_motorbike(number: str, cuts: frozenset[int]) -> Family:
    """`20A-123.45` is a car and `20-A1 234.5` a motorbike; four digits are an old car's."""
    may_be_old_motorbike = len(number) == 5 and number[0] != "0" and int(number[1:])
    if not may_be_old_motorbike or (3 in cuts and 4 not in cuts):
        return Family.CAR
    return Family.MOTORBIKE if 4 in cuts and 3 not in cuts else Family.EITHER


def motorbike_series(series: str) -> bool:
    """Two letters that a motorbike may bear."""
    return len(series) == 2 and series[0] in FIRST and series[1] in SECOND


def dotted(number: str) -> str:
    """`123.45`; four digits stand together."""
    return f"{number[:3]}.{number[3:]}" if len(number) == 5 else number


def clean(text: str) -> str:
    """Only the signs that a plate can have, upper case, NFC, Đ kept: what searches and indexes compare."""
    raised = nfc(text).upper().translate(OTHER_D)
    return "".join(PARTED.findall(raised))


ALIKE = str.maketrans("ODQĐILJZASGTB", "0000111245678")


def folded(text: str) -> str:
    """One text for all that are easily mistaken: 0 O D Q Đ, 8 B, 1 I L J, 5 S, 2 Z, 6 G, 4 A, 7 T."""
    return clean(text).translate(ALIKE)


def is_local(plate: Plate) -> bool | None:
    """Of the province, whichever of its codes; None for the army's and for 80, which are of no province."""
    return plate.province in HOME if plate.province in PROVINCES else None


AS_DIGIT = {
    "O": "0", "D": "0", "Q": "0", "Đ": "0", "U": "0", "C": "0", "I": "1", "L": "1", "J": "1", "T": "71",
    "Z": "27", "A": "4", "S": "5", "G": "6", "B": "8", "Y": "7", "E": "6",
}  # fmt: skip
AS_LETTER = {
    "0": "DCU", "1": "LT", "2": "Z", "3": "B", "4": "A", "5": "S", "6": "GC", "7": "TZ", "8": "B",
    "O": "DC", "Q": "D", "I": "TL", "J": "U", "W": "M", "G": "C",
}  # fmt: skip
FORMS = (
    "DDLDDDDD",
    "DDLDDDD",
    "DDLDDDDDD",
    "DDLLDDDDD",
    "DDLLDDDD",
    "DDDDDLL",
    "DDMĐDDDDD",
    "DDTĐDDDDD",
    "DDMĐDDDDDD",
    "LLDDDD",
)


def repaired(text: str) -> list[Plate]:
    """What the text may have been before a reader mistook a letter for a digit, fewest mistakes first.

    Only signs that look alike are changed, at most three, and each result is in the grammar.
    """
    found: dict[str, tuple[int, Plate]] = {}
    compact = clean(text)[:LONGEST_TEXT]
    exact = parse(text)
    if exact is not None:
        found[exact.text] = (0, exact)
    for form in FORMS:
        if len(form) != len(compact):
            continue
        for repairs, candidate in fitted(compact, form):
            plate = parse(candidate)
            if plate is not None and repairs < found.get(plate.text, (MOST_REPAIRS + 1, plate))[0]:
                found[plate.text] = (repairs, plate)
    return [plate for _, plate in sorted(found.values(), key=lambda entry: entry[0])]


def fitted(compact: str, form: str) -> Iterator[tuple[int, str]]:
    """Every way to make the text fit a form of digits (D), letters (L) and fixed signs, with its repairs."""
    choices = [options(sign, wanted) for sign, wanted in zip(compact, form, strict=True)]
    if not all(choices):
        return
    for chosen in itertools.product(*choices):
        repairs = sum(new != old for new, old in zip(chosen, compact, strict=True))
        if repairs <= MOST_REPAIRS:
            yield repairs, "".join(chosen)


def options(sign: str, wanted: str) -> str:
    """What may stand here instead of the sign; the sign itself first where it fits."""
    if wanted == "D":
        return sign if sign.isdigit() else AS_DIGIT.get(sign, "")
    if wanted == "L":
        return (sign if sign.isalpha() else "") + AS_LETTER.get(sign, "")
    return wanted if sign == wanted or (wanted == "Đ" and sign in "D0") else ""
