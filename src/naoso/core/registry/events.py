"""What happens to sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naoso.kernel.events import Audience, Event

if TYPE_CHECKING:
    from naoso.core.registry.models import Source


def source_changed(source: Source, change: str) -> Event:
    """`change` is registered, secret_rotated, disabled or enabled; the stream's users follow it."""
    return Event(
        name="registry.source_changed",
        data={"source": source.pk, "code": source.code, "change": change},
        audience=Audience("registry.view", source.owner_id, source.unit_id),
    )
