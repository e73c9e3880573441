"""Passages go when their days are over, with their pictures; what a case or a hit needs was copied."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.domains.traffic import partitions, pictures
from naoso.domains.traffic.models import CasePassage, Desk, Hit, Sample, SectionRun
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
        drop_material(now or timezone.now())
    return len(gone)


def drop_material(now: dt.datetime) -> int:
    """What cases kept goes when its time is over, with the pictures that nothing else shows."""
    gone = CasePassage.objects.filter(case__keep_until__lte=now)
    names = {name for pair in gone.values_list("crop", "scene") for name in pair if name}
    number, _by_model = gone.delete()
    unused = names - still_shown(names)
    transaction.on_commit(lambda: pictures.forget(unused))
    return number


def still_shown(names: set[str]) -> set[str]:
    """Those that a hit, another case or a sample has too."""
    found = set(Sample.objects.filter(picture__in=names).values_list("picture", flat=True))
    either = Q(crop__in=names) | Q(scene__in=names)
    for rows in (Hit.objects.filter(either), CasePassage.objects.filter(either)):
        found |= {name for pair in rows.values_list("crop", "scene") for name in pair}
    return found
