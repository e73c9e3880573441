"""From rounds to a state: three in a row change it; and what happened to many at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

IN_A_ROW = 3
EVERY = dt.timedelta(seconds=30)
OK, NEW, PICTURE = "ok", "new", "picture"
CLOCK = "clock"
CLOCK_WRONG, CLOCK_RIGHT = dt.timedelta(seconds=30), dt.timedelta(seconds=10)
MASS_LEAST, MASS_SHARE, MASS_COVERS = 10, 0.2, 0.8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one round says."""

    state: str
    problems: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """As it is remembered while it is only suspected."""
        return f"{self.state}:{','.join(self.problems)}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is held to be so, and how many rounds in a row have contradicted it."""

    state: str
    problems: tuple[str, ...] = ()
    suspected: str = ""
    streak: int = 0

    @property
    def is_out(self) -> bool:
        """It does not give what it should."""
        return self.state not in {OK, NEW}


def settled(known: Known, said: Verdict) -> Known:
    """A round that agrees ends doubts; the third that does not is believed, as a new one's first good."""
    if (said.state, said.problems) == (known.state, known.problems):
        return replace(known, suspected="", streak=0)
    streak = known.streak + 1
    if streak >= IN_A_ROW or (known.state == NEW and said.state == OK):
        return Known(said.state, said.problems)
    return replace(known, suspected=said.key[:40], streak=streak)


def began(now: dt.datetime) -> dt.datetime:
    """When the first of the three rounds was that are believed now."""
    return now - (IN_A_ROW - 1) * EVERY


def is_ripe(began_at: dt.datetime, now: dt.datetime) -> bool:
    """A round after it was noticed: cameras of one cause may be noticed in two rounds."""
    return now - began_at >= (IN_A_ROW - 1) * EVERY + 0.8 * EVERY


def clock_is_wrong(offset: dt.timedelta | None, *, was: bool) -> bool:
    """A clock that is right again by a little stays wrong: it drifts."""
    if offset is None:
        return was
    return abs(offset) > (CLOCK_RIGHT if was else CLOCK_WRONG)


@dataclass(frozen=True, slots=True)
class Lost:
    """A camera that went out, and what it shares with others: kind of cause → its value."""

    camera: int
    shared: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """What many lost cameras have in common; `kind` is subnet, group, vendor or all."""

    kind: str
    value: str
    cameras: tuple[int, ...]


KINDS = ("subnet", "group", "vendor")


def cause_of(lost: Sequence[Lost], totals: Mapping[tuple[str, str], int], of_all: int) -> Cause | None:
    """One cause for ten and more that are a fifth of what shares it; the narrowest that covers most of them.

    `totals`: how many cameras there are of each (kind, value).
    """
    if len(lost) < MASS_LEAST:
        return None
    best: Cause | None = None
    for kind in KINDS:
        counted = Counter(one.shared[kind] for one in lost if one.shared.get(kind))
        for value, n in counted.items():
            if n < MASS_LEAST or n < MASS_SHARE * totals.get((kind, value), n):
                continue
            if best is None or n > len(best.cameras):
                best = Cause(kind, value, _with(lost, kind, value))
    whole = tuple(one.camera for one in lost)
    if len(whole) >= MASS_SHARE * of_all and (best is None or len(best.cameras) < MASS_COVERS * len(whole)):
        return Cause("all", "", whole)
    return best


def _with(lost: Iterable[Lost], kind: str, value: str) -> tuple[int, ...]:
    return tuple(one.camera for one in lost if one.shared.get(kind) == value)


def is_over(still_out: int, most: int) -> bool:
    """Of a mass outage nine of ten are back: the rest are cameras of their own."""
    return still_out * 10 <= most
