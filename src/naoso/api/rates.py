"""How often one source may ask: a bucket of tokens that refills, in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Buckets:
    """`burst` requests at once, `rate` a second in the long run, for each name."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self._clock = rate, burst, clock
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait_for(self, name: str) -> float:
        """Zero when the request may pass (and is counted), else seconds until the next may."""
        with self._lock:
            now = self._clock()
            level, since = self._levels.get(name, (self.burst, now))
            level = min(self.burst, level + (now - since) * self.rate)
            if level < 1:
                self._levels[name] = (level, now)
                return (1 - level) / self.rate
            self._levels[name] = (level - 1, now)
            return 0.0
