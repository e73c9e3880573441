"""The demonstration: whole, and the same when seeded again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from naoso.domains.traffic import seed as seeding
from naoso.domains.traffic.models import Case, Check, Hit, Operation, Passage, SectionRun, WatchList
from naoso.domains.traffic.tests import factories as make

pytestmark = pytest.mark.django_db
COUNTED = (Passage, WatchList, Hit, Case, Operation, Check)


def test_seeding_twice_is_seeding_once(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "PER_DAY", 40)
    seeding.seed()
    assert not WatchList.objects.exists()  # nobody who owns them
    force = world.make.body("phong-csgt", world.root)
    world.make.grant(officer := world.make.account("giao.thong", force), world.everything, force)
    for north, (unit, name) in enumerate(seeding.JUNCTIONS):
        row = make.camera(world.department, world.ward, north_m=-9000 * north, name=name)
        type(row).objects.filter(pk=row.pk).update(code=f"cam-{unit}-01")
    seeding.seed()
    before = [model.objects.count() for model in COUNTED]
    seeding.seed()
    assert [model.objects.count() for model in COUNTED] == before
    assert [Hit.objects.filter(state=state).count() for state in ("waiting", "other")] == [1, 1]
    assert Hit.objects.waiting().get().shown == seeding.WANTED
    assert Passage.objects.filter(review=1).count() == 12
    assert {row.verdict for row in Check.objects.filter(by=officer)} == {"allowed", "unknown", "similar"}
    assert SectionRun.objects.exists()
