"""An answer is kept from when it was begun, and for its own asker's scope only."""

from __future__ import annotations

import time

import pytest

from naoso.screens import kept as keeping
from naoso.screens.kept import Kept


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_kept_answer_is_given_until_it_is_too_old(clock: list[float]) -> None:
    kept = Kept(0.4)
    assert kept.get("a", lambda: b"1") == b"1"
    clock[0] += 0.39
    assert kept.get("a", lambda: b"2") == b"1"
    assert kept.get("b", lambda: b"3") == b"3"
    clock[0] += 0.02
    assert kept.get("a", lambda: b"4") == b"4"


def test_the_time_of_making_counts(clock: list[float]) -> None:
    def slow() -> bytes:
        clock[0] += 0.5
        return b"old"

    kept = Kept(0.4)
    kept.get("a", slow)
    assert kept.get("a", lambda: b"new") == b"new"


def test_it_does_not_grow(clock: list[float]) -> None:
    kept = Kept(1.0)
    for n in range(keeping.MOST + 10):
        kept.get(n, lambda: b"")
    assert len(kept.answers) <= keeping.MOST
