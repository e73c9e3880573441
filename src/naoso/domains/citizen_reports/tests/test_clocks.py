"""Two clocks in working time: warnings, untaken reports, escalation, pauses."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from naoso.core.notify.models import Notification
from naoso.core.response.working_time import (
    VIETNAM,
    Calendar,
    add_working_time,
    subtract_working_time,
)
from naoso.domains.citizen_reports.models import BlockedWord, Category, Report
from naoso.domains.citizen_reports.rules.clocks import Due, Standing, Timing, next_due
from naoso.domains.citizen_reports.services import clocks, moves, publishing
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

__all__ = ["_files", "category"]
MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM)
H = dt.timedelta(hours=1)
TIMING = Timing(take_within=H, answer_within=3 * H, warn_before=2 * H, escalate_after=(0 * H, 8 * H))


def standing(**more: object) -> Standing:
    values: dict[str, object] = {
        "answer_due_at": MONDAY + 3 * H,
        "due_at": MONDAY + 32 * H,
        "taken": False,
        "answered_first": False,
        "warned": False,
        "chased": False,
        "level": 0,
    }
    return Standing(**(values | more))  # type: ignore[arg-type]


def test_what_the_clocks_ask_for_in_its_order() -> None:
    assert next_due(standing(), TIMING, Calendar()) == (MONDAY + H, Due.TAKE)
    taken = standing(taken=True)
    assert next_due(taken, TIMING, Calendar()) == (MONDAY + 3 * H, Due.ANSWER)
    answered = standing(taken=True, answered_first=True)
    found = next_due(answered, TIMING, Calendar())
    assert found is not None
    assert found[1] == Due.WARN
    warned = standing(taken=True, answered_first=True, warned=True)
    assert next_due(warned, TIMING, Calendar()) == (MONDAY + 32 * H, Due.ESCALATE)
    assert (
        next_due(standing(taken=True, answered_first=True, warned=True, level=2), TIMING, Calendar()) is None
    )


@pytest.mark.parametrize("hours", [0.5, 3, 8, 17, 40])
def test_subtracting_is_the_inverse_of_adding(hours: float) -> None:
    amount = dt.timedelta(hours=hours)
    end = add_working_time(MONDAY, amount, Calendar())
    assert subtract_working_time(end, amount, Calendar()) == MONDAY


@pytest.mark.django_db
def test_an_untaken_report_goes_up_by_itself(cast: SimpleNamespace, category: Category) -> None:
    with time_machine.travel(MONDAY, tick=False):
        report = send(category)
    assert clocks.run_clocks(MONDAY + H) == 0
    with time_machine.travel(MONDAY + 6 * H, tick=False):
        assert clocks.run_clocks() == 1
        assert clocks.run_clocks() == 0
    report.refresh_from_db()
    assert report.chased
    told = Notification.objects.filter(key="citizen_reports.chased")
    assert told.exists()
    assert set(told.values_list("account", flat=True)) <= {one.pk for one in clocks.supervisors(report, 1)}


@pytest.mark.django_db
def test_a_late_report_climbs_level_by_level(cast: SimpleNamespace, category: Category) -> None:
    with time_machine.travel(MONDAY, tick=False):
        report = send(category)
        moves.accept(report=report, actor=cast.owner)
    report.refresh_from_db()
    levels = []
    for days in (1, 2, 3, 4, 5, 8, 9):
        with time_machine.travel(MONDAY + dt.timedelta(days=days), tick=False):
            clocks.run_clocks()
        report.refresh_from_db()
        levels.append(report.escalation)
    assert levels == sorted(levels)
    assert levels[-1] == 3
    assert report.warned
    assert report.wake_at is None


@pytest.mark.django_db
def test_a_question_stops_the_clock_and_the_reply_starts_it(
    cast: SimpleNamespace, category: Category
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        report = send(category)
        moves.ask(report=report, actor=cast.owner, text="Số nhà nào?")
    report.refresh_from_db()
    before = report.due_at
    assert report.paused_at == MONDAY
    assert report.wake_at is None
    assert report.first_answer_at == MONDAY
    with time_machine.travel(MONDAY + dt.timedelta(days=7), tick=False):
        assert clocks.run_clocks() == 0
        moves.reply(report=report, text="Số 5")
    report.refresh_from_db()
    assert report.paused_at is None
    assert report.due_at == before + dt.timedelta(days=7)
    assert report.wake_at is not None


@pytest.mark.django_db
def test_what_was_held_back_is_not_chased_for_the_time_it_was_held(
    cast: SimpleNamespace, category: Category
) -> None:
    BlockedWord.objects.create(words="lừa đảo")
    with time_machine.travel(MONDAY, tick=False):
        report = send(category, text="Bọn lừa đảo ở chợ")
    later = MONDAY + dt.timedelta(days=7)
    with time_machine.travel(later, tick=False):
        publishing.release(report=report, actor=cast.owner)
        assert clocks.run_clocks() == 0
    report.refresh_from_db()
    assert report.wake_at is not None
    assert report.wake_at > later
    assert clocks.run_clocks(later + dt.timedelta(hours=9)) == 1


@pytest.mark.django_db
def test_an_ended_report_is_left_alone(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    moves.answer(report=report, actor=cast.owner, text="Xong")
    assert clocks.run_clocks(timezone.now() + dt.timedelta(days=60)) == 0
    assert Report.objects.get(pk=report.pk).escalation == 0
