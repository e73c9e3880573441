"""Two at once: each thing is there once, and nothing stays on."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.db import connection

from naoso.core.alerts.models import Alert
from naoso.domains.traffic.models import Check, Hit, ListEntry
from naoso.domains.traffic.services import checks
from naoso.domains.traffic.services import hits as deciding
from naoso.domains.traffic.services.checks import Question, check_plate
from naoso.domains.traffic.services.hits import decide
from naoso.domains.traffic.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each gave, all begun at once."""
    start, given = threading.Barrier(len(acts)), []

    def one(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            given.append(act())
        except Exception as error:  # noqa: BLE001 - the test tells of it
            given.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return given


def test_a_check_that_is_sent_twice_at_once_is_one(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question("20A-123.45", "patrol", "Kiểm soát", uuid.uuid4())
    both, before = threading.Barrier(2), checks.match

    def slow(*args: object) -> object:
        both.wait(10)
        return before(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(checks, "match", slow)
    rows = together(*[lambda: check_plate(actor=world.owner, question=question)] * 2)
    assert rows == [Check.objects.get()] * 2


def test_two_decisions_at_once_leave_no_alert_on(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each looks whether another hit waits, while the other is not yet committed."""
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera)
    make.pass_by(world.source, make.camera(world.department, world.ward, north_m=3000))
    one, other = Hit.objects.all()
    met, before = threading.Barrier(2), deciding.settle_alert

    def meeting(*args: object) -> None:
        before(*args)  # type: ignore[arg-type]
        with suppress(threading.BrokenBarrierError):
            met.wait(1)

    monkeypatch.setattr(deciding, "settle_alert", meeting)
    given = together(
        lambda: decide(actor=world.owner, hit=one, state="other"),
        lambda: decide(actor=world.chief, hit=other, state="other"),
    )
    assert sorted(row.pk for row in given if isinstance(row, Hit)) == sorted([one.pk, other.pk])
    assert ListEntry.objects.count() == 1
    assert not Alert.objects.get().active
