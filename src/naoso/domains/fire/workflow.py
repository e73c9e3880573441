"""States of premises, detectors and transmitters, and what moves them, as tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Standing(models.TextChoices):
    """Of premises: known, on the list, or on the list and connected."""

    DRAFT = "draft", pgettext_lazy("premises", "Being entered")
    LISTED = "listed", pgettext_lazy("premises", "Listed")
    CONNECTED = "connected", pgettext_lazy("premises", "Listed and connected")
    CLOSED = "closed", pgettext_lazy("premises", "Closed down")


MOVES: dict[Standing, frozenset[Standing]] = {
    Standing.DRAFT: frozenset({Standing.LISTED, Standing.CLOSED}),
    Standing.LISTED: frozenset({Standing.CONNECTED, Standing.DRAFT, Standing.CLOSED}),
    Standing.CONNECTED: frozenset({Standing.LISTED, Standing.CLOSED}),
    Standing.CLOSED: frozenset({Standing.DRAFT}),
}
WATCHED = frozenset({Standing.LISTED, Standing.CONNECTED})


class DetectorState(models.TextChoices):
    """What a detector last told, or what people set."""

    NORMAL = "normal", pgettext_lazy("detector", "Normal")
    ALARM = "alarm", pgettext_lazy("detector", "Alarm")
    FAULT = "fault", pgettext_lazy("detector", "Fault")
    ISOLATED = "isolated", pgettext_lazy("detector", "Isolated")
    TEST = "test", pgettext_lazy("detector", "In test")


D = DetectorState
# what the panel says → state before → state after; an alarm outranks all, a fault all but an alarm. What
# people set (a test, an isolation) stays until they or its end undo it: the intake asks that first.
AFTER: dict[str, dict[str, str]] = {
    "alarm": dict.fromkeys(D.values, D.ALARM.value),
    "fault": {D.NORMAL: D.FAULT, D.ALARM: D.ALARM, D.FAULT: D.FAULT, D.ISOLATED: D.ISOLATED, D.TEST: D.TEST},
    "test": {D.NORMAL: D.TEST, D.ALARM: D.ALARM, D.FAULT: D.TEST, D.ISOLATED: D.ISOLATED, D.TEST: D.TEST},
    "isolate": dict.fromkeys(D.values, D.ISOLATED.value),
    "restore": dict.fromkeys(D.values, D.NORMAL.value),
}


class LinkState(models.TextChoices):
    """Of a transmitter."""

    NEW = "new", pgettext_lazy("transmitter", "Never heard")
    ALIVE = "alive", pgettext_lazy("transmitter", "Connected")
    LOST = "lost", pgettext_lazy("transmitter", "Connection lost")


def can_move(before: str, after: str) -> bool:
    """Whether the table has the move."""
    return Standing(after) in MOVES[Standing(before)]
