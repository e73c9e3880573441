"""Findings become alerts; people acknowledge; the clock escalates."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from naoso.core.alerts import services
from naoso.core.alerts.models import Alert
from naoso.core.alerts.tests.factories import MINUTE, NOON, alert, finding
from naoso.core.notify.models import Notification
from naoso.core.outbox.models import OutboxMessage
from naoso.kernel.errors import Conflict, NotAllowed
from naoso.kernel.findings import Severity
from naoso.kernel.ids import SubjectRef

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return list(OutboxMessage.objects.filter(name__startswith="alerts.").values_list("name", flat=True))


def test_a_repeat_updates_the_one_alert(cast: SimpleNamespace) -> None:
    alert(cast)
    alert(cast, observed_at=NOON + MINUTE, value=170.0)
    row = Alert.objects.get()
    assert (row.value, row.count) == (170.0, 1)
    assert names() == ["alerts.alert_raised"]


def test_the_same_finding_twice_changes_nothing(cast: SimpleNamespace) -> None:
    alert(cast)
    assert services.receive([finding(cast)]) == []


def test_a_finding_older_than_the_last_changes_nothing(cast: SimpleNamespace) -> None:
    alert(cast)
    assert services.receive([finding(cast, observed_at=NOON - MINUTE, value=999.0)]) == []
    assert Alert.objects.get().value == 160.0


def test_worse_asks_for_attention_again(cast: SimpleNamespace) -> None:
    row = services.acknowledge(alert=alert(cast), actor=cast.owner)
    services.receive([finding(cast, observed_at=NOON + MINUTE, severity=Severity.EXTREME)])
    row.refresh_from_db()
    assert row.severity == Severity.EXTREME
    assert row.acknowledged_at is None


def test_cleared_and_acknowledged_is_over_and_a_new_one_may_come(cast: SimpleNamespace) -> None:
    row = services.acknowledge(alert=alert(cast), actor=cast.owner)
    services.receive([finding(cast, active=False, observed_at=NOON + MINUTE)])
    assert not Alert.objects.open().exists()
    alert(cast, observed_at=NOON + 2 * MINUTE)
    assert Alert.objects.open().get().pk != row.pk


def test_over_and_anew_in_one_batch_are_two_alerts(cast: SimpleNamespace) -> None:
    row = services.acknowledge(alert=alert(cast), actor=cast.owner)
    over = finding(cast, active=False, observed_at=NOON + MINUTE)
    services.receive([over, finding(cast, observed_at=NOON + 2 * MINUTE)])
    row.refresh_from_db()
    assert not row.active
    assert Alert.objects.open().get().pk != row.pk


def test_a_storm_costs_no_more_statements_than_one_finding(
    cast: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as one:
        services.receive([finding(cast, rule="storm-0")])
    many = [finding(cast, subject=SubjectRef("fire", "premises", str(n))) for n in range(200)]
    with django_assert_max_num_queries(len(one)):
        services.receive(many)
    assert Alert.objects.count() == 201


def test_cleared_but_unseen_stays_open_and_comes_back_as_itself(cast: SimpleNamespace) -> None:
    first = alert(cast)
    services.receive([finding(cast, active=False, observed_at=NOON + MINUTE)])
    assert Alert.objects.open().count() == 1
    again = alert(cast, observed_at=NOON + 2 * MINUTE)
    assert (again.pk, again.count) == (first.pk, 2)


def test_clearing_what_is_not_there_does_nothing(cast: SimpleNamespace) -> None:
    assert services.receive([finding(cast, active=False)]) == []


def test_the_owner_is_told_and_the_stranger_is_not(cast: SimpleNamespace) -> None:
    alert(cast)
    told = set(Notification.objects.values_list("account__username", flat=True))
    assert told == {"owner", "chief"}


def test_acknowledging_needs_the_right_there(cast: SimpleNamespace) -> None:
    row = alert(cast)
    with pytest.raises(NotAllowed):
        services.acknowledge(alert=row, actor=cast.stranger)
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_who_comes_second_learns_who_was_first(cast: SimpleNamespace) -> None:
    row = alert(cast)
    services.acknowledge(alert=row, actor=cast.owner, note="đang xem")
    with pytest.raises(Conflict, match="owner"):
        services.acknowledge(alert=row, actor=cast.chief)


def test_acknowledging_ends_the_reminders(cast: SimpleNamespace) -> None:
    row = alert(cast)
    assert Notification.objects.filter(repeat_at__isnull=False).exists()
    services.acknowledge(alert=row, actor=cast.owner)
    assert not Notification.objects.filter(repeat_at__isnull=False).exists()


def test_nobody_answers_so_the_next_level_is_told_three_times_at_most(cast: SimpleNamespace) -> None:
    row = alert(cast)
    for level in (1, 2, 3):
        Alert.objects.update(escalate_at=timezone.now() - timedelta(seconds=1))
        assert services.escalate_due() == 1
        row.refresh_from_db()
        assert row.level == level
    assert row.escalate_at is None
    assert services.escalate_due() == 0
    escalated = Notification.objects.filter(key="alerts.escalated")
    assert set(escalated.values_list("account__username", flat=True)) == {"chief"}


def test_an_acknowledged_alert_does_not_escalate(cast: SimpleNamespace) -> None:
    services.acknowledge(alert=alert(cast), actor=cast.owner)
    Alert.objects.update(escalate_at=timezone.now() - timedelta(seconds=1))
    assert services.escalate_due() == 0


def test_visible_in_scope_and_hidden_outside(cast: SimpleNamespace) -> None:
    row = alert(cast)
    assert row in Alert.objects.visible_to(cast.owner)
    assert row in Alert.objects.visible_to(cast.chief)
    for other in (cast.colleague, cast.stranger, cast.nobody):
        assert row not in Alert.objects.visible_to(other)
