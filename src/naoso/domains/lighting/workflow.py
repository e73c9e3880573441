"""States of a command and the moves between them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommandState(models.TextChoices):
    """A command is done when the cabinet says so, or when its telemetry shows the level."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent, not acknowledged yet")
    DONE = "done", _("Acknowledged")
    FAILED = "failed", _("Failed")


S = CommandState
MOVES: dict[CommandState, frozenset[CommandState]] = {
    S.WAITING: frozenset({S.SENT, S.DONE, S.FAILED}),
    S.SENT: frozenset({S.DONE, S.FAILED}),
}
