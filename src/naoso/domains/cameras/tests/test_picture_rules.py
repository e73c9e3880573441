"""Pictures as rules judge them: what is wrong is found, night, rain and fog are not wrong."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from naoso.cli.simulated_cameras.scenes import moving, still
from naoso.domains.cameras.rules import picture as rules
from naoso.domains.cameras.rules.picture import Baseline, Shot

WIDE, HIGH = 640, 360
NO = ()


def shot(rgb: Any, *, gain: float = 1.0, add: float = 0.0, noise: float = 1.0, seed: int = 1) -> Shot:
    """As the process makes it small; light, fog and a sensor's noise on request."""
    small = Image.fromarray(rgb).convert("L").resize(rules.SIZE, Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.float32) * gain + add
    grey += np.random.default_rng(seed).normal(0, noise, grey.shape)
    return Shot(np.clip(grey, 0, 255).astype(np.float32))


def rained_on(picture: Shot, seed: int) -> Shot:
    """Less contrast, and bright streaks."""
    dice = np.random.default_rng(seed)
    grey = picture.grey * 0.7 + 45
    for column in dice.integers(0, grey.shape[1], 60):
        top = int(dice.integers(0, grey.shape[0] - 12))
        grey[top : top + 12, column] += 40
    return Shot(np.clip(grey, 0, 255).astype(np.float32))


def known(seed: int, rounds: int = 60) -> tuple[Baseline, list[tuple[str, ...]]]:
    """What is learned of a street in half an hour, and what was told meanwhile."""
    view, dice, baseline = moving(WIDE, HIGH, seed), random.Random(seed), Baseline()
    before: Shot | None = None
    told = []
    for number in range(rounds):
        now = shot(view(dice.random()), gain=dice.uniform(0.9, 1.05), seed=number)
        told.append(rules.problems_of(now, baseline, still=rules.seems_still(now, before, baseline)))
        baseline, before = rules.learned(baseline, now, before), now
    return baseline, told


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_busy_street_is_never_wrong(seed: int) -> None:
    assert set(known(seed)[1]) == {NO}


@pytest.mark.parametrize("kind", ["black", "blurred", "covered", "turned"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_wrong_is_found(kind: str, seed: int) -> None:
    faulty = still(kind, WIDE, HIGH, seed)
    assert faulty is not None
    baseline = Baseline.unpacked(known(seed)[0].packed())  # as after a restart
    assert rules.problems_of(shot(faulty(0.3), seed=7), baseline) == (kind,)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_two_streets_are_not_alike_because_both_have_sky_houses_and_road(seed: int) -> None:
    [usual] = known(seed)[0].usuals.values()
    other = moving(WIDE, HIGH, seed + 1000)
    for share in (0.1, 0.4, 0.8):
        edges = rules.traits_of(shot(other(share), seed=7).grey).edges
        assert rules.agreement(edges, usual.edges) < usual.alike / 2
    assert usual.alike_off < 0.08  # the first rounds, before the mean settled, do not count


@pytest.mark.parametrize(
    "light",
    [{"gain": 0.2, "noise": 3.0}, {"gain": 0.4, "add": 110.0}, {"gain": 1.2}, {"gain": 0.08, "add": 20}],
)
def test_night_and_fog_are_not_wrong(light: dict[str, float]) -> None:
    baseline, view = known(3)[0], moving(WIDE, HIGH, 3)
    for number in range(5):
        assert rules.problems_of(shot(view(number / 5), seed=number, **light), baseline) == NO


def test_rain_is_not_wrong() -> None:
    baseline, view = known(1)[0], moving(WIDE, HIGH, 1)
    for number in range(5):
        assert rules.problems_of(rained_on(shot(view(number / 5)), number), baseline) == NO


def test_a_picture_that_stands_still() -> None:
    view, baseline = moving(WIDE, HIGH, 0), known(0)[0]
    before = shot(view(0.4), noise=0)
    assert rules.seems_still(shot(view(0.4), noise=0), before, baseline)
    assert not rules.seems_still(shot(view(0.5), noise=0), before, baseline)
    assert not rules.seems_still(
        shot(view(0.4), seed=2), shot(view(0.4), seed=3), Baseline()
    )  # noise is life
    assert not rules.seems_still(before, None, baseline)
    assert rules.problems_of(before, baseline, still=True) == ("frozen",)


def test_before_anything_is_learned_only_the_certain_is_told() -> None:
    blurred, black, wall = (
        still("blurred", WIDE, HIGH, 0),
        still("black", WIDE, HIGH, 0),
        np.full((360, 640, 3), 90),
    )
    assert blurred is not None
    assert black is not None
    assert rules.problems_of(shot(blurred(0.1)), Baseline()) == NO
    assert rules.problems_of(shot(black(0.1)), Baseline()) == ("black",)
    assert rules.problems_of(shot(wall.astype(np.uint8)), Baseline()) == ("covered",)


def test_day_and_infrared_night_are_learned_apart() -> None:
    day, night = (
        shot(moving(WIDE, HIGH, 0)(0.1)),
        Shot(shot(moving(WIDE, HIGH, 0)(0.1), gain=0.3).grey, colour=0.4),
    )
    assert (day.light, night.light) == ("light-colour", "dark-grey")
    baseline = rules.learned(rules.learned(Baseline(), day, None), night, day)
    assert set(baseline.usuals) == {"light-colour", "dark-grey"}


def test_a_baseline_that_cannot_be_read_is_learned_anew() -> None:
    assert Baseline.unpacked({"light-colour": {"edges": "??"}}).usuals == {}
    packed = known(0, 30)[0].packed()
    assert Baseline.unpacked(packed).packed() == packed
