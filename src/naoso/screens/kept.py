"""Answers kept for a moment: after an event, hundreds of pages with equal scope ask the same.

A page asks anew half a second (a part) or a second (a layer) after the event that made it ask; an answer that
was begun later than that knows of the event. So each is kept for less than its pages wait, counted from when
it was begun: no page is given an answer from before what it was told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

MOST = 256


@dataclass
class Kept:
    """Answers of the last `seconds`."""

    seconds: float
    answers: dict[Hashable, tuple[float, bytes]] = field(default_factory=dict)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The kept answer, or a new one; forgets everything rather than grow."""
        now = time.monotonic()
        found = self.answers.get(key)
        if found and now - found[0] < self.seconds:
            return found[1]
        answer = make()
        if len(self.answers) >= MOST:
            self.answers.clear()
        self.answers[key] = (now, answer)
        return answer
