"""Pages and the part beside an incident: what they show, what a press does, how many queries."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from naoso.domains.dispatch import layers
from naoso.domains.dispatch.models import Assignment, Resource, StockItem
from naoso.domains.dispatch.pages.incident import panel_context
from naoso.domains.dispatch.selectors.resources import search
from naoso.domains.dispatch.services.assignments import assign
from naoso.domains.dispatch.services.positions import take
from naoso.domains.dispatch.services.resources import add_item, move_stock
from naoso.domains.dispatch.tests.factories import incident, placed, resource
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def owner(client: Client, cast: SimpleNamespace) -> Client:
    client.force_login(cast.owner)
    return client


def test_the_part_beside_an_incident_sends_with_one_press(owner: Client, cast: SimpleNamespace) -> None:
    row, fire = resource(cast), incident(cast)
    take([placed(row, 105.86, 21.47, ago_s=1200)])
    page = reverse("dispatch:incident", args=[fire.pk])
    part = owner.get(page, **HTMX).content.decode()
    assert row.name in part
    assert "sign-mute" in part  # the position is old, and says so
    assert "<html" not in part
    send = reverse("dispatch:send", args=[fire.pk])
    after = owner.post(send, {"resource": row.pk}, **HTMX).content.decode()
    assert Assignment.objects.get().state == "assigned"
    assert reverse("dispatch:withdraw", args=[Assignment.objects.get().pk]) in after
    refused = owner.post(send, {"resource": row.pk}, **HTMX)
    assert (refused.status_code, fire.number in refused.content.decode()) == (409, True)
    step = reverse("dispatch:step", args=[Assignment.objects.get().pk])
    assert owner.post(step, {"state": "on_scene"}, **HTMX).status_code == 200
    withdraw = reverse("dispatch:withdraw", args=[Assignment.objects.get().pk])
    assert owner.post(withdraw, {"reason": ""}, **HTMX).status_code == 422
    assert owner.post(withdraw, {"reason": "Đủ lực lượng"}).status_code == 302
    assert Assignment.objects.get().end_reason == "Đủ lực lượng"
    assert owner.get(page).status_code == 200


def test_who_may_not_send_may_ask(client: Client, cast: SimpleNamespace) -> None:
    row, fire = resource(cast), incident(cast)
    desk = cast.make.account("desk", cast.department)
    role = cast.make.role("desk", "response.view", "response.work", "dispatch.view")
    cast.make.grant(desk, role, cast.department)
    client.force_login(desk)
    part = client.get(reverse("dispatch:incident", args=[fire.pk]), **HTMX).content.decode()
    assert 'name="propose"' in part
    send = reverse("dispatch:send", args=[fire.pk])
    assert client.post(send, {"resource": row.pk}).status_code == 403
    client.post(send, {"resource": row.pk, "propose": "1"})
    assert Assignment.objects.get().state == "proposed"


def test_the_context_of_the_panel(cast: SimpleNamespace) -> None:
    fire = incident(cast)
    assert panel_context(cast.owner, fire) is not None
    placeless = incident(cast, title="Không rõ nơi", place=None)
    told = panel_context(cast.owner, placeless)
    assert told is not None
    assert told["offers"] == []


def test_board_list_search_and_map(owner: Client, cast: SimpleNamespace) -> None:
    row = resource(cast, name="Xe chữa cháy Sông Công")
    resource(cast, "hidden", name="Xe của nơi khác", owner=cast.agency)
    for name in ("board", "resources"):
        words = owner.get(reverse(f"dispatch:{name}"), {"q": "song cong"}).content.decode()
        assert "Xe chữa cháy Sông Công" in words
        assert "Xe của nơi khác" not in words
    assert [hit["title"] for hit in search(cast.owner, "chua chay")] == [row.name]
    take([placed(row, 105.86, 21.47, speed_kmh=40.0)])
    [shown] = layers.resources_layer(cast.owner, (105, 21, 106, 22))["features"]
    assert (shown["properties"]["state"], shown["properties"]["value"]) == ("normal", 40)
    assert layers.resources_layer(cast.owner, (100, 10, 101, 11))["features"] == []
    take([placed(row, 105.87, 21.47, ago_s=-0.5)])
    assert owner.get(shown["properties"]["url"]).status_code == 200


def test_budgets(owner: Client, cast: SimpleNamespace, django_assert_max_num_queries: Any) -> None:
    rows = [resource(cast, f"cc-{n}") for n in range(12)]
    fire = incident(cast)
    assign(resources=rows[:4], incident=fire, actor=cast.owner)
    owner.get(reverse("dispatch:board"))  # the session is new
    for name, args, most in (("board", [], 9), ("resources", [], 8), ("incident", [fire.pk], 14)):
        with django_assert_max_num_queries(most):
            assert owner.get(reverse(f"dispatch:{name}", args=args)).status_code == 200


def test_a_resource_is_added_and_changed(owner: Client, cast: SimpleNamespace) -> None:
    form = {
        "code": "cc-09", "name": "Xe mới", "kind": "vehicle", "owner": cast.department.pk, "skills": ["fire"],
        "strength": 4, "enabled": "on", "lon": 105.85, "lat": 21.47,
    }  # fmt: skip
    new = reverse("dispatch:resource_new")
    assert owner.get(new).status_code == 200
    assert owner.post(new, form | {"lon": ""}).status_code == 422
    assert owner.post(new, form | {"code": "Xe 9"}).status_code == 422
    assert owner.post(new, form | {"owner": cast.agency.pk}).status_code == 422
    assert owner.post(new, form).status_code == 302
    row = Resource.objects.get(code="cc-09")
    assert owner.post(new, form).status_code == 422  # the code is taken
    edit = reverse("dispatch:resource_edit", args=[row.pk])
    assert owner.post(edit, form | {"name": "Tên khác"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.skills) == ("Tên khác", ["fire"])
    state = reverse("dispatch:resource_state", args=[row.pk])
    owner.post(state, {"state": "out_of_service"})
    row.refresh_from_db()
    assert row.state == "available"
    owner.post(state, {"state": "out_of_service", "reason": "Hỏng"})
    row.refresh_from_db()
    assert (row.state, row.state_reason) == ("out_of_service", "Hỏng")
    assert owner.get(reverse("dispatch:resource", args=[row.pk])).status_code == 200


def test_stocks_and_shelters_count_true(owner: Client, cast: SimpleNamespace) -> None:
    stock = resource(cast, "kho", kind="stock", skills=[])
    line = add_item(resource=stock, actor=cast.owner, name="Bao cát", measure="bao")
    move = reverse("dispatch:stock_move", args=[line.pk])
    assert owner.post(move, {"change": "100", "reason": "Nhập"}).status_code == 302
    assert owner.post(move, {"change": "-101", "reason": "Xuất"}).status_code == 422
    assert owner.post(move, {"change": "-40.5", "reason": "Xuất"}).status_code == 302
    line.refresh_from_db()
    assert line.quantity == Decimal("59.5") == sum(m.change for m in line.movements.all())
    with pytest.raises(IntegrityError), transaction.atomic():
        line.movements.update(change=1)
    assert "Bao cát" in owner.get(reverse("dispatch:stocks")).content.decode()
    with pytest.raises(BadInput):
        move_stock(item=line, actor=cast.owner, change=Decimal(0), reason="x")
    owner.post(reverse("dispatch:stock_add", args=[stock.pk]), {"name": "Máy bơm", "measure": "chiếc"})
    assert StockItem.objects.count() == 2
    shelter = resource(cast, "st", kind="shelter", capacity=50, skills=[])
    occupied = reverse("dispatch:resource_occupied", args=[shelter.pk])
    owner.post(occupied, {"occupied": "51"})
    owner.post(occupied, {"occupied": "20"})
    shelter.refresh_from_db()
    assert (shelter.occupied, shelter.free) == (20, 30)


def test_the_map_hears_its_own_words(cast: SimpleNamespace) -> None:
    row = resource(cast)
    take([placed(row, 105.86, 21.47, ago_s=1200)])
    [feature] = layers.resources_layer(cast.owner, None)["features"]
    assert feature["properties"]["state"] == "stale"
    Resource.objects.update(state="off_duty")
    [feature] = layers.resources_layer(cast.owner, None)["features"]
    assert feature["properties"]["state"] == "off"
    assert json.dumps(feature)
