"""The after-action report: what was late, what people make of it, the same as a PDF."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.response import services
from naoso.core.response.models import Incident, Review, Task
from naoso.core.response.review import report_of
from naoso.core.response.tests.factories import incident

pytestmark = pytest.mark.django_db


def closed(cast: SimpleNamespace) -> Incident:
    """Opened two hours ago; one step done an hour late, one in time, one skipped."""
    row = incident(cast)
    began = timezone.now() - timedelta(hours=2)
    Incident.objects.filter(pk=row.pk).update(opened_at=began, due_at=began + timedelta(hours=1))
    first, second = row.tasks.order_by("order")
    services.finish_task(task=first, actor=cast.owner)
    services.skip_task(task=second, actor=cast.owner, reason="không cần")
    Task.objects.filter(pk=first.pk).update(
        due_at=began + timedelta(minutes=15), done_at=began + timedelta(minutes=75)
    )
    services.close_incident(incident=row, actor=cast.owner, outcome="solved", note="Đã dập")
    row.refresh_from_db()
    return row


def test_what_was_late_by_how_much(cast: SimpleNamespace) -> None:
    report = report_of(closed(cast))
    [late] = report.late
    assert (late.task.title, late.late_by) == ("Bước 1", timedelta(hours=1))
    assert report.was_in_time is False
    assert report.lasted is not None
    assert report.lasted > timedelta(hours=2)
    assert report.until_first_action is not None


def test_a_step_not_done_is_late_until_the_incident_ended(cast: SimpleNamespace) -> None:
    row = incident(cast)
    first = row.tasks.order_by("order")[0]
    Task.objects.filter(pk=first.pk).update(due_at=row.opened_at - timedelta(minutes=10))
    [late] = report_of(row).late
    assert late.late_by is not None
    assert late.late_by >= timedelta(minutes=10)


def test_the_page_the_review_and_the_pdf(client: Client, cast: SimpleNamespace) -> None:
    row = closed(cast)
    client.force_login(cast.owner)
    page = client.get(reverse("response:review", args=[row.pk])).content.decode()
    assert "1 giờ 00 phút" in page
    address = reverse("response:review", args=[row.pk])
    assert client.post(address, {"went_well": "Tới sau 6 phút"}).status_code == 302
    written = Review.objects.get()
    assert (written.went_well, written.written_by) == ("Tới sau 6 phút", cast.owner)
    answer = client.get(reverse("response:review_pdf", args=[row.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_an_open_incident_has_no_review_yet(client: Client, cast: SimpleNamespace) -> None:
    row = incident(cast)
    client.force_login(cast.owner)
    address = reverse("response:review", args=[row.pk])
    assert client.post(address, {"went_well": "x"}).status_code == 200
    assert not Review.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("colleague", 404), ("nobody", 403)])
def test_in_scope_only(client: Client, cast: SimpleNamespace, who: str, status: int) -> None:
    row = closed(cast)
    client.force_login(getattr(cast, who))
    for name in ("review", "review_pdf"):
        assert client.get(reverse(f"response:{name}", args=[row.pk])).status_code == status
    assert client.post(reverse("response:review", args=[row.pk]), {}).status_code == status
