"""Channels, quiet hours, retries: pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from naoso.core.notify.rules import RETRY_AFTER, Wishes, due, in_quiet_hours, retry_at, wanted
from naoso.core.response.working_time import VIETNAM
from naoso.kernel.findings import Severity

NIGHT = Wishes(quiet_from=time(22), quiet_to=time(6))
TEN_PAST_TWO = datetime(2026, 3, 2, 2, 10, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("at", "quiet"), [(time(21, 59), False), (time(22), True), (time(2), True), (time(6), False)]
)
def test_quiet_hours_cross_midnight(at: time, quiet: bool) -> None:
    assert in_quiet_hours(NIGHT, at) is quiet


def test_what_can_wait_waits_until_morning() -> None:
    assert due(NIGHT, Severity.MODERATE, TEN_PAST_TWO) == TEN_PAST_TWO.replace(hour=6, minute=0)
    late = TEN_PAST_TWO.replace(hour=23)
    assert due(NIGHT, Severity.MINOR, late) == (late + timedelta(days=1)).replace(hour=6, minute=0)


@pytest.mark.parametrize("severity", [Severity.SEVERE, Severity.EXTREME])
def test_an_emergency_does_not_wait(severity: Severity) -> None:
    assert due(NIGHT, severity, TEN_PAST_TWO) == TEN_PAST_TWO


def test_channels_from_their_severity_on() -> None:
    assert wanted(Wishes(), Severity.MINOR) == ()
    assert wanted(Wishes(), Severity.MODERATE) == ("push",)
    assert wanted(Wishes(), Severity.EXTREME) == ("push", "email", "gateway")
    assert wanted(Wishes(email_from=9, push_from=9, gateway_from=9), Severity.EXTREME) == ()


def test_retries_grow_and_end() -> None:
    assert retry_at(1, TEN_PAST_TWO) == TEN_PAST_TWO + RETRY_AFTER[0]
    assert retry_at(len(RETRY_AFTER) + 1, TEN_PAST_TWO) is None
