"""Pure decisions: which events an endpoint wants, when to try again, when to give up on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

EVERYTHING = "*"
PATTERN = re.compile(r"\*|[a-z][a-z0-9_]*\.(?:\*|[a-z][a-z0-9_]*)")
# the last try comes a little less than a day after the first
RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=13),
)
MOST_PATIENT = timedelta(hours=1)
OFF_AFTER = timedelta(days=5)
FORMER_SECRET_FOR = timedelta(hours=24)
GONE = 410


def is_pattern(text: str) -> bool:
    """`*`, `alerts.*` or the full name of an event."""
    return PATTERN.fullmatch(text) is not None


def wants(patterns: Iterable[str], name: str) -> bool:
    """One of the patterns names this event, its app or everything."""
    app = f"{name.partition('.')[0]}.{EVERYTHING}"
    return any(pattern in {EVERYTHING, app, name} for pattern in patterns)


def retry_at(attempts: int, now: datetime, asked: str = "") -> datetime | None:
    """When to try again after so many failed attempts; None: give up.

    `asked` is the answer's Retry-After in seconds, heeded up to an hour.
    """
    if attempts > len(RETRY_AFTER):
        return None
    wait = RETRY_AFTER[attempts - 1]
    if asked.isdigit():
        wait = max(wait, min(timedelta(seconds=int(asked)), MOST_PATIENT))
    return now + wait


def is_given_up(failing_since: datetime | None, now: datetime) -> bool:
    """Nothing has arrived for days: the endpoint is switched off."""
    return failing_since is not None and now - failing_since >= OFF_AFTER
