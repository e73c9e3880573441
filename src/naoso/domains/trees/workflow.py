"""States of a felling permit and the moves between them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PermitState(models.TextChoices):
    """Where an application stands."""

    APPLIED = "applied", _("Applied for")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    FELLED = "felled", _("Felled")
    EXPIRED = "expired", _("Expired")


S = PermitState
MOVES: dict[PermitState, frozenset[PermitState]] = {
    S.APPLIED: frozenset({S.APPROVED, S.REFUSED}),
    S.APPROVED: frozenset({S.FELLED, S.EXPIRED}),
}
