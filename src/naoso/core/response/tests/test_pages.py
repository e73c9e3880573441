"""The incident's panel and pages: actions offered, refused, counted in queries."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from naoso.core.alerts.tests.factories import alert
from naoso.core.response import parts
from naoso.core.response.models import DayException, Incident, IncidentKind, Procedure
from naoso.core.response.tests.factories import incident, kind
from naoso.core.response.workflow import State
from naoso.kernel.modules import IncidentPanel

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BUDGETS = {"response:list": 14, "response:panel": 25}


def act(client: Client, row: Incident, action: str, **data: object) -> int:
    fields = {f"{action}-{name}": value for name, value in data.items()}
    return client.post(reverse("response:act", args=[row.pk, action]), fields, headers=HTMX).status_code


def test_new_to_closed_through_the_panel(client: Client, cast: SimpleNamespace) -> None:
    row = incident(cast)
    client.force_login(cast.owner)
    for action in ("accept", "start"):
        assert act(client, row, action) == 200
    assert act(client, row, "task", title="Gọi trạm") == 200
    task = row.tasks.get(title="Gọi trạm")
    done = client.post(reverse("response:task_done", args=[task.pk]), headers=HTMX)
    assert done.status_code == 200
    assert act(client, row, "note", text="Bàn giao ca đêm", handover="on") == 200
    assert act(client, row, "close", outcome="solved", note="Xong") == 200
    row.refresh_from_db()
    assert row.state == State.CLOSED
    assert "Bàn giao ca đêm" in client.get(reverse("response:handover")).content.decode()


def test_a_refused_action_shows_why_and_keeps_what_was_typed(client: Client, cast: SimpleNamespace) -> None:
    row = incident(cast)
    client.force_login(cast.owner)
    typed = {"close-outcome": "solved", "close-note": ""}
    answer = client.post(reverse("response:act", args=[row.pk, "close"]), typed, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    row.refresh_from_db()
    assert row.is_open


def test_a_stale_panel_gets_409(client: Client, cast: SimpleNamespace) -> None:
    row = incident(cast)
    client.force_login(cast.owner)
    url = reverse("response:act", args=[row.pk, "accept"])
    assert client.post(url, {"seen": row.version}, headers=HTMX).status_code == 200
    start = reverse("response:act", args=[row.pk, "start"])
    assert client.post(start, {"seen": row.version}, headers=HTMX).status_code == 409


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("chief", 200), ("colleague", 404), ("stranger", 404), ("nobody", 403)],
)
def test_in_scope_only(client: Client, cast: SimpleNamespace, who: str, status: int) -> None:
    row = incident(cast)
    client.force_login(getattr(cast, who))
    for name in ("response:page", "response:panel"):
        assert client.get(reverse(name, args=[row.pk])).status_code == status
    assert act(client, row, "accept") == status


def test_hidden_rows_are_not_in_the_list(client: Client, cast: SimpleNamespace) -> None:
    incident(cast, title="Của sở")
    client.force_login(cast.stranger)
    assert "Của sở" not in client.get(reverse("response:list")).content.decode()
    client.force_login(cast.owner)
    assert "Của sở" in client.get(reverse("response:list")).content.decode()


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_query_budgets(
    client: Client,
    cast: SimpleNamespace,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    name: str,
) -> None:
    rows = [incident(cast) for _each in range(12)]
    client.force_login(cast.owner)
    args = [] if name.endswith("list") else [rows[0].pk]
    with django_assert_max_num_queries(BUDGETS[name]):
        assert client.get(reverse(name, args=args)).status_code == 200


def test_one_press_opens_an_incident_and_a_second_finds_it(client: Client, cast: SimpleNamespace) -> None:
    kind()
    row = alert(cast)
    client.force_login(cast.owner)
    for _press in range(2):
        url = reverse("response:from_alert", args=[row.pk])
        assert client.post(url, headers=HTMX).status_code == 200
    assert Incident.objects.count() == 1


def test_the_calendar_is_edited_and_proposed(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.chief)
    client.post(reverse("response:calendar"), {"day": "07/03/2026", "works": "on", "name": "Làm bù"})
    assert DayException.objects.get().works
    client.post(reverse("response:holidays", args=[2026]))
    assert DayException.objects.filter(day__year=2026, works=False, name__icontains="Quốc khánh").exists()
    client.post(reverse("response:remove_day", args=[DayException.objects.get(works=True).pk]))
    assert not DayException.objects.filter(works=True).exists()


def test_saving_a_procedure_makes_a_version_and_running_incidents_keep_theirs(
    client: Client, cast: SimpleNamespace
) -> None:
    row = incident(cast)
    client.force_login(cast.chief)
    procedure = Procedure.objects.get()
    data = {
        "title": "SOP mới", "steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-0-title": "Một bước",
        "steps-0-minutes": "5", "steps-0-stage": "1",
    }  # fmt: skip
    url = reverse("response:procedure_edit", args=[procedure.pk])
    assert client.post(url, data).status_code == 302
    newest = Procedure.objects.get(version=2)
    assert [step.title for step in newest.steps.all()] == ["Một bước"]
    assert IncidentKind.objects.get().procedure == newest
    assert row.tasks.count() == 2


def test_a_step_with_stage_condition_and_action_is_written(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.chief)
    step = {
        "title": "Báo lãnh đạo", "minutes": "1", "stage": "2", "condition": "severity",
        "condition_value": "4", "action": "notify", "argument": "Chuẩn bị",
    }  # fmt: skip
    data = {"title": "Cháy", "steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0"}
    data |= {f"steps-0-{name}": value for name, value in step.items()}
    address = reverse("response:procedure_new")
    wrong = client.post(address, data | {"steps-0-condition_value": "9"})
    assert (wrong.status_code, Procedure.objects.count()) == (200, 0)
    assert client.post(address, data).status_code == 302
    [written] = Procedure.objects.get().steps.all()
    assert (written.stage, written.condition_value, written.action) == (2, 4, "notify")
    assert written.condition_words


def test_a_step_is_skipped_with_a_reason(client: Client, cast: SimpleNamespace) -> None:
    row = incident(cast)
    client.force_login(cast.owner)
    address = reverse("response:task_skip", args=[row.tasks.order_by("order")[0].pk])
    assert client.post(address, {"reason": ""}, headers=HTMX).status_code == 422
    assert client.post(address, {"reason": "không cần"}, headers=HTMX).status_code == 200
    assert row.tasks.filter(skipped=True, note="không cần").count() == 1


def beside(user: object, row: Incident) -> dict[str, str] | None:
    """What a module shows, for the test."""
    return {"incident_title": row.title} if row.severity > 1 else None


def test_modules_show_their_part_to_those_who_may_see_it(
    client: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = IncidentPanel(
        "near", "Gần đó", "map-pin", f"{__name__}.beside", "response/parts/state.html", "response.view"
    )
    monkeypatch.setattr(parts, "declared", lambda: [spec])
    row = incident(cast)
    address = reverse("response:part", args=[row.pk, "near"])
    client.force_login(cast.owner)
    assert address in client.get(reverse("response:panel", args=[row.pk])).content.decode()
    assert "Gần đó" in client.get(address).content.decode()
    assert client.get(reverse("response:part", args=[row.pk, "absent"])).status_code == 404
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    client.force_login(cast.nobody)
    assert client.get(address).status_code == 403
