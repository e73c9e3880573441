"""Reports by telephone, typed by an officer."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from naoso.domains.citizen_reports.models import Category, Channel, Question, Report
from naoso.domains.citizen_reports.tests.test_services import _files, category

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]


def fields(category: Category, **more: str) -> dict[str, str]:
    values = {
        "draft": str(uuid.uuid4()),
        "category": str(category.pk),
        "text": "Ống vỡ",
        "lon": "105.85",
        "lat": "21.47",
    }
    return values | more


def test_a_call_becomes_a_report_with_its_caller(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    Question.objects.create(category=category, code="a", label="Số nhà?", required=True)
    client.force_login(cast.owner)
    answer = client.post(
        reverse("citizen_reports:counter"), fields(category, phone="0912345678", name="Bà A")
    )
    assert answer.status_code == 302
    report = Report.objects.get()
    assert report.channel == Channel.DESK
    assert report.entries.get().actor == cast.owner
    assert report.reporter.phone == "0912345678"


@pytest.mark.parametrize(
    "more", [{"lon": ""}, {"text": ""}, {"lat": "0", "lon": "0"}, {"lon": "2.35", "lat": "48.85"}]
)
def test_what_is_missing_is_named(
    client: Client, cast: SimpleNamespace, category: Category, more: dict[str, str]
) -> None:
    client.force_login(cast.owner)
    answer = client.post(reverse("citizen_reports:counter"), fields(category, **more))
    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_only_who_handles_reports(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.nobody)
    assert client.get(reverse("citizen_reports:counter")).status_code == 403
