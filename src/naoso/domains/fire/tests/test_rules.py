"""Judgement without a database: how bad, late or not, flapping, held, lost."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.domains.fire import rules
from naoso.domains.fire.workflow import AFTER, DetectorState
from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity

NOW = dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


def seen(*parts: tuple[str, int], kind: str = "smoke") -> list[rules.Sighting]:
    return [rules.Sighting(key, kind, NOW + second * SECOND) for key, second in parts]


@pytest.mark.parametrize(
    ("sightings", "severity"),
    [
        (seen(("1/1", 0)), Severity.SEVERE),
        (seen(("1/1", 0), ("1/1", 5)), Severity.SEVERE),
        (seen(("1/1", 0), ("1/2", 60)), Severity.EXTREME),
        (seen(("1/1", 0), ("1/2", 61)), Severity.SEVERE),
        (seen(("1/1", 0), ("2/1", 90), ("1/1", 120)), Severity.EXTREME),
        (seen(("1/9", 0), kind="manual"), Severity.EXTREME),
        ([], Severity.UNKNOWN),
    ],
)
def test_severity(sightings: list[rules.Sighting], severity: Severity) -> None:
    assert rules.severity_of(sightings) == severity
    assert rules.severity_of(reversed(sightings)) == severity


@pytest.mark.parametrize(
    ("told", "known", "late"),
    [
        (0, 0, False), (-9, 0, False), (-11, 0, True), (-120, -120, False), (-131, -120, True),
        (-120, None, False), (120, 0, False), (-8 * 24 * 60, 0, False),
    ],
)  # fmt: skip
def test_late_is_judged_by_the_devices_own_clock(told: int, known: int | None, late: bool) -> None:
    offset = None if known is None else known * MINUTE
    assert rules.timing(NOW + told * MINUTE, NOW, offset).late is late


@given(st.timedeltas(dt.timedelta(days=-6), dt.timedelta(days=6)))
def test_a_wrong_clock_alone_makes_nothing_late(offset: dt.timedelta) -> None:
    assert not rules.timing(NOW + offset, NOW, offset).late


def test_many_detectors_are_a_fire_and_one_over_and_over_flaps() -> None:
    fire = rules.changes_of([(str(n), "alarm") for n in range(50)], {})
    flap = rules.changes_of([("1", "alarm" if n % 2 else "restore") for n in range(20)], {})
    assert not rules.flapping(fire)
    assert rules.flapping(flap)


def test_what_is_held() -> None:
    zone, one = rules.Held("1"), rules.Held("2", "5")
    assert rules.is_held("1", "7", [zone])
    assert not rules.is_held("2", "4", [zone, one])
    assert rules.is_held("2", "5", [one])
    assert not rules.is_held("", "", [zone, one])
    assert rules.is_held("", "", [rules.Held()])


@pytest.mark.parametrize(("hours", "test", "fits"), [(8, True, True), (9, True, False), (9, False, True),
                                                     (721, False, False), (0, True, False)])  # fmt: skip
def test_how_long_something_is_suspended(hours: int, test: bool, fits: bool) -> None:
    def check() -> None:
        rules.check_suspension(test=test, reason="x", until=NOW + hours * HOUR, now=NOW)

    if fits:
        check()
    else:
        with pytest.raises(BadInput, match="at most"):
            check()


def test_lost_after_three_heartbeats() -> None:
    assert not rules.is_lost(NOW, MINUTE, NOW + 3 * MINUTE)
    assert rules.is_lost(NOW, MINUTE, NOW + 3 * MINUTE + SECOND)
    assert not rules.is_lost(NOW, SECOND, NOW + 50 * SECOND)


def test_the_table_knows_every_state_and_an_alarm_outranks_all() -> None:
    assert all(set(after) == set(DetectorState.values) for after in AFTER.values())
    assert set(AFTER["alarm"].values()) == {"alarm"}
    assert AFTER["fault"]["alarm"] == "alarm"
