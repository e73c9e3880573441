"""The officers' interface: the screens' scope, filters and refusals, as JSON."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from naoso.domains.citizen_reports.models import Category
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
BASE = "/api/v1/citizen_reports/desk/reports"


def test_a_list_in_scope_by_key(client: Client, cast: SimpleNamespace, category: Category) -> None:
    codes = [send(category, text=f"Ống vỡ số {n}").code for n in range(3)]
    client.force_login(cast.owner)
    page = client.get(BASE).json()
    assert [row["code"] for row in page["reports"]] == codes[::-1]
    assert page["after"] == ""
    found = client.get(BASE, {"q": "ong vo so 1"}).json()["reports"]
    assert [row["code"] for row in found] == [codes[1]]
    client.force_login(cast.stranger)
    assert client.get(BASE).json()["reports"] == []


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("stranger", 404), ("nobody", 403)])
def test_one_report(client: Client, cast: SimpleNamespace, category: Category, who: str, status: int) -> None:
    report = send(category)
    client.force_login(getattr(cast, who))
    answer = client.get(f"{BASE}/{report.pk}")
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["actions"][0] == "accept"
        assert answer.json()["history"][0]["kind"] == "sent"


def test_signed_out_is_401(client: Client, category: Category) -> None:
    assert client.get(BASE).status_code == 401
    assert client.post(f"{BASE}/{send(category).pk}/accept").status_code == 401


def test_acting_and_the_second_hears_what_changed(
    client: Client, cast: SimpleNamespace, category: Category
) -> None:
    report = send(category)
    client.force_login(cast.owner)
    done = client.post(f"{BASE}/{report.pk}/accept", {"seen": 1})
    assert done.json()["state"] == "accepted"
    late = client.post(f"{BASE}/{report.pk}/note", {"seen": 1, "text": "x"})
    assert late.status_code == 409
    wrong = client.post(f"{BASE}/{report.pk}/answer", {"text": ""})
    assert wrong.status_code == 422
    assert client.post(f"{BASE}/{report.pk}/fly").status_code == 404


def test_a_wrong_filter_is_named(client: Client, cast: SimpleNamespace, category: Category) -> None:
    client.force_login(cast.owner)
    answer = client.get(BASE, {"since": "yesterday"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "since"
