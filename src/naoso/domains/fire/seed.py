"""The demonstration's premises."""

from __future__ import annotations


def seed() -> None:
    """Safe to repeat."""
