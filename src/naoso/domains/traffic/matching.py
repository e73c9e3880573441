"""Which entries of lists is a reading like: the same, easily mistaken, or one sign off.

Two looks in B-trees, however long the lists: `folded` for the first two, `traffic_neighbour` for the third.
A list is asked where its owner, within its unit, reaches whoever answers for the passage: what a ward's list
looks for is not found at the cameras of another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from naoso.core.people.scope import EVERYTHING, reaches
from naoso.domains.traffic.models.lists import Likeness, Sort
from naoso.domains.traffic.rules import one_off

ORDER = {Likeness.EXACT: 0, Likeness.ALIKE: 1, Likeness.NEAR: 2}
IN_FORCE = """
  AND e.removed_at IS NULL AND (e.expires_on IS NULL OR e.expires_on >= %(day)s)
  AND l.ended_at IS NULL AND (l.expires_on IS NULL OR l.expires_on >= %(day)s)
"""
FOUND = "q.place, e.id, e.plate, e.folded, l.id, l.sort, l.likeness, l.owner_id, l.unit_id"
ALIKE = f"""
SELECT {FOUND}
FROM unnest(%(places)s::int[], %(folded)s::text[]) AS q (place, folded)
JOIN traffic_listentry e ON e.folded = q.folded JOIN traffic_watchlist l ON l.id = e.watch_list_id
WHERE true {IN_FORCE}
"""  # noqa: S608 - names of our own
NEAR = f"""
SELECT DISTINCT {FOUND}
FROM unnest(%(places)s::int[], %(folded)s::text[]) AS q (place, folded)
CROSS JOIN LATERAL traffic_neighbours(q.folded) AS key
JOIN traffic_neighbour n ON n.hash = key
JOIN traffic_listentry e ON e.id = n.entry_id JOIN traffic_watchlist l ON l.id = e.watch_list_id
WHERE true {IN_FORCE}
"""  # noqa: S608 - names of our own


@dataclass(frozen=True, slots=True)
class Asked:
    """A reading; `sure` False also asks for plates one sign off and for its further readings, `others`.

    `owner_id` and `unit_id` are those of its passage; without an owner every list is asked.
    """

    plate: str
    folded: str
    sure: bool = True
    others: tuple[tuple[str, str], ...] = ()
    owner_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a reading is like."""

    entry_id: int
    list_id: int
    sort: str
    likeness: Likeness
    owner_id: int


Found = tuple[int, int, str, str, int, str, str, int, int | None]


def match(asked: Sequence[Asked], *, day: dt.date | None = None) -> list[list[Match]]:
    """For each reading what it is like, the likest first; as each list wants it."""
    day = day or timezone.localdate()
    texts = [(i, text) for i, one in enumerate(asked) for text in alike_texts(one)]
    unsure = [(i, one.folded) for i, one in enumerate(asked) if not one.sure]
    found: list[dict[int, Match]] = [{} for _one in asked]
    rows = [*ask(ALIKE, texts, day), *ask(NEAR, unsure, day)]
    for place, row in within_reach(asked, rows):
        likeness = likeness_of(row, asked[place])
        if likeness is not None:
            take(found[place], row, likeness)
    return [sorted(of.values(), key=lambda one: (ORDER[one.likeness], one.entry_id)) for of in found]


def alike_texts(one: Asked) -> list[str]:
    """What the first look asks; the second finds what looks like an unsure reading by itself."""
    return [one.folded] if one.sure else list(dict.fromkeys(folded for _plate, folded in one.others))


def within_reach(asked: Sequence[Asked], rows: Sequence[tuple[int, Found]]) -> list[tuple[int, Found]]:
    """Rows of lists whose owner and unit reach the passage; a body's own whole list needs no look."""
    reach = reaches(
        (row[-2], row[-1])
        for place, row in rows
        if asked[place].owner_id is not None and (row[-2], row[-1]) != (asked[place].owner_id, None)
    )
    return [
        (place, row)
        for place, row in rows
        if asked[place].owner_id is None
        or reach.get((row[-2], row[-1]), EVERYTHING).admits(asked[place].owner_id, asked[place].unit_id)
    ]


def likeness_of(row: Found, asked: Asked) -> Likeness | None:
    """How like an entry is; None where only the hashes were. What a reader also saw is alike at most."""
    _place, _entry, plate, folded, *_rest = row
    if plate == asked.plate:
        return Likeness.EXACT
    if folded == asked.folded or (not asked.sure and folded in {other for _plate, other in asked.others}):
        return Likeness.ALIKE
    return Likeness.NEAR if one_off(folded, asked.folded) else None


def ask(statement: str, texts: Sequence[tuple[int, str]], day: dt.date) -> list[tuple[int, Found]]:
    """The rows of a statement with the place of the reading that they are like."""
    if not texts:
        return []
    given: dict[str, Any] = {
        "places": [i for i, _text in texts],
        "folded": [text for _i, text in texts],
        "day": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [(row[0], row) for row in cursor.fetchall()]


def take(found: dict[int, Match], row: Found, likeness: Likeness) -> None:
    """Unless the list wants it liker."""
    _place, entry, _plate, _folded, list_id, sort, wanted, owner_id, _unit_id = row
    if ORDER[likeness] > ORDER[Likeness(wanted)]:
        return
    if sort == Sort.ALLOWED and likeness is not Likeness.EXACT:
        return  # nobody is let through for looking like somebody
    known = found.get(entry)
    if known is None or ORDER[likeness] < ORDER[known.likeness]:
        found[entry] = Match(entry, list_id, sort, likeness, owner_id)
