"""Who answers a report: the first rule that fits, else the category, else the fallback queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from naoso.kernel.text import folded


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that are empty fit everything; `words` are folded."""

    id: int
    title: str
    organisation_id: int
    handler_id: int | None = None
    category_id: int | None = None
    unit_id: int | None = None
    weekdays: frozenset[int] = frozenset()
    time_from: dt.time | None = None
    time_to: dt.time | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: both lineages run from the thing itself upwards; `at` is local time."""

    categories: tuple[int, ...]
    units: tuple[int, ...]
    at: dt.datetime
    text: str


class Misfit(StrEnum):
    """The first condition that a case does not meet."""

    CATEGORY = "category"
    UNIT = "unit"
    DAY = "day"
    TIME = "time"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a report goes; `rule` is None where the category or the fallback decided."""

    organisation_id: int
    handler_id: int | None = None
    rule: Rule | None = None
    fallback: bool = False


def misfit(rule: Rule, case: Case) -> Misfit | None:
    """Why the rule does not take this case; None when it does."""
    if rule.category_id is not None and rule.category_id not in case.categories:
        return Misfit.CATEGORY
    if rule.unit_id is not None and rule.unit_id not in case.units:
        return Misfit.UNIT
    if rule.weekdays and case.at.weekday() not in rule.weekdays:
        return Misfit.DAY
    if not within(case.at.time(), rule.time_from, rule.time_to):
        return Misfit.TIME
    if rule.words:
        text = f" {case.text} "
        if not any(f" {words} " in text for words in rule.words):
            return Misfit.WORDS
    return None


def within(moment: dt.time, start: dt.time | None, end: dt.time | None) -> bool:
    """Whether start ≤ moment < end; a span such as 22:00 to 06:00 goes over midnight."""
    if start is None or end is None:
        return True
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def only_words(text: str) -> str:
    """Folded, with every mark of punctuation as a blank: what key words are compared with."""
    return " ".join("".join(c if c.isalnum() else " " for c in folded(text)).split())


def destination(
    rules: Iterable[Rule], case: Case, *, owners: Sequence[int | None], fallback: int | None
) -> Destination | None:
    """The first fitting rule, else the nearest owner up the category's lineage, else the fallback queue."""
    for rule in rules:
        if misfit(rule, case) is None:
            return Destination(rule.organisation_id, rule.handler_id, rule)
    owner = next((one for one in owners if one is not None), None)
    if owner is not None:
        return Destination(owner)
    return Destination(fallback, fallback=True) if fallback is not None else None
