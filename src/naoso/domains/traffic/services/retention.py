"""Passages go when their days are over, with their pictures; what a case or a hit needs was copied."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.domains.traffic import partitions, pictures
from naoso.domains.traffic.models import Desk, SectionRun
from naoso.domains.traffic.services.cases import keep_material

AHEAD = 3  # days that stand before they are needed


def keep_days() -> int:
    """By the settings of the domain."""
    return (Desk.objects.first() or Desk()).keep_days


def forget_old(now: dt.datetime | None = None) -> int:
    """Makes the coming days, drops those whose time is over; returns how many went."""
    today = partitions.day_of(now or timezone.now())
    partitions.ensure(today + n * partitions.DAY for n in range(AHEAD))
    first_kept = today - keep_days() * partitions.DAY
    border = dt.datetime.combine(first_kept, dt.time(), dt.UTC)
    keep_material(border)
    gone = partitions.drop_before(first_kept)
    pictures.drop_before(first_kept)
    with recorded(None, "retention"):
        SectionRun.objects.filter(left_at__lt=border).delete()
    return len(gone)
