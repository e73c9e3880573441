"""Who gets in, by page and by right; what is hidden stays hidden."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from naoso.domains.dispatch.models import Assignment, Duty, Resource, ResourcePosition, StockItem
from naoso.domains.dispatch.services.assignments import assign
from naoso.domains.dispatch.services.resources import add_item
from naoso.domains.dispatch.tests.factories import incident, on_duty, resource

pytestmark = pytest.mark.django_db
VIEW, ASSIGN, MANAGE, CREW = "dispatch.view", "dispatch.assign", "dispatch.manage", "dispatch.crew"
# method, page, whose number, right, answer with it
MATRIX = (
    ("get", "board", "", VIEW, 200),
    ("get", "resources", "", VIEW, 200),
    ("get", "resource", "resource", VIEW, 200),
    ("get", "resource_panel", "resource", VIEW, 200),
    ("get", "stocks", "", VIEW, 200),
    ("get", "stock_item", "item", VIEW, 200),
    ("get", "roads", "", VIEW, 200),
    ("get", "resource_new", "", MANAGE, 200),
    ("get", "resource_edit", "resource", MANAGE, 200),
    ("post", "stock_add", "resource", MANAGE, 302),
    ("post", "resource_state", "resource", ASSIGN, 302),
    ("post", "resource_occupied", "resource", ASSIGN, 302),
    ("post", "stock_move", "item", ASSIGN, 422),
    ("get", "crew", "", CREW, 200),
    ("post", "crew_duty", "", CREW, 302),
    ("post", "crew_positions", "", CREW, 422),
    ("post", "crew_send", "assignment", CREW, 403),
)


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    cast.row = resource(cast, "kho", kind="stock", skills=[])
    engine = resource(cast)
    on_duty(cast.owner, engine)
    [sent] = assign(resources=[engine], incident=incident(cast), actor=cast.owner)
    item = add_item(resource=cast.row, actor=None, name="Bao cát", measure="bao")
    cast.numbers = {"": [], "resource": [cast.row.pk], "item": [item.pk], "assignment": [sent.pk]}
    return cast


@pytest.mark.parametrize(("method", "name", "whose", "right", "answer"), MATRIX)
def test_each_page_wants_its_right(
    client: Client, world: SimpleNamespace, method: str, name: str, whose: str, right: str, answer: int
) -> None:
    address = reverse(f"dispatch:{name}", args=world.numbers[whose])
    for held, expected in ((right, answer), ("", 403)):
        others = [one for one in (VIEW, ASSIGN, MANAGE, CREW) if one != right]
        rights = [VIEW, held] if held else [one for one in others if right != VIEW or one != VIEW]
        who = world.make.account(f"who-{held or 'none'}", world.department)
        world.make.grant(who, world.make.role(f"r-{held or 'none'}", *rights), world.department)
        client.force_login(who)
        assert getattr(client, method)(address).status_code == expected, rights


def test_hidden_rows_stay_hidden(client: Client, world: SimpleNamespace) -> None:
    for model in (Resource, ResourcePosition, Assignment, Duty, StockItem):
        assert model.objects.visible_to(world.owner).exists(), model
        assert not model.objects.visible_to(world.stranger).exists(), model
        assert not model.objects.visible_to(world.nobody).exists(), model
    client.force_login(world.stranger)
    for name, whose in (("resource", "resource"), ("stock_item", "item"), ("resource_edit", "resource")):
        assert client.get(reverse(f"dispatch:{name}", args=world.numbers[whose])).status_code == 404
    for name in ("step", "withdraw"):
        address = reverse(f"dispatch:{name}", args=world.numbers["assignment"])
        assert client.post(address, {"state": "done", "reason": "x"}).status_code == 404
    assert "Bao cát" not in client.get(reverse("dispatch:stocks")).content.decode()
