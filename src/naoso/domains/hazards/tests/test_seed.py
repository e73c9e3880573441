"""The demonstration's stations: whole, and the same when seeded again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from naoso.core.alerts.models import AlertRule, StationLevel
from naoso.core.registry.models import Source, Thing
from naoso.core.telemetry.models import Series
from naoso.domains.hazards.seed import PLACES, seed

pytestmark = pytest.mark.django_db


def test_seeding_twice_is_seeding_once(cast: SimpleNamespace) -> None:
    seed()
    assert not Thing.objects.exists()  # nobody who answers for them
    cast.make.body("so-nnmt", cast.root)
    seed()
    counted = [model.objects.count() for model in (AlertRule, StationLevel, Source, Thing, Series)]
    seed()
    assert [m.objects.count() for m in (AlertRule, StationLevel, Source, Thing, Series)] == counted
    assert Thing.objects.count() == len(PLACES)
    assert not Thing.objects.filter(silence_after=None).exists()
    levels = StationLevel.objects.filter(station__code="mn-song-cong", rule__measure="value")
    assert sorted(levels.values_list("raise_at", flat=True)) == [15, 16, 17]
    assert AlertRule.objects.get(code="river-3").title == "Báo động 3"
    assert {"mua-thuong-nguon/rain_1h", "mn-song-cong/water_level"} <= set(
        Series.objects.values_list("key", flat=True)
    )
