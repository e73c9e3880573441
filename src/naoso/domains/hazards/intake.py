"""Stored readings → rules → incidents, in the transaction that stores them."""

from __future__ import annotations

from naoso.core.alerts.thresholds import judge
from naoso.core.response.alerts import respond_to
from naoso.core.telemetry.batches import StoredBatch


def observations(batch: StoredBatch) -> None:
    """Every rule of this domain sees every new reading once; those that open incidents do."""
    respond_to(judge(batch, domain="hazards"))
