"""What traffic tells the house."""

from __future__ import annotations

from naoso.kernel.events import Audience, Event


def passed(owner_id: int, unit_id: int | None, n: int) -> Event:
    """Passages were stored: maps and lists read anew."""
    return Event("traffic.passed", {"n": n}, Audience("traffic.view", owner_id, unit_id))


def hit_changed(name: str, hit_id: int, owner_id: int, unit_id: int | None) -> Event:
    """A hit was found or decided; the plate itself does not travel."""
    return Event(f"traffic.{name}", {"id": hit_id}, Audience("traffic.hits", owner_id, unit_id))
