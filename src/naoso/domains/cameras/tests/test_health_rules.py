"""Three rounds change a state; a clock of 1970 is wrong; many at once have one cause; up-time is reckoned."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from naoso.domains.cameras.rules.health import (
    Cause,
    Known,
    Lost,
    Verdict,
    cause_of,
    clock_is_wrong,
    is_over,
    settled,
)
from naoso.domains.cameras.rules.uptime import Down, down_s, pieces, up_share

OK, OUT, DARK = Verdict("ok"), Verdict("unreachable"), Verdict("picture", ("black",))
NOON = dt.datetime(2026, 6, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("begin", "rounds", "state"),
    [
        ("ok", [OUT, OUT], "ok"), ("ok", [OUT, OUT, OUT], "unreachable"), ("ok", [OUT, OUT, OK, OUT], "ok"),
        ("ok", [OUT, DARK, OUT], "unreachable"), ("new", [OK], "ok"), ("new", [OUT, OUT], "new"),
        ("unreachable", [OK, OK], "unreachable"), ("unreachable", [OK, OK, OK], "ok"),
    ],
)  # fmt: skip
def test_three_rounds_in_a_row(begin: str, rounds: list[Verdict], state: str) -> None:
    known = Known(begin)
    for said in rounds:
        known = settled(known, said)
    assert known.state == state
    assert len(known.suspected) <= 40


def test_a_clock_of_1970_is_wrong_and_a_small_drift_is_not() -> None:
    assert clock_is_wrong(dt.timedelta(days=-56 * 365), was=False)
    assert not clock_is_wrong(dt.timedelta(seconds=20), was=False)
    assert clock_is_wrong(dt.timedelta(seconds=20), was=True)
    assert not clock_is_wrong(dt.timedelta(seconds=3), was=True)
    assert clock_is_wrong(None, was=True)


def lost(n: int, **shared: str) -> list[Lost]:
    return [Lost(number, shared) for number in range(n)]


@pytest.mark.parametrize(
    ("gone", "totals", "of_all", "cause"),
    [
        (lost(9, subnet="a"), {("subnet", "a"): 9}, 409, None),
        (lost(200, subnet="a"), {("subnet", "a"): 210}, 409, ("subnet", 200)),
        (lost(12, vendor="V"), {("vendor", "V"): 300}, 409, None),
        (lost(12, group="chợ"), {("group", "chợ"): 20}, 409, ("group", 12)),
        (lost(12, group="chợ", subnet="a"), {("group", "chợ"): 20, ("subnet", "a"): 30}, 409, ("subnet", 12)),
        (lost(200), {}, 409, ("all", 200)),
        (lost(60), {}, 409, None),
    ],
)  # fmt: skip
def test_one_cause_for_many(
    gone: list[Lost], totals: dict[tuple[str, str], int], of_all: int, cause: tuple[str, int] | None
) -> None:
    found = cause_of(gone, Counter(totals), of_all)
    assert (found and (found.kind, len(found.cameras))) == cause


def test_two_networks_at_once_are_the_whole() -> None:
    gone = [Lost(n, {"subnet": "a" if n < 60 else "b"}) for n in range(120)]
    totals = Counter({("subnet", "a"): 60, ("subnet", "b"): 60})
    assert cause_of(gone, totals, 409) == Cause("all", "", tuple(range(120)))
    assert not is_over(13, 120)
    assert is_over(12, 120)


def test_up_time_counts_from_the_connection() -> None:
    spans = [Down(NOON - 3 * HOUR, NOON - 2 * HOUR), Down(NOON - HOUR / 2, None)]
    assert down_s(spans, NOON - 24 * HOUR, NOON) == 5400
    assert up_share(spans, NOON - 24 * HOUR, NOON, NOON - 3 * HOUR) == pytest.approx(0.5)
    assert up_share(spans, NOON - 24 * HOUR, NOON, NOON + HOUR) is None
    bar = pieces(spans, NOON - 10 * HOUR, NOON, NOON - 5 * HOUR)
    assert [(piece.x, piece.width) for piece in bar] == [(500, 500), (700, 100), (950, 50)]
    assert pieces([Down(NOON - 30 * HOUR, NOON - 29 * HOUR)], NOON - 10 * HOUR, NOON, NOON)[1:] == []
