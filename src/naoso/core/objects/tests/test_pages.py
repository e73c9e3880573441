"""Pages of city objects: what opens, what stays hidden, what is written, how many queries."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from naoso.core.objects.models import CityObject, NamedView, ObjectPhoto
from naoso.core.objects.services import editing, suggesting
from naoso.core.objects.tests import factories as make

pytestmark = pytest.mark.django_db
HERE = Point(105.85, 21.47, srid=4326)
HX = {"HX-Request": "true"}
BUDGET = {"kinds": 12, "map": 15, "list": 15, "card": 11, "object": 18, "statistics": 12}


@pytest.fixture
def world(cast: SimpleNamespace, client: Client, settings: Any, tmp_path: Any) -> SimpleNamespace:
    """A tree of the department, signed in as its owner."""
    cast.kind = make.kind()
    cast.tree = editing.add_object(
        actor=cast.owner, kind=cast.kind, owner=cast.department, shape=HERE, code="T1",
        data={"species": "Phượng vĩ", "health": "good", "girth_cm": 90},
    )  # fmt: skip
    cast.client = client
    client.force_login(cast.owner)
    return cast


def root(world: SimpleNamespace) -> str:
    return f"/objects/bench-tree/{world.tree.pk}/"


def typed(world: SimpleNamespace, **more: Any) -> dict[str, Any]:
    """The form as the page shows it, with something changed."""
    given = {
        "v_species": "Phượng vĩ", "v_health": "good", "v_girth_cm": "90", "v_planted": "", "v_protected": "",
        "v_note": "", "state": "active", "seen": world.tree.version,
    }  # fmt: skip
    return given | more


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/objects/", "kinds"), ("/objects/bench-tree/", "map"), ("/objects/bench-tree/list/", "list"),
        ("{}card/", "card"), ("{}", "object"), ("/objects/bench-tree/statistics/", "statistics"),
    ],
)  # fmt: skip
def test_pages_open_within_their_budget(
    world: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries, path: str, name: str
) -> None:
    for n in range(60):
        make.tree(world.kind, world.department, f"more-{n:03d}", 105.86, 21.48)
    with django_assert_max_num_queries(BUDGET[name]):
        answer = world.client.get(path.format(root(world)))
    assert answer.status_code == 200


@pytest.mark.parametrize("part", ["", "card/", "shape.json", "edit/", "photos/x-small.jpg"])
def test_somebody_elses_objects_are_not_there(world: SimpleNamespace, part: str) -> None:
    world.client.force_login(world.stranger)
    assert world.client.get(root(world) + part).status_code == 404
    assert world.client.post(root(world) + part).status_code in {404, 405, 200} - {200}


def test_lists_and_selections_hide_what_is_out_of_scope(world: SimpleNamespace) -> None:
    make.tree(world.kind, world.agency, "theirs", 105.85, 21.47)
    everywhere = json.dumps(
        {"type": "Polygon", "coordinates": [[[105, 21], [106, 21], [106, 22], [105, 22], [105, 21]]]}
    )
    for path in ("list/", "selection/"):
        text = world.client.get(f"/objects/bench-tree/{path}", {"within": everywhere}).content.decode()
        assert "T1" in text
    assert "theirs" not in text
    world.client.force_login(world.nobody)
    assert world.client.get("/objects/bench-tree/list/").status_code == 403


def test_whoever_only_looks_is_offered_nothing_to_change(world: SimpleNamespace) -> None:
    world.make.grant(world.nobody, world.make.role("look", "objects.view"), world.department)
    world.client.force_login(world.nobody)
    assert "edit/" not in world.client.get(root(world) + "card/").content.decode()
    for path in ("edit/", "remove/", "undo/", "photos/"):
        assert world.client.post(root(world) + path).status_code == 403


def test_a_change_is_saved_and_told_to_the_map(world: SimpleNamespace) -> None:
    moved = '{"type":"Point","coordinates":[105.851,21.471]}'
    answer = world.client.post(
        root(world) + "edit/",
        typed(world, v_health="poor", v_girth_cm="", shape=moved, reason="đo lại"),
        headers=HX,
    )
    assert answer.status_code == 200
    now = CityObject.objects.get(pk=world.tree.pk)
    assert (now.data, now.shape.coords) == ({"species": "Phượng vĩ", "health": "poor"}, (105.851, 21.471))
    told = json.loads(answer["HX-Trigger"])
    assert told["objects-saved"]["spots"] == sorted({str(world.tree.spot), str(now.spot)})
    assert 'name="version" value="1"' in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"v_girth_cm": "0"}, "v_girth_cm"), ({"v_girth_cm": "to"}, "v_girth_cm"),
        ({"v_planted": "31/02/2020"}, "v_planted"), ({"v_health": "super"}, "v_health"),
        ({"shape": "{"}, "alert-danger"),
        ({"valid_from": "02/02/2026", "valid_to": "01/02/2026"}, "alert-danger"),
        ({"shape": '{"type":"Point","coordinates":[21,105]}'}, "alert-danger"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(world: SimpleNamespace, wrong: dict[str, str], words: str) -> None:
    answer = world.client.post(root(world) + "edit/", typed(world, **wrong), headers=HX)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'id="id_{words}_error"' in text if words.startswith("v_") else words in text
    assert CityObject.objects.get(pk=world.tree.pk).version == 1


def test_a_conflict_shows_what_changed_and_keeps_what_was_typed(world: SimpleNamespace) -> None:
    editing.change_object(actor=world.chief, row=world.tree, data={"health": "dead"})
    answer = world.client.post(root(world) + "edit/", typed(world, v_girth_cm="111"), headers=HX)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>Tốt</del> → <ins>Chết</ins>" in text
    assert 'value="111"' in text
    assert '<option value="dead" selected>' in text
    again = typed(world, v_girth_cm="111", v_health="dead", seen=2)
    assert world.client.post(root(world) + "edit/", again, headers=HX).status_code == 200
    now = CityObject.objects.get(pk=world.tree.pk)
    assert (now.data["health"], now.data["girth_cm"]) == ("dead", 111)


def test_fields_with_rights_are_hidden_or_read_only(world: SimpleNamespace) -> None:
    rights = {"note": {"view_right": "trees.see"}, "girth_cm": {"edit_right": "trees.value"}}
    fields = tuple(replace(field, **rights.get(field.name, {})) for field in make.SPEC.fields)  # type: ignore[arg-type]
    kind = make.kind(slug="guarded", fields=fields)
    row = make.tree(kind, world.department, "g", 105.85, 21.47, data={"note": "giá 5 tỷ", "girth_cm": 7})
    world.make.grant(world.nobody, world.make.role("hand", "objects.view", "objects.edit"), world.department)
    world.client.force_login(world.nobody)
    for path in ("", "card/", "edit/"):
        text = world.client.get(f"/objects/guarded/{row.pk}/{path}").content.decode()
        assert "giá 5 tỷ" not in text
        assert "Ghi chú" not in text
    assert "giá 5 tỷ" not in world.client.get("/objects/guarded/list/?columns=note").content.decode()
    form = {"v_species": "Bàng", "v_health": "good", "v_girth_cm": "99", "state": "active", "seen": 1}
    assert world.client.post(f"/objects/guarded/{row.pk}/edit/", form, headers=HX).status_code == 200
    row.refresh_from_db()
    assert row.data == {"species": "Bàng", "health": "good", "note": "giá 5 tỷ", "girth_cm": 7}


def test_a_new_object_needs_its_place(world: SimpleNamespace) -> None:
    given = {"v_species": "Sấu", "owner": world.department.pk, "state": "active"}
    assert world.client.post("/objects/bench-tree/add/", given, headers=HX).status_code == 422
    given["shape"] = '{"type":"Point","coordinates":[105.85,21.47]}'
    assert world.client.post("/objects/bench-tree/add/", given, headers=HX).status_code == 200
    assert CityObject.objects.filter(data__species="Sấu", unit=world.ward).count() == 1


def test_removed_and_brought_back(world: SimpleNamespace) -> None:
    assert world.client.post(root(world) + "remove/", {"seen": 1}, headers=HX).status_code == 422
    given = {"seen": 1, "remove-reason": "đổ trong bão"}
    assert world.client.post(root(world) + "remove/", given, headers=HX).status_code == 200
    assert world.client.get("/objects/bench-tree/list/").content.decode().count(">T1<") == 0
    assert "T1" in world.client.get("/objects/bench-tree/list/?removed=1").content.decode()
    assert world.client.post(root(world) + "undo/", {"version": 1, "seen": 2}).status_code == 302
    assert CityObject.objects.get(pk=world.tree.pk).state == "active"


def test_history_in_words_and_the_values_of_a_day(world: SimpleNamespace) -> None:
    editing.change_object(
        actor=world.owner,
        row=world.tree,
        data={"girth_cm": 95},
        shape=Point(105.851, 21.47, srid=4326),
        reason="đo lại",
    )
    text = world.client.get(root(world)).content.decode()
    assert "<del>90 cm</del> → <ins>95 cm</ins>" in text
    assert "đo lại" in text
    today = timezone.localdate()
    assert "95" in world.client.get(root(world), {"on": today.strftime("%d/%m/%Y")}).content.decode()
    before = world.client.get(root(world), {"on": "01/01/2000"})
    assert before.context["then"] is None


def test_many_are_changed_or_none(world: SimpleNamespace) -> None:
    make.tree(world.kind, world.department, "T2", 105.85, 21.47)
    make.tree(world.kind, world.agency, "theirs", 105.85, 21.47)
    given: dict[str, Any] = {"set": ["health"], "v_health": "poor", "v_girth_cm": "5", "reason": "kiểm tra"}
    answer = world.client.post("/objects/bench-tree/bulk/", given, headers=HX)
    assert answer.status_code == 200
    assert json.loads(answer["HX-Trigger"])["toast"]["text"].startswith("2")
    assert CityObject.objects.filter(data__health="poor").count() == 2
    assert not CityObject.objects.filter(data__girth_cm=5).exists()
    for wrong in ({"reason": ""}, {"set": ["girth_cm"], "v_girth_cm": "0"}, {"set": []}):
        assert world.client.post("/objects/bench-tree/bulk/", given | wrong, headers=HX).status_code == 422


def test_the_table_turns_pages_by_key(world: SimpleNamespace) -> None:
    for n in range(120):
        make.tree(world.kind, world.department, f"X{n:03d}", 105.86, 21.48)

    def page(query: str) -> Any:
        return world.client.get(f"/objects/bench-tree/list/{query}").context

    first = page("?filter=ACCENTI(code) LIKE '%25x%25'")
    assert (first["total"], len(first["lines"]), first["page"].before) == (120, 50, "")
    second = page(first["older"])
    assert [second["lines"][0][0].code, second["lines"][-1][0].code] == ["X050", "X099"]
    assert page(second["newer"])["lines"][0][0].code == "X000"
    assert page("?sort=-code")["lines"][0][0].code == "X119"
    assert page("?filter=nonsense(")["problem"]


def test_views_are_kept_shared_and_dropped(world: SimpleNamespace) -> None:
    given = {"title": "Cây yếu", "query": "filter=health+%3D+%27poor%27#12/21.47/105.85", "shared": "on"}
    assert world.client.post("/objects/bench-tree/views/", given, headers=HX).status_code == 200
    view = NamedView.objects.get()
    world.client.force_login(world.stranger)
    assert "Cây yếu" in world.client.get("/objects/bench-tree/").content.decode()
    drop = f"/objects/bench-tree/views/{view.key}/drop/"
    assert world.client.post(drop, headers=HX).status_code == 403
    world.client.force_login(world.owner)
    assert world.client.post(drop, headers=HX).status_code == 200
    bad = given | {"query": "next=https://example.org"}
    assert world.client.post("/objects/bench-tree/views/", bad, headers=HX).status_code == 422


def test_photos_are_for_those_who_see_the_object(world: SimpleNamespace) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    sent = SimpleUploadedFile("../../x.jpg", file.getvalue(), "image/jpeg")
    world.client.post(root(world) + "photos/", {"photos": [sent], "note": "gốc cây"})
    photo = ObjectPhoto.objects.get()
    address = f"{root(world)}photos/{photo.key}-small.jpg"
    answer = world.client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    fake = SimpleUploadedFile("x.jpg", b"<script>", "image/jpeg")
    world.client.post(root(world) + "photos/", {"photos": [fake]})
    assert ObjectPhoto.objects.count() == 1
    world.client.force_login(world.stranger)
    assert world.client.get(address).status_code == 404
    world.client.force_login(world.owner)
    world.client.post(f"{root(world)}photos/{photo.key}/drop/")
    assert not ObjectPhoto.objects.exists()


def test_a_shape_for_editing_names_its_version(world: SimpleNamespace) -> None:
    feature = world.client.get(root(world) + "shape.json").json()
    assert (feature["geometry"], feature["properties"]["version"]) == (
        {"type": "Point", "coordinates": [105.85, 21.47]}, 1,
    )  # fmt: skip


def test_suggestions_are_decided_where_the_right_is_held(world: SimpleNamespace) -> None:
    made = suggesting.suggest(
        actor=None,
        kind=world.kind,
        row=world.tree,
        key=uuid.uuid4(),
        changes={"health": "dead"},
        note="cây khô",
    )
    text = world.client.get("/objects/suggestions/").content.decode()
    assert "<del>Tốt</del> → <ins>Chết</ins>" in text
    world.client.post(f"/objects/suggestions/{made.pk}/refuse/", {"answer": " "})
    made.refresh_from_db()
    assert made.decision == "waiting"
    world.client.force_login(world.stranger)
    assert "cây khô" not in world.client.get("/objects/suggestions/").content.decode()
    assert world.client.post(f"/objects/suggestions/{made.pk}/approve/").status_code == 404
    world.client.force_login(world.owner)
    assert world.client.post(f"/objects/suggestions/{made.pk}/approve/").status_code == 302
    assert CityObject.objects.get(pk=world.tree.pk).data["health"] == "dead"
    assert "cây khô" in world.client.get("/objects/suggestions/?decision=approved").content.decode()
