"""Plates that nobody drives: what stands on them, drawn by lot from the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator

from naoso.kernel.plates import CODES, FIRST, HOME, SECOND, STATE_LETTERS, Colour, Plate, parse

SHORT, LONG = "short", "long"
SYMBOLS = ("CD", "HC", "KT", "LD", "MK", "RM", "TĐ")
ARMY = ("TM", "AA", "BC", "KA", "KB", "KV", "PP", "QA", "QH", "TC", "TH", "TT", "VT")
GROUNDS = (Colour.WHITE,) * 6 + (Colour.YELLOW,) * 2 + (Colour.BLUE,)
COMMON_CODES = sorted(CODES)
HOME_CODES = sorted(HOME)


@dataclass(frozen=True, slots=True)
class Written:
    """A plate, the rows that stand on it and the colour of its ground."""

    plate: Plate
    rows: tuple[str, ...]
    ground: Colour


def long_one(lot: Generator) -> Written:
    """One row: a car, now and then a trailer, a diplomat or the army."""
    choice = lot.random()
    ground = Colour(str(lot.choice(GROUNDS)))
    if choice < 0.06:
        row = f"{lot.choice(ARMY)}-{digits(lot, 2)}-{digits(lot, 2)}"
        return written((row,), Colour.RED)
    if choice < 0.1:
        row = f"{code(lot)}-{digits(lot, 3)}-{lot.choice(('NG', 'NN', 'QT'))}-{digits(lot, 2)}"
        return written((row,), Colour.WHITE)
    series = str(lot.choice(SYMBOLS)) if choice < 0.18 else letter(lot, ground)
    number = digits(lot, 4) if lot.random() < 0.12 else dotted(digits(lot, 5), lot)
    return written((f"{code(lot)}{series}-{number}",), ground)


def short_one(lot: Generator) -> Written:
    """Two rows: a motorbike, now and then a short plate of a car or a small moped."""
    choice = lot.random()
    ground = Colour(str(lot.choice(GROUNDS)))
    if choice < 0.05:
        return written((code(lot), f"{digits(lot, 3)}-{pair(lot)}"), Colour.WHITE)
    if choice < 0.25:
        return written((f"{code(lot)}{letter(lot, ground)}", dotted(digits(lot, 5), lot)), ground)
    if choice < 0.35:
        series = f"MĐ{lot.integers(1, 10)}"
    elif choice < 0.5:
        series = pair(lot)
    else:
        series = f"{letter(lot, ground)}{lot.integers(1, 10)}"
    old = choice >= 0.9
    number = digits(lot, 4) if old else dotted(digits(lot, 5), lot)
    return written((f"{code(lot)}-{series}", number), ground)


def written(rows: tuple[str, ...], ground: Colour) -> Written:
    """With the plate that the grammar makes of it."""
    plate = parse("|".join(rows))
    if plate is None:
        raise ValueError(f"{rows} is no plate")
    return Written(plate, rows, ground)


def code(lot: Generator) -> str:
    """Of any province, a little more often our own."""
    return str(lot.choice(HOME_CODES if lot.random() < 0.1 else COMMON_CODES))


def digits(lot: Generator, count: int) -> str:
    """Never nothing but noughts."""
    return f"{lot.integers(1, 10**count):0{count}d}"


def letter(lot: Generator, ground: Colour) -> str:
    """The state uses eleven letters of the twenty."""
    return str(lot.choice(sorted(STATE_LETTERS) if ground is Colour.BLUE else list(FIRST)))


def pair(lot: Generator) -> str:
    """Two letters that are no symbol."""
    while True:
        two = f"{lot.choice(list(FIRST))}{lot.choice(list(SECOND))}"
        if two not in {*SYMBOLS, "DA", "CV", "NN"}:
            return two


def dotted(number: str, lot: Generator) -> str:
    """Old plates with five digits have no dot now and then."""
    return number if lot.random() < 0.1 else f"{number[:3]}.{number[3:]}"
