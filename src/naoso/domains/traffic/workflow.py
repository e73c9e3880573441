"""States of hits, cases and operations, and which may follow which."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HitState(models.TextChoices):
    """What a person said of a hit."""

    WAITING = "waiting", pgettext_lazy("plate hit", "Waits for a person")
    CONFIRMED = "confirmed", pgettext_lazy("plate hit", "Confirmed")
    NOT_THIS = "not_this", pgettext_lazy("plate hit", "Not this plate")
    OTHER = "other", pgettext_lazy("plate hit", "Same plate, other vehicle")
    GONE = "gone", pgettext_lazy("plate hit", "No longer looked for")


HIT_MOVES: dict[HitState, frozenset[HitState]] = {
    HitState.WAITING: frozenset({HitState.CONFIRMED, HitState.NOT_THIS, HitState.OTHER}),
    HitState.NOT_THIS: frozenset({HitState.CONFIRMED, HitState.OTHER}),
    HitState.OTHER: frozenset({HitState.CONFIRMED, HitState.NOT_THIS}),
    HitState.CONFIRMED: frozenset(),
    HitState.GONE: frozenset(),
}
"""A wrong refusal may be mended; a confirmed hit has its incident, which is closed there; one that waited
when its plate was taken off the list, or the list ended, is gone."""


class Verdict(models.TextChoices):
    """What a check by hand answers."""

    WANTED = "wanted", pgettext_lazy("plate check", "Wanted")
    SIMILAR = "similar", pgettext_lazy("plate check", "Like a wanted plate")
    ALLOWED = "allowed", pgettext_lazy("plate check", "Allowed")
    UNKNOWN = "unknown", pgettext_lazy("plate check", "On no list")


class CheckReason(models.TextChoices):
    """Why a plate is checked; words of one's own are asked beside it."""

    PATROL = "patrol", _("Patrol and control")
    OPERATION = "operation", _("Duty at a check-point")
    INCIDENT = "incident", _("An incident")
    REPORT = "report", _("A citizen's report")
    OTHER = "other", pgettext_lazy("plate check", "Another reason")
