"""Pure judgement: who may approve, how fast a channel may send, when to try again, words with gaps filled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

GAP = re.compile(r"\{(\w*)\}")
GAPS = ("place", "time", "until", "contact", "details")
RETRY_AFTER = tuple(dt.timedelta(seconds=s) for s in (5, 30, 120, 600))
LONGEST_PUSH = 300  # a notification shows three lines


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens of a channel: `per_second` come in, at most `burst` are kept."""

    per_second: float
    burst: float
    tokens: float
    at: dt.datetime


def taken(bucket: Bucket, wanted: int, now: dt.datetime) -> tuple[Bucket, int]:
    """The bucket after somebody asked for `wanted` messages, and how many may leave."""
    passed = max(0.0, (now - bucket.at).total_seconds())
    there = min(bucket.burst, bucket.tokens + passed * bucket.per_second)
    granted = min(wanted, int(there))
    return Bucket(bucket.per_second, bucket.burst, there - granted, now), granted


def retry_at(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When to try again after this many tries; None: give up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def second_person(actor: int, author: int | None, last_editor: int | None) -> bool:
    """May this person approve? Whoever wrote or last changed a warning does not."""
    return actor not in {author, last_editor}


def unknown_gaps(text: str) -> list[str]:
    """Gaps of a template that nobody fills."""
    return sorted({gap for gap in GAP.findall(text) if gap not in GAPS})


def filled(text: str, words: Mapping[str, str]) -> str:
    """`{place}` and the like replaced; what has no word yet stays a visible gap for the writer."""
    return GAP.sub(lambda gap: words.get(gap[1]) or gap[0], text)


def open_gaps(text: str) -> list[str]:
    """Gaps still open: a warning with one is not published."""
    return sorted(set(GAP.findall(text)))


def short(text: str) -> str:
    """The first words, as a notification shows them."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_PUSH else line[: LONGEST_PUSH - 1].rsplit(" ", 1)[0] + "…"


def seen_phone(number: str) -> str:
    """A phone number on a screen: its last three digits."""
    return f"•••{number[-3:]}"
