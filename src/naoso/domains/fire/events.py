"""What happened in listed premises."""

from __future__ import annotations

from naoso.domains.fire.models import Premises
from naoso.kernel.events import Audience, Event


def changed(premises: Premises) -> Event:
    """A word came, a state changed, a fact was edited: open pages ask again."""
    return Event(
        name="fire.premises_changed",
        data={"premises": premises.pk, "code": premises.code},
        audience=Audience("fire.view", premises.owner_id, premises.unit_id),
    )
