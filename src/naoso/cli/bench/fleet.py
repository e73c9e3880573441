"""Sources, things and series for measuring, made in bulk, and readings of theirs in a steady pattern."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from naoso.core.telemetry.batches import Float64, Int32, Int64

PER_SOURCE = 10


@dataclass(frozen=True)
class Fleet:
    """Series ids in order; the i-th series is told by source `s<i // 10>` as `s<i // 10>/p<i % 10>`."""

    series_ids: Int32

    def key(self, position: int) -> tuple[str, str]:
        """(source's code, series' key)."""
        code = f"s{position // PER_SOURCE}"
        return code, f"{code}/p{position % PER_SOURCE}"


@dataclass(frozen=True)
class Rows:
    """Readings in the order that devices send them: every series once, then every series again."""

    positions: Int64
    series_ids: Int32
    times: Int64
    values: Float64


def make_fleet(series: int) -> Fleet:
    """All of one organisation, all plausible between -1000 and 1000."""
    from django.utils import timezone

    from naoso.core.people.models import Organisation
    from naoso.core.registry.models import Source, Thing
    from naoso.core.telemetry.models import Series

    owner = Organisation.objects.create(code="bench", name="Bench", kind="department")
    sources = Source.objects.bulk_create(
        Source(
            code=f"s{n}", name=f"s{n}", owner=owner, domain="environment", secret_digest="", secret_bcrypt="",
            secret_changed_at=timezone.now(),
        )
        for n in range(-(-series // PER_SOURCE))
    )  # fmt: skip
    things = Thing.objects.bulk_create(
        Thing(code=s.code, name=s.name, owner=owner, domain="environment", kind="station", source=s)
        for s in sources
    )
    made = Series.objects.bulk_create(
        Series(
            key=f"s{n // PER_SOURCE}/p{n % PER_SOURCE}", source=sources[n // PER_SOURCE],
            thing=things[n // PER_SOURCE], property=f"p{n % PER_SOURCE}", unit="ug/m3", low=-1000, high=1000,
        )
        for n in range(series)
    )  # fmt: skip
    return Fleet(np.array([row.pk for row in made], np.int32))


def rows(fleet: Fleet, count: int, *, end: dt.datetime, step_s: float) -> Rows:
    """`count` readings whose last round ends at `end`."""
    n = len(fleet.series_ids)
    index = np.arange(count, dtype=np.int64)
    positions = index % n
    rounds = index // n
    start = int(end.timestamp() * 1e6) - int((rounds[-1] + 1) * step_s * 1e6)
    times = start + (rounds * step_s * 1e6).astype(np.int64) + positions
    values: Float64 = np.round(50 + 30 * np.sin(index / 997.0) + (index % 17), 2)
    return Rows(positions, fleet.series_ids[positions], times, values)
