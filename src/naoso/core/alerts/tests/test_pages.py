"""Pages of alerts and rules: what they show, to whom, in how many queries."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from naoso.core.alerts import selectors
from naoso.core.alerts.layers import open_alerts_layer
from naoso.core.alerts.models import Alert, AlertRule
from naoso.core.alerts.tests.factories import alert, rule
from naoso.kernel.ids import SubjectRef

pytestmark = pytest.mark.django_db
LIST_BUDGET = 12


def test_the_list_shows_what_is_mine_and_hides_the_rest(client: Client, cast: SimpleNamespace) -> None:
    alert(cast, title="Của sở")
    alert(cast, title="Của nơi khác", owner_id=cast.agency.pk, subject=SubjectRef("x", "y", "2"))
    client.force_login(cast.owner)
    page = client.get(reverse("alerts:list")).content.decode()
    assert "Của sở" in page
    assert "Của nơi khác" not in page


def test_the_list_keeps_its_budget(
    client: Client, cast: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        alert(cast, subject=SubjectRef("environment", "air-station", str(number)))
    client.force_login(cast.owner)
    with django_assert_max_num_queries(LIST_BUDGET):
        assert client.get(reverse("alerts:list")).status_code == 200


def test_search_ignores_tone_marks(client: Client, cast: SimpleNamespace) -> None:
    alert(cast)
    client.force_login(cast.owner)
    assert "Trạm Sông Công" in client.get(reverse("alerts:list"), {"q": "song cong"}).content.decode()


def test_acknowledge_from_the_map(client: Client, cast: SimpleNamespace) -> None:
    row = alert(cast)
    client.force_login(cast.owner)
    answer = client.post(
        reverse("alerts:acknowledge", args=[row.pk]), {"note": "ok"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.acknowledged_by == cast.owner
    assert client.post(
        reverse("alerts:acknowledge", args=[row.pk]), headers={"HX-Request": "true"}
    ).status_code == 409  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("chief", 200), ("colleague", 404), ("stranger", 404), ("nobody", 403)],
)
def test_one_alert_opens_in_scope_only(client: Client, cast: SimpleNamespace, who: str, status: int) -> None:
    row = alert(cast)
    client.force_login(getattr(cast, who))
    assert client.get(reverse("alerts:page", args=[row.pk])).status_code == status
    assert client.get(reverse("alerts:panel", args=[row.pk])).status_code == status


def rule_data(cast: SimpleNamespace, **more: object) -> dict[str, object]:
    return {
        "title": "PM2.5 cao", "code": "pm25-cao", "domain": "environment", "quantity": "pm25",
        "direction": "above", "raise_at": "150", "clear_at": "135", "severity": "3",
        "owner": cast.department.pk, "enabled": "on", "hold_minutes": "5", "escalate_minutes": "15",
        "measure": "value", "window_minutes": "60",
    } | more  # fmt: skip


def test_a_rule_is_tried_without_being_saved(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.owner)
    answer = client.post(reverse("alerts:rule_new"), rule_data(cast, do="try"))
    assert 'id="rehearsal"' in answer.content.decode()
    assert not AlertRule.objects.exists()


def test_a_long_rehearsal_says_how_many_more(
    client: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    tried = selectors.Rehearsal(now, (("Trạm", now),) * 23, 1, 100)
    monkeypatch.setattr(selectors, "rehearse_rule", lambda _rule: tried)
    client.force_login(cast.owner)
    answer = client.post(reverse("alerts:rule_new"), rule_data(cast, do="try", raise_at="150,5"))
    html = answer.content.decode()
    assert html.count("– Trạm") == 20
    assert "và 3 lần nữa" in html
    assert answer.context["form"].cleaned_data["raise_at"] == 150.5


def test_a_rule_is_saved(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.owner)
    assert client.post(reverse("alerts:rule_new"), rule_data(cast, do="save")).status_code == 302
    row = AlertRule.objects.get()
    assert (row.raise_at, row.hold.total_seconds()) == (150, 300)


def test_a_rule_on_the_rise_is_saved_and_one_on_a_forecast_cannot_be_tried(
    client: Client, cast: SimpleNamespace
) -> None:
    client.force_login(cast.owner)
    data = rule_data(cast, do="save", measure="rise", window_minutes="30", opens_incident="flood")
    client.post(reverse("alerts:rule_new"), data)
    row = AlertRule.objects.get()
    assert (row.measure, row.window.total_seconds(), row.opens_incident) == ("rise", 1800, "flood")
    assert "flood" in client.get(reverse("alerts:rules")).content.decode()
    tried = client.post(
        reverse("alerts:rule_edit", args=[row.pk]), data | {"do": "try", "measure": "forecast"}
    )
    assert not tried.context["rehearsal"].possible


def test_a_rule_that_could_never_clear_is_refused(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.owner)
    answer = client.post(reverse("alerts:rule_new"), rule_data(cast, do="save", clear_at="160"))
    assert answer.status_code == 200
    assert answer.context["form"].errors["clear_at"]
    assert not AlertRule.objects.exists()


def test_a_rule_for_somebody_elses_body_is_refused(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.stranger)
    client.post(reverse("alerts:rule_new"), rule_data(cast, do="save"))
    assert not AlertRule.objects.exists()
    existing = rule(cast)
    assert client.get(reverse("alerts:rule_edit", args=[existing.pk])).status_code == 404


def test_the_map_layer_holds_what_is_mine(cast: SimpleNamespace) -> None:
    row = alert(cast)
    features = open_alerts_layer(cast.owner, None)["features"]
    assert [f["id"] for f in features] == [row.pk]
    assert features[0]["properties"]["state"] == "danger"
    assert open_alerts_layer(cast.stranger, None)["features"] == []
    assert open_alerts_layer(cast.owner, (0, 0, 1, 1))["features"] == []
    assert Alert.objects.count() == 1
