"""The three scripts of the house, played unattended and fast into a living space for exercises."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from .centre import LiveCentre, environment, run, started

pytestmark = [pytest.mark.engines]
SPEED = "90"
LETTERS = "SELECT count(*) FROM notify_delivery WHERE state = 'sent' AND receipt <> 'exercise'"
KEPT = "SELECT count(*) FROM notify_delivery WHERE channel = 'gateway' AND receipt = 'exercise'"


@pytest.fixture(scope="module")
def space() -> Iterator[LiveCentre]:
    with started(NAOSO_EXERCISE="true") as live:
        yield live


@pytest.mark.parametrize("script", ["market-fire", "chemical-spill", "flash-flood"])
def test_a_script_is_met_and_nothing_leaves_the_space(space: LiveCentre, script: str) -> None:
    command = [sys.executable, "-m", "naoso.cli", "exercise", "run", script, "--speed", SPEED, "--unattended"]
    told = run(command, environment(space.centre.var) | {"NAOSO_EXERCISE": "true"})
    assert "score 100" in told, told
    state, score = space.rows("SELECT state, score FROM exercises_run WHERE script = %s", script)[0]
    assert (state, score) == ("done", 100)
    # the outside heard nothing: what would have gone out was kept
    assert space.gateway.letters == []
    assert space.rows(LETTERS) == [(0,)]
    if script == "market-fire":  # whose premises have telephones to call
        assert space.rows(KEPT)[0][0] >= 3
