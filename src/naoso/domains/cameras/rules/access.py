"""Whether one row of access to a restricted group opens it at an hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """What a row gives: rights, hours of the local clock (both or neither), its last day."""

    may: Sequence[str]
    hours_from: dt.time | None = None
    hours_to: dt.time | None = None
    valid_to: dt.date | None = None

    def opens(self, right: str, local: dt.datetime) -> bool:
        """At this local time; 22:00 to 06:00 spans midnight; the end is not part of the hours."""
        if right not in self.may or (self.valid_to is not None and local.date() > self.valid_to):
            return False
        if self.hours_from is None or self.hours_to is None:
            return True
        clock = local.time()
        if self.hours_from <= self.hours_to:
            return self.hours_from <= clock < self.hours_to
        return clock >= self.hours_from or clock < self.hours_to
