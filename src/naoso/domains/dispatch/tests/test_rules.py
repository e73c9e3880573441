"""Fit, order, arrival, age; noise and track."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from naoso.domains.dispatch import rules
from naoso.domains.dispatch.workflow import MOVES, RESOURCE_OF, AssignmentState, ResourceState, after_end

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)


def one(pk: int, skills: str, metres: float, **more: object) -> rules.Candidate:
    """A vehicle whose position is of this moment."""
    values: dict[str, object] = {"kind": "vehicle", "at": NOW}
    return rules.Candidate(id=pk, skills=tuple(skills.split()), distance_m=metres, **(values | more))  # type: ignore[arg-type]


def test_who_can_lead_comes_before_who_is_nearer() -> None:
    found = rules.ranked(
        [one(1, "medical", 100), one(2, "fire", 4000), one(3, "fire ladder", 900)], "fire", NOW
    )
    assert [p.candidate.id for p in found] == [3, 2, 1]
    assert [p.leads for p in found] == [True, True, False]
    assert found[0].matching == ("fire", "ladder")


def test_a_kind_that_nobody_knows_takes_the_nearest() -> None:
    found = rules.ranked([one(1, "", 900), one(2, "police", 100)], "something", NOW)
    assert [p.candidate.id for p in found] == [2, 1]
    assert all(p.leads for p in found)


def test_the_road_may_turn_the_order_and_is_named() -> None:
    across_the_river = one(1, "fire", 500, road_s=1200.0)
    found = rules.ranked([across_the_river, one(2, "fire", 2000, road_s=240.0)], "fire", NOW)
    assert [(p.candidate.id, p.by) for p in found] == [(2, "road"), (1, "road")]
    assert found[0].eta_s == 240 + 90
    line = rules.proposal(one(3, "fire", 1000), "fire", NOW)
    assert (line.by, round(line.eta_s)) == ("line", 90 + round(1400 / (40 / 3.6)))


@pytest.mark.parametrize(
    ("age", "stale"), [(timedelta(minutes=10), False), (timedelta(minutes=10, seconds=1), True)]
)
def test_an_old_position_is_told(age: timedelta, stale: bool) -> None:
    assert rules.proposal(one(1, "fire", 1, at=NOW - age), "fire", NOW).stale is stale
    assert rules.is_stale(None, NOW) is False


def test_every_kind_asks_for_skills_that_there_are() -> None:
    for lead, helping in rules.NEEDS.values():
        assert rules.unknown_skills((*lead, *helping)) == []
    assert rules.unknown_skills(["fire", "magic"]) == ["magic"]


def test_noise_and_track() -> None:
    assert rules.is_noise(10, 5)
    assert rules.is_noise(40, 100)
    assert not rules.is_noise(40, 8)
    assert rules.is_track(None, 0)
    assert rules.is_track(timedelta(seconds=30), 0)
    assert rules.is_track(timedelta(seconds=1), 50)
    assert not rules.is_track(timedelta(seconds=29), 49)


def test_an_assignment_never_goes_back_and_always_ends() -> None:
    order = list(AssignmentState)
    for before, after in MOVES.items():
        assert AssignmentState.STOOD_DOWN in after
        assert all(order.index(to) > order.index(before) for to in after)
    assert set(RESOURCE_OF) == set(MOVES)
    assert after_end(AssignmentState.ASSIGNED, AssignmentState.STOOD_DOWN) == ResourceState.AVAILABLE
    assert after_end(AssignmentState.ON_SCENE, AssignmentState.DONE) == ResourceState.RETURNING
