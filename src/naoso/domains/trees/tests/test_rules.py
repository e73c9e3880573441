"""Risk, class, value and benefits against worked values."""

from __future__ import annotations

import datetime as dt
from math import pi

import pytest

from naoso.domains.trees import rules

TODAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("defects", "target", "health", "expected"),
    [
        ((), "constant", "good", "moderate"),
        ((), "frequent", "good", "low"),
        (("cavity",), "frequent", "fair", "high"),
        (("heaving",), "constant", "good", "extreme"),
        (("heaving",), "none", "good", "low"),
        (("lean", "pest", "fungus"), "constant", "good", "extreme"),
        ((), "constant", "dead", "extreme"),
    ],
)
def test_risk(defects: tuple[str, ...], target: str, health: str, expected: str) -> None:
    assert rules.risk(frozenset(defects), target, health) == expected


def test_a_defect_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        rules.risk(frozenset({"charm"}), "none", "good")


@pytest.mark.parametrize(
    ("current", "planted", "found", "lifted", "expected"),
    [
        ("ordinary", None, "high", False, "hazardous"),
        ("hazardous", None, "low", False, "hazardous"),
        ("hazardous", None, "low", True, "ordinary"),
        ("hazardous", None, "high", True, "hazardous"),
        ("hazardous", dt.date(1970, 1, 1), "low", True, "ancient"),
        ("conserved", None, "moderate", False, "conserved"),
        ("ordinary", dt.date(1976, 11, 26), "low", False, "ordinary"),
        ("ordinary", dt.date(1976, 11, 24), "low", False, "ancient"),
    ],
)
def test_class(current: str, planted: dt.date | None, found: str, lifted: bool, expected: str) -> None:
    assert rules.class_after(current, planted, TODAY, found, lifted=lifted) == expected


@pytest.mark.parametrize(
    ("seen", "months", "expected"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
        (dt.date(2026, 11, 25), 12, dt.date(2027, 11, 25)),
        (dt.date(2026, 10, 31), 1, dt.date(2026, 11, 30)),
    ],
)
def test_next_date(seen: dt.date, months: int, expected: dt.date) -> None:
    assert rules.next_seen(seen, months) == expected


def test_value_by_the_trunk_formula() -> None:
    # girth 314.16 cm is a diameter of 100 cm, 7,854 cm² of trunk
    assert rules.value_vnd(100 * pi, 10_000, 0.5, "fair") == 29_452_000
    assert rules.value_vnd(100 * pi, 10_000, 0.5, "dead") == 0


def test_stored_carbon_by_chave() -> None:
    # D 30 cm, H 15 m, ρ 0.6: 0.0673 × 8100^0.976 = 439.3 kg above ground
    found = rules.benefit(30 * pi, 15, 8, 0.6)
    assert found.co2_kg == pytest.approx(439.3 * 1.24 * 0.8 * 0.47 * 44 / 12, rel=1e-3)
    assert found.shade_m2 == pytest.approx(16 * pi)
    assert rules.benefit(None, 15, None, 0.6) == rules.Benefit(0, 0)
