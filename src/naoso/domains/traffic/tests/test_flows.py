"""Figures of junctions: an hour is an hour."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from naoso.domains.traffic.models import Quarter
from naoso.domains.traffic.selectors.flows import junctions

pytestmark = pytest.mark.django_db


def test_the_last_hour_counts_the_part_of_its_first_quarter(world: SimpleNamespace) -> None:
    now = dt.datetime(2026, 3, 2, 10, 10, tzinfo=dt.UTC)
    for hour, minute, n in ((8, 45, 100), (9, 0, 12), (9, 15, 1), (9, 45, 2), (10, 0, 3), (10, 15, 100)):
        start = dt.datetime(2026, 3, 2, hour, minute, tzinfo=dt.UTC)
        Quarter.objects.create(camera=world.camera, owner=world.department, start=start, n=n, outside=n // 2)
    (row,) = junctions(world.owner, now)
    assert (row.n, row.outside) == (10, 4)  # of the twelve a third, of the six too
