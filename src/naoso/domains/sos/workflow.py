"""What a call is about, where it stands, how it ends: as tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What the caller says it is; empty as long as nothing was chosen."""

    FIRE = "fire", pgettext_lazy("sos", "Fire")
    MEDICAL = "medical", pgettext_lazy("sos", "Medical")
    CRIME = "crime", pgettext_lazy("sos", "Crime")
    FLOOD = "flood", pgettext_lazy("sos", "Flood")
    ACCIDENT = "accident", pgettext_lazy("sos", "Accident")


ICONS = {
    "": "lifebuoy", Kind.FIRE: "flame", Kind.MEDICAL: "ambulance", Kind.CRIME: "shield-exclamation",
    Kind.FLOOD: "ripple", Kind.ACCIDENT: "car-crash",
}  # fmt: skip


class State(models.TextChoices):
    """As the caller sees it too."""

    RECEIVED = "received", pgettext_lazy("sos", "Received")
    SEEN = "seen", pgettext_lazy("sos", "Seen by an operator")
    HELPING = "helping", pgettext_lazy("sos", "Help is on the way")
    CLOSED = "closed", pgettext_lazy("sos", "Closed")


MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.SEEN, State.HELPING, State.CLOSED}),
    State.SEEN: frozenset({State.HELPING, State.CLOSED}),
    State.HELPING: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}


class Outcome(models.TextChoices):
    """How a call ended."""

    HELPED = "helped", pgettext_lazy("sos", "Helped")
    NO_ACTION = "no_action", pgettext_lazy("sos", "No help needed")
    FALSE = "false", pgettext_lazy("sos", "False call")
    REFERRED = "referred", pgettext_lazy("sos", "Handed to another body")
    UNREACHED = "unreached", pgettext_lazy("sos", "Nobody found")


# how the incident ended → how its calls did; a merged one goes on elsewhere
OF_INCIDENT = {
    "solved": Outcome.HELPED, "no_action": Outcome.NO_ACTION, "false_alarm": Outcome.FALSE,
    "referred": Outcome.REFERRED,
}  # fmt: skip


class CheckResult(models.TextChoices):
    """Of calling back."""

    REACHED = "reached", pgettext_lazy("sos", "Reached")
    NOT_REACHED = "not_reached", pgettext_lazy("sos", "Not reached")
    FALSE = "false", pgettext_lazy("sos", "Reached: a false call")


class Channel(models.TextChoices):
    """How it came."""

    APP = "app", pgettext_lazy("sos", "App")
    SMS = "sms", pgettext_lazy("sos", "SMS")


def can_move(before: str, after: str) -> bool:
    """Whether the table has the move."""
    return State(after) in MOVES[State(before)]
