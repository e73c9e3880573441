"""A row of an old system's export → a report of the past, or every rule that it breaks. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from naoso.domains.citizen_reports.rules.words import clean_text
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import folded

T = TypeVar("T")
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIELDS = (
    "number",
    "received",
    "category",
    "text",
    "lon",
    "lat",
    "place",
    "owner",
    "answer",
    "ended",
    "rating",
)
REQUIRED = ("received", "category", "lon", "lat")
FORMATS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%H:%M %d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d",
)  # fmt: skip
# what columns are called in exports, folded; the first that fits is guessed
NAMES = {
    "number": ("ma", "ma phan anh", "so", "id", "code", "number", "request id", "service request id"),
    "received": (
        "ngay gui",
        "ngay nhan",
        "thoi gian gui",
        "ngay tiep nhan",
        "created",
        "received",
        "requested",
    ),
    "category": ("linh vuc", "loai", "chuyen muc", "category", "service", "service name"),
    "text": ("noi dung", "mo ta", "text", "description"),
    "lon": ("kinh do", "lon", "long", "longitude", "lng", "x"),
    "lat": ("vi do", "lat", "latitude", "y"),
    "place": ("dia chi", "dia diem", "address", "place"),
    "owner": ("don vi", "co quan", "don vi xu ly", "owner", "agency", "agency responsible"),
    "answer": ("tra loi", "ket qua", "noi dung tra loi", "answer", "status notes"),
    "ended": ("ngay tra loi", "ngay ket thuc", "ngay hoan thanh", "closed", "ended", "answered"),
    "rating": ("danh gia", "diem", "rating", "stars"),
}


@dataclass(frozen=True, slots=True)
class Past:
    """A report of the past; what is known of it."""

    number: str
    received: dt.datetime
    category: str
    place: LonLat
    text: str = ""
    place_text: str = ""
    owner: str = ""
    answer: str = ""
    ended: dt.datetime | None = None
    rating: int | None = None


def guessed(columns: list[str]) -> dict[str, str]:
    """Field → column, by the names that exports use; a column is taken once."""
    known = {folded(column).replace("_", " "): column for column in columns}
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        column = next((known[name] for name in names if name in known), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found


class Reader:
    """Reads the fields of one row and collects every break."""

    def __init__(self, row: Mapping[str, Any], mapping: Mapping[str, str]) -> None:
        self.row, self.mapping = row, mapping
        self.breaks: list[FieldError] = []

    def value(self, field: str) -> Any:
        """What stands in the field's column; nothing is an empty text."""
        raw = self.row.get(self.mapping.get(field, ""), "")
        return raw.strip() if isinstance(raw, str) else "" if raw is None else raw

    def read(self, field: str, reader: Callable[[Any], T]) -> T | None:
        """None for nothing, and for what breaks a rule."""
        raw = self.value(field)
        if raw == "":
            if field in REQUIRED:
                self.breaks.append(FieldError(field, "", "required", "this is needed"))
            return None
        try:
            return reader(raw)
        except (ValueError, BadInput) as error:
            self.breaks.append(FieldError(field, str(raw)[:80], field, str(error)[:200]))
            return None

    def place(self) -> LonLat | None:
        """Where both numbers make a place."""
        lon, lat = self.read("lon", degrees), self.read("lat", degrees)
        if lon is None or lat is None:
            return None
        try:
            return LonLat.checked(lon, lat)
        except BadInput as error:
            self.breaks.extend(error.errors)
            return None


def read_row(row: Mapping[str, Any], mapping: Mapping[str, str]) -> Past:
    """Raises BadInput naming every field, value and rule that is broken."""
    reader = Reader(row, mapping)
    place, received, ended = reader.place(), reader.read("received", moment), reader.read("ended", moment)
    if received and ended and ended < received:
        reader.breaks.append(
            FieldError("ended", f"{ended:%d/%m/%Y}", "order", "ended before it was received")
        )
    text, answer = reader.read("text", words), reader.read("answer", words)
    if answer and ended is None and not reader.value("ended"):
        reader.breaks.append(
            FieldError("ended", "", "required", "an answer needs the day on which it was given")
        )
    rating = reader.read("rating", stars)
    reader.read("category", str)
    if reader.breaks or received is None or place is None:
        raise BadInput(*reader.breaks)
    return Past(
        number=str(reader.value("number"))[:80],
        received=received,
        category=str(reader.value("category")),
        place=place,
        text=text or "",
        place_text=str(reader.value("place"))[:200],
        owner=str(reader.value("owner")),
        answer=answer or "",
        ended=ended,
        rating=rating,
    )


def degrees(raw: Any) -> float:
    """`105,84` and `105.84`."""
    return float(str(raw).replace(",", "."))


def words(raw: Any) -> str:
    """Cleaned as a citizen's own."""
    return clean_text(str(raw))


def stars(raw: Any) -> int:
    """One to five."""
    value = int(float(str(raw).replace(",", ".")))
    if not 1 <= value <= 5:
        raise ValueError("a rating is 1 to 5")
    return value


def moment(raw: Any) -> dt.datetime:
    """A date or a moment as Vietnam and spreadsheets write it, in Vietnam's time; not in the future."""
    found = raw if isinstance(raw, dt.datetime) else None
    if found is None and isinstance(raw, dt.date):
        found = dt.datetime.combine(raw, dt.time())
    if found is None:
        found = written(str(raw).strip())
    if found.tzinfo is None:
        found = found.replace(tzinfo=VIETNAM)
    if found > dt.datetime.now(VIETNAM) + dt.timedelta(days=1):
        raise ValueError("a day in the future")
    return found


def written(text: str) -> dt.datetime:
    """Raises ValueError with an example."""
    for form in FORMATS:
        try:
            return dt.datetime.strptime(text, form)  # noqa: DTZ007 - the caller says which zone
        except ValueError:
            continue
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("a date such as 22/11/2026 or 22/11/2026 08:30") from None
