"""States of a warning and the moves between them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a warning stands; the last four are ends."""

    DRAFT = "draft", pgettext_lazy("public warning", "Draft")
    REVIEW = "review", pgettext_lazy("public warning", "In review")
    APPROVED = "approved", pgettext_lazy("public warning", "Approved")
    PUBLISHED = "published", pgettext_lazy("public warning", "In force")
    EXPIRED = "expired", pgettext_lazy("public warning", "Expired")
    SUPERSEDED = "superseded", pgettext_lazy("public warning", "Updated by a later one")
    CANCELLED = "cancelled", pgettext_lazy("public warning", "Cancelled")
    DISCARDED = "discarded", pgettext_lazy("public warning", "Discarded")


S = State
MOVES: dict[State, frozenset[State]] = {
    S.DRAFT: frozenset({S.REVIEW, S.DISCARDED}),
    S.REVIEW: frozenset({S.DRAFT, S.APPROVED}),
    S.APPROVED: frozenset({S.DRAFT, S.PUBLISHED}),
    S.PUBLISHED: frozenset({S.EXPIRED, S.SUPERSEDED, S.CANCELLED}),
}
EDITABLE = frozenset({S.DRAFT, S.REVIEW})
WAITING = frozenset({S.DRAFT, S.REVIEW, S.APPROVED})
OUT = frozenset({S.PUBLISHED, S.EXPIRED, S.SUPERSEDED, S.CANCELLED})
