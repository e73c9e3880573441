"""What does not work just now, told when it begins and when it is over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


class Troubles:
    """By the name of what is concerned: a camera, the stream."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    @contextmanager
    def told(self, name: str, kind: type[Exception] = Exception) -> Iterator[None]:
        """Swallows faults of that kind; one that comes again in the same way is not told again."""
        try:
            yield
        except kind as error:
            if self.known.get(name) != type(error).__name__:
                log.warning("plates: %s: %s: %s", name, type(error).__name__, error)
            self.known[name] = type(error).__name__
        else:
            if self.known.pop(name, None):
                log.info("plates: %s: works again", name)
