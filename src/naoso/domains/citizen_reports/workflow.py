"""States of a report and the moves between them, as a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a report stands, in words that a citizen understands."""

    NEW = "new", pgettext_lazy("report", "Received")
    ACCEPTED = "accepted", _("Being handled")
    WAITING = "waiting", _("Waiting for the citizen")
    OUTSIDE = "outside", _("With an outside body")
    ANSWERED = "answered", _("Answered")
    REJECTED = "rejected", _("Not taken up")
    MERGED = "merged", _("Joined to another report")


OPEN = frozenset({State.NEW, State.ACCEPTED, State.WAITING, State.OUTSIDE})
ENDED = frozenset({State.ANSWERED, State.REJECTED, State.MERGED})

MOVES: dict[State, frozenset[State]] = {
    State.NEW: frozenset(
        {State.ACCEPTED, State.WAITING, State.OUTSIDE, State.ANSWERED, State.REJECTED, State.MERGED}
    ),
    State.ACCEPTED: frozenset(
        {State.NEW, State.WAITING, State.OUTSIDE, State.ANSWERED, State.REJECTED, State.MERGED}
    ),
    State.WAITING: frozenset({State.ACCEPTED, State.ANSWERED, State.REJECTED, State.MERGED}),
    State.OUTSIDE: frozenset({State.ACCEPTED, State.ANSWERED, State.REJECTED, State.MERGED}),
    State.ANSWERED: frozenset({State.ACCEPTED}),
    State.REJECTED: frozenset({State.ACCEPTED}),
    State.MERGED: frozenset({State.ACCEPTED}),
}


def can_move(before: str, after: str) -> bool:
    """Whether the table has the move."""
    return State(after) in MOVES[State(before)]
