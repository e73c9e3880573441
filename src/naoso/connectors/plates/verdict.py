"""From what two readers read to a plate: the grammar decides; only small slips are put right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from naoso.kernel.plates import Family, Plate, clean, folded, parse, repaired

LEAST_SCORE = 0.6
UNBACKED = 0.8  # what the second reader does not back
SURE = 0.9
SHORTEST = 7
MOST_EDITS = 2
SHORT_NUMBER = re.compile(r"(?<!\d)\d{1,2}\.\d{2}$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`plate` is none where the text is like a plate and fits no form of it."""

    plate: Plate | None
    candidates: tuple[Plate, ...]
    agreed: bool


def verdict(first: str, score: float, second: str, sure: float, *, whole: bool) -> Verdict:
    """Rows are parted by `|`; a plate that the picture's edge cuts is not `whole`, and nothing is mended.

    `score` and `sure` are how sure each reader is. Both agree only where the first reader's own text needed
    no repair but of signs that plates do not have (`plain`). Where it makes no plate, a near one that the
    second is sure of stands.
    """
    first = tidied(first)
    exact, others = settled(parse(first), first), settled(parse(second), second)
    mended = distinct([settled(plate, first) for plate in repaired(first)]) if whole else ()
    candidates = distinct([exact, *mended, others])
    if score < LEAST_SCORE or len(clean(first)) < SHORTEST - 1:
        return Verdict(None, candidates, False)
    if exact is not None and not whole and len(exact.number) < 5:
        exact = None  # four figures at the edge are five, one of which lies outside
    if score < UNBACKED and (others is None or exact is None or others.text != exact.text):
        return Verdict(None, candidates, False)
    chosen = chosen_of(exact, others, mended, first)
    if chosen is None and whole and sure >= SURE and may_stand_in(others, first):
        chosen = others
    if chosen is None:
        return Verdict(None, candidates, False)
    own = exact.text if exact is not None else clean(first)
    agreed = others is not None and others.text == chosen.text and plain(own) == plain(chosen.text)
    return Verdict(chosen, tuple(plate for plate in candidates if plate.text != chosen.text), agreed)


def chosen_of(
    exact: Plate | None, others: Plate | None, mended: tuple[Plate, ...], first: str
) -> Plate | None:
    """The exact text, unless the second saw the stroke of a Đ; else a repair that is small or shared."""
    backed = [plate for plate in mended if others is not None and plate.text == others.text]
    if exact is not None:
        return next((plate for plate in backed if plain(plate.text) == plain(exact.text)), exact)
    if backed:
        return backed[0]
    small = [plate for plate in mended if is_small(plate, first)]
    return small[0] if len(small) == 1 else None


def may_stand_in(others: Plate | None, first: str) -> bool:
    """Near to what the first reader read, and no figure may be missing in it."""
    return others is not None and len(others.number) == 5 and near(first, others.text)


def tidied(text: str) -> str:
    """Without what no plate has: a bolt is read as a comma or an apostrophe."""
    return "".join(sign for sign in text if clean(sign) or sign in "-.| ")


def settled(plate: Plate | None, text: str) -> Plate | None:
    """As its rows tell. Without its dash one row is a car; motorbikes have two, the upper of four signs."""
    if plate is None or figure_lost(plate, text):
        return None
    upper, bar, _ = text.partition("|")
    long = len(clean(upper))
    if plate.family is Family.EITHER:
        at = 4 if bar and long == 4 else 3
        return parse(f"{plate.text[:at]}-{plate.text[at:]}") or plate
    in_rows = bar and plate.family in (Family.CAR, Family.MOTORBIKE, Family.SPECIAL)
    return None if in_rows and long != len(plate.province + plate.series) else plate


def figure_lost(plate: Plate, text: str) -> bool:
    """`44.81` and `7.94` have a figure before them that was not read: the dot stands after the third."""
    return plate.family is not Family.MILITARY and SHORT_NUMBER.search(text) is not None


def is_small(plate: Plate, text: str) -> bool:
    """One letter read where a figure stands; the other way round it may be a date or a telephone."""
    signs = clean(text)
    if len(signs) != len(plate.text):
        return False
    changed = [(old, new) for old, new in zip(signs, plate.text, strict=True) if old != new]
    stroke = [("D", "Đ")]
    return changed == stroke or (len(changed) == 1 and changed[0][0].isalpha() and changed[0][1].isdigit())


PLAIN = str.maketrans("ĐIO", "D10")


def plain(text: str) -> str:
    """Without the stroke of a Đ, which the first reader rarely sees; I and O, never issued, are 1 and 0."""
    return text.translate(PLAIN)


def near(one: str, other: str) -> bool:
    """May two texts be of one plate, read at two moments? Two signs apart at most, alike ones not counted."""
    a, b = folded(one), folded(other)
    if abs(len(a) - len(b)) > MOST_EDITS:
        return False
    return edits(a, b) <= MOST_EDITS


def edits(one: str, other: str) -> int:
    """Levenshtein's distance."""
    before = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            change = before[column - 1] + (sign != against)
            now.append(min(before[column] + 1, now[-1] + 1, change))
        before = now
    return before[-1]


def distinct(plates: list[Plate | None]) -> tuple[Plate, ...]:
    """Each text once, in order."""
    found: dict[str, Plate] = {}
    for plate in plates:
        if plate is not None:
            found.setdefault(plate.text, plate)
    return tuple(found.values())
