"""Judgement of calls: phone numbers, how many are too many, how grave, and the text that an SMS carries."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat

KINDS = ("fire", "medical", "crime", "flood", "accident")
INCIDENT_KIND = {kind: kind for kind in KINDS} | {"": "rescue"}
WINDOW = dt.timedelta(minutes=10)
MOST_OF_A_CALLER = 3  # a phone or a device within the window
MOST_OF_AN_ADDRESS = 30  # many phones share one address of a mobile network
JOINS_WITHIN = dt.timedelta(minutes=30)  # an SMS is of the call that this phone has just made
FALSE_TOLD = 3  # so many false calls are told to the operator
AHEAD = dt.timedelta(minutes=5)  # clocks of phones are off; more than this is not believed

PHONE = re.compile(r"\+?\d{3,15}")
FILLERS = str.maketrans("", "", " .-()\u00a0")
# words that people type themselves, without tone marks, beside the prepared codes
SAID = {
    "fire": ("fire", "chay", "hoa hoan"), "medical": ("medical", "cap cuu", "y te"),
    "crime": ("crime", "cuop", "danh nhau", "trom"), "flood": ("flood", "ngap", "lu", "lut"),
    "accident": ("accident", "tai nan"),
}  # fmt: skip
NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,9})?"
POSITION = re.compile(rf"({NUMBER})\s*,\s*({NUMBER})(?!\d)")
WITHIN = re.compile(r"(?:±|\+-|\+/-|~)\s*(\d{1,6})\s*m\b", re.IGNORECASE)
MOMENT = re.compile(r"\b(\d{1,2}):(\d{2}) (\d{1,2})/(\d{1,2})/(\d{4})\b")
SHORT_KEY = re.compile(r"#([0-9a-f]{8})\b", re.IGNORECASE)
LOCAL_TIME = dt.timezone(dt.timedelta(hours=7))  # Indochina time, no summer time


@dataclass(frozen=True, slots=True)
class SmsTold:
    """What an SMS tells; whatever of it could not be read is missing, never a refusal."""

    kind: str = ""
    place: LonLat | None = None
    accuracy_m: float | None = None
    at: dt.datetime | None = None
    short_key: str = ""


def phone_of(text: str, *, field: str = "phone") -> str:
    """`0912 345 678` or `+84912345678` → `0912345678`; raises BadInput for letters. Empty stays empty."""
    bare = text.translate(FILLERS)
    if not bare:
        return ""
    if not PHONE.fullmatch(bare):
        raise BadInput.of(field, text, "phone", "a phone number has 3 to 15 digits, such as 0912 345 678")
    for country in ("+84", "0084"):
        if bare.startswith(country):
            return "0" + bare.removeprefix(country).lstrip("0")
    return "0" + bare[2:] if bare.startswith("84") and len(bare) == 11 else bare


def short_key(key: str) -> str:
    """The eight characters of a key that an SMS has room for."""
    bare = "".join(c for c in key.lower() if c in "0123456789abcdef")
    return bare[:8] if len(bare) >= 8 else ""


def sms_text(
    *, kind: str, place: LonLat | None, accuracy_m: float | None, at: dt.datetime, key: str = ""
) -> str:
    """The prepared body, within the 70 characters of one message: `SOS fire 21.403100,105.886100 ±20m …`."""
    parts = ["SOS", kind or "?"]
    parts.append(f"{place.lat:.6f},{place.lon:.6f}" if place else "?")
    if place and accuracy_m is not None:
        parts.append(f"±{min(round(accuracy_m), 99999)}m")
    parts.append(at.astimezone(LOCAL_TIME).strftime("%H:%M %d/%m/%Y"))
    if short_key(key):
        parts.append(f"#{short_key(key)}")
    return " ".join(parts)


def read_sms(text: str, words: str) -> SmsTold:
    """The inverse; `words` is the same text folded (no tone marks), for what people typed themselves."""
    position, within, key = POSITION.search(text), WITHIN.search(text), SHORT_KEY.search(text)
    place = None
    if position:
        try:
            place = LonLat.checked(float(position[2]), float(position[1]))
        except BadInput:
            place = None
    return SmsTold(
        kind=kind_in(words),
        place=place,
        accuracy_m=float(within[1]) if within and place else None,
        at=moment_in(text),
        short_key=key[1].lower() if key else "",
    )


def kind_in(words: str) -> str:
    """The first kind whose word stands in a text without tone marks."""
    for kind, known in SAID.items():
        if any(re.search(rf"\b{word}\b", words) for word in known):
            return kind
    return ""


def moment_in(text: str) -> dt.datetime | None:
    """`17:35 25/11/2026`, the province's time; None where it is no moment."""
    found = MOMENT.search(text)
    if not found:
        return None
    hour, minute, day, month, year = (int(part) for part in found.groups())
    try:
        return dt.datetime(year, month, day, hour, minute, tzinfo=LOCAL_TIME)
    except ValueError:
        return None


def too_many(earlier: Sequence[dt.datetime], now: dt.datetime, most: int) -> bool:
    """Whether one more now is beyond `most` within the window."""
    return sum(1 for at in earlier if now - at < WINDOW) >= most


def severity(kind: str, *, silent: bool) -> Severity:
    """A silent call about a crime: somebody cannot speak."""
    return Severity.EXTREME if silent and kind == "crime" else Severity.SEVERE


def believable(at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """The phone's clock where it can be right, else ours."""
    return now if at is None or at > now + AHEAD or at < now - dt.timedelta(days=7) else min(at, now)
