"""Bodies are asked, report, fall silent; figures are checked and summed."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.notify.models import Notification
from naoso.core.response.tests.factories import incident
from naoso.domains.situation import services
from naoso.domains.situation.forms import figures_of
from naoso.domains.situation.models import Duty
from naoso.domains.situation.selectors import board
from naoso.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db
FIGURES = [{"name": "nha", "title": "Nhà ngập", "unit": "nhà"}]


def ask(cast: SimpleNamespace, **more: Any) -> Duty:
    values = {
        "actor": cast.chief, "title": "Mưa lũ", "owner": cast.root, "bodies": [cast.ward_office, cast.agency],
        "figures": FIGURES, "every": timedelta(hours=6), "grace": timedelta(minutes=30),
        "starts_at": timezone.now() - timedelta(minutes=5),
    }  # fmt: skip
    return services.ask(**(values | more))


def test_those_asked_are_told_and_the_incident_says_so(cast: SimpleNamespace) -> None:
    row = incident(cast)
    ask(cast, incident=row)
    told = Notification.objects.filter(key="situation.due").values_list("account__username", flat=True)
    assert {"colleague", "stranger"} <= set(told)
    assert row.timeline.filter(actor=cast.chief).exists()
    with pytest.raises(BadInput):
        ask(cast, bodies=[])
    with pytest.raises(NotAllowed):
        ask(cast, actor=cast.nobody)


def test_whoever_is_silent_becomes_an_alert_until_they_report(cast: SimpleNamespace) -> None:
    duty = ask(cast, starts_at=timezone.now() - timedelta(hours=1))
    services.report(duty=duty, body=cast.agency, actor=cast.stranger, values={"nha": 2})
    assert services.listen() == 1
    alert = Alert.objects.get(rule=services.RULE)
    assert (alert.owner, alert.active, alert.severity) == (cast.root, True, 2)
    services.report(duty=duty, body=cast.ward_office, actor=cast.colleague, values={"nha": 5})
    alert.refresh_from_db()
    assert not alert.active
    assert services.listen() == 0


def test_a_second_one_in_a_row_is_severe(cast: SimpleNamespace) -> None:
    ask(cast, bodies=[cast.agency], starts_at=timezone.now() - timedelta(hours=1))
    services.listen()
    services.listen(timezone.now() + timedelta(hours=6))
    assert Alert.objects.get(rule=services.RULE).severity == 3


def test_ending_a_duty_ends_its_alerts(cast: SimpleNamespace) -> None:
    duty = ask(cast, starts_at=timezone.now() - timedelta(hours=1))
    services.listen()
    services.end(duty=duty, actor=cast.chief)
    assert not Alert.objects.filter(rule=services.RULE, active=True).exists()
    assert services.listen() == 0
    with pytest.raises(BadInput):
        services.report(duty=duty, body=cast.agency, actor=cast.stranger, values={})


def test_sent_again_it_replaces_and_sums_tell_from_how_many(cast: SimpleNamespace) -> None:
    duty = ask(cast)
    for houses in (3, 4):
        services.report(duty=duty, body=cast.agency, actor=cast.stranger, values={"nha": houses}, text="ngập")
    services.report(duty=duty, body=cast.ward_office, actor=cast.colleague, values={"nha": ""})
    shown = board(cast.chief, duty)
    assert [(total, count) for _figure, total, count in shown.sums] == [(4, 1)]
    assert (shown.reported, duty.reports.count()) == (2, 2)


@pytest.mark.parametrize(("value", "rule"), [("nhiều", "number"), (-1, "range"), ("nan", "range")])
def test_bad_figures_are_named(cast: SimpleNamespace, value: Any, rule: str) -> None:
    duty = ask(cast)
    with pytest.raises(BadInput) as error:
        services.report(duty=duty, body=cast.agency, actor=cast.stranger, values={"nha": value})
    assert (error.value.errors[0].field, error.value.errors[0].rule) == ("nha", rule)
    assert not duty.reports.exists()


def test_nobody_reports_for_another_body(cast: SimpleNamespace) -> None:
    duty = ask(cast, bodies=[cast.agency])
    with pytest.raises(NotAllowed):
        services.report(duty=duty, body=cast.agency, actor=cast.colleague, values={})
    with pytest.raises(BadInput):
        services.report(duty=duty, body=cast.ward_office, actor=cast.colleague, values={})


def test_figures_are_written_one_a_line() -> None:
    told = figures_of("Nhà ngập | nhà\n\nNhà ngập | căn\nNgười")
    assert [figure["name"] for figure in told] == ["nha_ngap", "nha_ngap_1", "nguoi"]
    assert [figure["unit"] for figure in told] == ["nhà", "căn", ""]
