"""Plates as texts of tables: what is stored of a text that a reader or a person gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from naoso.kernel.plates import Family, clean, folded, is_local, parse, repaired

LONGEST, SHORTEST = 12, 4


@dataclass(frozen=True, slots=True)
class Known:
    """`plate` is compared, `folded` looks alike; `vehicle` is told where the text alone tells a motorbike.

    `province` and `local` are None outside the grammar; `local` is None too for plates of no province.
    """

    plate: str
    folded: str
    province: int | None
    local: bool | None
    vehicle: str = ""
    mended: bool = False
    in_grammar: bool = False


def known(text: str, *, repair: bool = False) -> Known | None:
    """None where no plate can be in it; with `repair` a look-alike that the grammar knows is taken."""
    found = parse(text)
    mended = False
    if found is None and repair:
        likely = repaired(text)
        found, mended = (likely[0], True) if likely else (None, False)
    if found is not None:
        code = int(found.province) if found.province.isdigit() else None
        vehicle = "motorbike" if found.family in {Family.MOTORBIKE, Family.MOPED} else ""
        return Known(found.text, folded(found.text), code, is_local(found), vehicle, mended, in_grammar=True)
    plain = clean(text)
    if repair or not SHORTEST <= len(plain) <= LONGEST or not any(sign.isdigit() for sign in plain):
        return None
    return Known(plain, folded(plain), None, None)


@lru_cache(maxsize=4096)
def shown(plate: str, vehicle: str = "") -> str:
    """As people write it: `20A12345` alone is a car's, of a motorbike it is an old one's `20-A1 2345`."""
    found = parse(plate)
    if found is None:
        return plate
    if found.family is not Family.EITHER:
        return found.shown
    dashed = f"{plate[:2]}-{plate[2:4]} {plate[4:]}" if vehicle == "motorbike" else f"{plate[:3]}-{plate[3:]}"
    again = parse(dashed)
    return again.shown if again else plate


def as_written(text: str, plate: str) -> str:
    """With the dashes of whoever wrote it, where they tell something."""
    found = parse(text)
    return found.shown if found and found.family is not Family.EITHER else shown(plate)
