"""States of a report and the moves between them, as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a report stands, in words that a citizen understands."""

    NEW = "new", _("Received")
    ACCEPTED = "accepted", _("Being handled")
    ANSWERED = "answered", _("Answered")
    REJECTED = "rejected", _("Not taken up")


MOVES: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.ACCEPTED, State.ANSWERED, State.REJECTED}),
    State.ACCEPTED: frozenset({State.ANSWERED, State.REJECTED}),
    State.ANSWERED: frozenset({State.ACCEPTED}),
    State.REJECTED: frozenset({State.ACCEPTED}),
}


def can_move(before: str, after: str) -> bool:
    """Whether the table has the move."""
    return State(after) in MOVES[State(before)]
