"""States of an incident and the moves between them, as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an incident stands."""

    NEW = "new", _("New")
    ACCEPTED = "accepted", _("Accepted")
    WORKING = "working", _("In progress")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    """Why an incident ended."""

    SOLVED = "solved", _("Solved")
    NO_ACTION = "no_action", _("No action needed")
    FALSE_ALARM = "false_alarm", _("False alarm")
    REFERRED = "referred", _("Handed to another body")
    MERGED = "merged", _("Merged into another incident")


MOVES: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.ACCEPTED, State.WORKING, State.CLOSED}),
    State.ACCEPTED: frozenset({State.WORKING, State.PAUSED, State.CLOSED}),
    State.WORKING: frozenset({State.PAUSED, State.CLOSED}),
    State.PAUSED: frozenset({State.WORKING, State.CLOSED}),
    State.CLOSED: frozenset({State.WORKING}),
}


def can_move(before: str, after: str) -> bool:
    """Whether the table has the move."""
    return State(after) in MOVES[State(before)]
