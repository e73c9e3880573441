"""When a report is due, and who is silent: pure, the clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from naoso.kernel.findings import Severity

SEVERE_AFTER = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A report is due at `start` and every `every` after it, until `end`; `grace` more and it is missing."""

    start: datetime
    every: timedelta
    grace: timedelta
    end: datetime | None = None

    def slot_at(self, now: datetime) -> datetime | None:
        """The last time at which a report was due; None before the first."""
        until = min(now, self.end) if self.end else now
        if until < self.start:
            return None
        return self.start + ((until - self.start) // self.every) * self.every

    def next_after(self, now: datetime) -> datetime | None:
        """The next time at which one is due; None when there is none any more."""
        slot = self.slot_at(now)
        found = self.start if slot is None else slot + self.every
        return found if self.end is None or found <= self.end else None

    def last_slots(self, now: datetime, count: int) -> list[datetime]:
        """The newest first."""
        slot = self.slot_at(now)
        if slot is None:
            return []
        past = int((slot - self.start) / self.every)
        return [slot - n * self.every for n in range(min(count, past + 1))]

    def missed(self, last_report: datetime | None, now: datetime) -> int:
        """How many due reports in a row are missing; `last_report` is the slot that the last one answers."""
        slot = self.slot_at(now)
        if slot is None or (self.end is not None and now > self.end + self.grace):
            return 0
        counted = slot if now >= slot + self.grace else slot - self.every
        first = self.start if last_report is None else last_report + self.every
        return max(0, int((counted - first) / self.every) + 1) if counted >= first else 0


def severity_of(missed: int) -> Severity:
    """A second one in a row is severe."""
    return Severity.SEVERE if missed >= SEVERE_AFTER else Severity.MODERATE
