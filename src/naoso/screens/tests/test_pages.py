"""The screens show what is in scope, refuse what is not, and stay within their queries."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from naoso.core.people.models import Account
from naoso.core.people.tests.factories import unit
from naoso.screens import layers, views
from naoso.screens.tests import factories
from naoso.screens.tests.factories import World

pytestmark = pytest.mark.django_db
BUDGETS = {
    "/": 20,
    "/map/feed/": 10,
    "/map/counters/": 10,
    "/map/sources/": 7,
    "/map/layers/alerts.json": 7,
    "/map/layers/incidents.json": 7,
    "/wall/": 16,
    "/wall/board/": 12,
    "/search/?q=song+cong": 14,
}


@pytest.fixture
def world() -> World:
    """A fresh one; nothing kept from another test's answers."""
    layers.kept.answers.clear()
    views.feeds.answers.clear()
    return factories.world()


def signed_in(who: Account) -> Client:
    """A browser of that person."""
    client = Client()
    client.force_login(who)
    return client


@pytest.mark.parametrize("path", BUDGETS)
def test_who_may_open_what(world: World, path: str) -> None:
    assert signed_in(world.owner).get(path).status_code == 200
    refused = signed_in(world.guest).get(path).status_code
    assert refused == (200 if path.startswith("/search") else 302 if path == "/" else 403)
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize(("path", "budget"), BUDGETS.items())
def test_query_budgets_hold_however_much_there_is(
    world: World, path: str, budget: int, django_assert_max_num_queries: object
) -> None:
    for number in range(1, 13):
        raised = factories.alert(world.environment, number)
        if number % 3 == 0:
            factories.incident(raised, world.chief)
    client = signed_in(world.owner)
    client.get("/map/base.json")
    layers.kept.answers.clear()
    views.feeds.answers.clear()
    with django_assert_max_num_queries(budget):  # type: ignore[operator]
        assert client.get(path).status_code == 200


def test_the_feed_hides_what_belongs_to_others(world: World) -> None:
    raised = factories.alert(world.environment)
    incident = factories.incident(raised, world.chief)
    for who, sees in ((world.owner, True), (world.chief, True), (world.stranger, False)):
        html = signed_in(who).get("/map/feed/").content.decode()
        assert (raised.title in html) is sees
        assert (incident.number in html) is sees
    board = signed_in(world.stranger).get("/wall/board/").content.decode()
    assert raised.title not in board


def test_counters_count_what_is_new(world: World) -> None:
    factories.incident(factories.alert(world.environment, 1), world.chief)
    factories.alert(world.environment, 2)
    context = signed_in(world.owner).get("/map/counters/").context
    assert (context["counters"].unseen, context["counters"].new) == (1, 1)
    assert signed_in(world.stranger).get("/map/counters/").context["counters"].unseen == 0


def test_layers_stay_in_scope_although_answers_are_kept(world: World) -> None:
    factories.alert(world.environment)
    for _twice in range(2):
        seen = json.loads(signed_in(world.owner).get("/map/layers/alerts.json").content)
        hidden = json.loads(signed_in(world.stranger).get("/map/layers/alerts.json").content)
        assert [f["properties"]["state"] for f in seen["features"]] == ["danger"]
        assert hidden["features"] == []


@pytest.mark.parametrize(
    ("box", "status", "count"),
    [
        ("105,21,106,22", 200, 1),
        ("100,10,101,11", 200, 0),
        ("106,21,105,22", 422, None),
        ("1,2,3", 422, None),
        ("nan,1,2,3", 422, None),
        ("-999,0,10,10", 422, None),
        ("abc", 422, None),
    ],
)
def test_a_box_is_checked(world: World, box: str, status: int, count: int | None) -> None:
    factories.alert(world.environment)
    answer = signed_in(world.owner).get(f"/map/layers/alerts.json?bbox={box}")
    assert answer.status_code == status
    if count is None:
        assert answer.json()["errors"][0]["field"] == "bbox"
    else:
        assert len(json.loads(answer.content)["features"]) == count


def test_an_unknown_layer_is_not_found(world: World) -> None:
    assert signed_in(world.owner).get("/map/layers/unknown.json").status_code == 404


def test_the_map_names_its_layers_and_says_how_sure_its_outlines_are(world: World) -> None:
    config = signed_in(world.owner).get("/").context["config"]
    slugs = [layer["slug"] for layer in config["layers"]]
    assert slugs == ["alerts", "incidents"]  # the layers of domains need their own permissions
    assert config["approximate"] is True
    assert {label["name"] for label in config["labels"]} == {
        "Quần đảo Hoàng Sa (Việt Nam)",
        "Quần đảo Trường Sa (Việt Nam)",
    }


def test_the_base_map_is_made_once_and_made_anew_after_a_change(world: World) -> None:
    client = Client()
    first = client.get("/map/base.json")
    names = [f["properties"]["name"] for f in json.loads(first.content)["features"]]
    assert names == ["Thái Nguyên", "Sông Công"]
    again = client.get("/map/base.json", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    unit("05860", "Phổ Yên", world.ward.parent)
    changed = client.get("/map/base.json", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Phổ Yên" in changed.content.decode()


def test_search_needs_no_tone_marks_and_keeps_to_the_scope(world: World) -> None:
    raised = factories.alert(world.environment)
    assert "phường Sông Công" in signed_in(world.guest).get("/search/?q=song+cong").content.decode()
    assert raised.title in signed_in(world.owner).get("/search/?q=o+tram").content.decode()
    assert raised.title not in signed_in(world.stranger).get("/search/?q=o+tram").content.decode()
    assert signed_in(world.owner).get("/search/?q=%00").status_code == 200
    assert signed_in(world.owner).get("/search/?q=" + "a" * 5000).status_code == 200


def test_pages_speak_both_languages(world: World) -> None:
    client = signed_in(world.owner)
    assert "cảnh báo mới" in client.get("/").content.decode()
    client.cookies["django_language"] = "en"
    assert "new alerts" in client.get("/").content.decode()
