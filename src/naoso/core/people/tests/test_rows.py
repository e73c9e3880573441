"""Many rows, each to its own values, by one statement."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.core.alerts.models import Alert
from naoso.core.alerts.tests.factories import alert
from naoso.core.people.audit import recorded
from naoso.core.people.models import AuditEntry
from naoso.core.people.rows import update_rows
from naoso.kernel.ids import SubjectRef

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_and_the_trail_sees_it(
    cast: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [alert(cast, subject=SubjectRef("environment", "air-station", str(n))) for n in range(3)]
    before = AuditEntry.objects.count()
    now = timezone.now()
    for n, row in enumerate(rows):
        row.severity, row.title, row.acknowledged_at = n + 1, f"Ô nhiễm {n} “'\\", now if n else None
        row.acknowledged_by = cast.owner if n else None
    with recorded(cast.owner), django_assert_num_queries(1):
        update_rows(rows, ["severity", "title", "acknowledged_at", "acknowledged_by"])
    found = {row.pk: row for row in Alert.objects.all()}
    for n, row in enumerate(rows):
        kept = found[row.pk]
        assert (kept.severity, kept.title) == (n + 1, row.title)
        assert (kept.acknowledged_by, kept.acknowledged_at) == ((cast.owner, now) if n else (None, None))
        assert kept.detail == row.detail
    assert AuditEntry.objects.count() == before + 3


def test_none_is_no_statement(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        update_rows([], ["severity"])
