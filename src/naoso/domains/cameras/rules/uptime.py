"""How much of a span a camera gave what it should, and the bar that shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BAR = 1000


@dataclass(frozen=True, slots=True)
class Down:
    """A span without the right picture; one that goes on has no end."""

    began_at: dt.datetime
    ended_at: dt.datetime | None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the bar, in thousandths of its width."""

    x: int
    width: int
    state: str


def down_s(spans: Iterable[Down], since: dt.datetime, until: dt.datetime) -> float:
    """Seconds of the window without the right picture; spans of one camera do not overlap."""
    return sum(
        max(0.0, (min(span.ended_at or until, until) - max(span.began_at, since)).total_seconds())
        for span in spans
    )


def up_share(
    spans: Sequence[Down], since: dt.datetime, until: dt.datetime, connected_at: dt.datetime
) -> float | None:
    """0…1 of the time since `since`, or since it was connected; None where that is no time at all."""
    since = max(since, connected_at)
    length = (until - since).total_seconds()
    return 1 - min(1.0, down_s(spans, since, until) / length) if length > 0 else None


def pieces(
    spans: Sequence[Down], since: dt.datetime, until: dt.datetime, connected_at: dt.datetime
) -> list[Piece]:
    """Before it was connected nothing is drawn; then it worked, but in these spans, which are always seen."""
    length = (until - since).total_seconds()

    def place(at: dt.datetime) -> int:
        return round(BAR * min(1.0, max(0.0, (at - since).total_seconds() / length)))

    begin = place(connected_at)
    found = [Piece(begin, BAR - begin, "ok")] if begin < BAR else []
    for span in sorted(spans, key=lambda one: one.began_at):
        x, end = place(span.began_at), place(span.ended_at or until)
        if (span.ended_at or until) > since and span.began_at < until:
            found.append(Piece(min(x, BAR - 3), max(3, end - x), span.state))
    return found
