"""Kinds declared, changed with their objects, taken out of use; the pages where it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from naoso.core.objects.kind_sheet import act, posted
from naoso.core.objects.models import CityObject, ObjectKind, PastObject
from naoso.core.objects.services import declaring, indexing
from naoso.core.objects.services.declaring import Change
from naoso.core.objects.tests import factories as make
from naoso.core.outbox.models import OutboxMessage
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.kinds import Choice, Field, Kind

pytestmark = pytest.mark.django_db
SIZES = (Choice("small", "Nhỏ"), Choice("100", "Một trăm"))


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    cast.kind = make.kind()
    for code, data in {
        "T1": {"girth_cm": 100, "note": "12,5", "planted": "2020-02-01"},
        "T2": {"girth_cm": 90, "note": "cao", "health": "dead"},
        "T3": {"protected": True},
    }.items():
        make.tree(cast.kind, cast.department, code, 105.85, 21.47, data=data)
    return cast


def with_field(name: str, /, **changes: Any) -> Kind:
    """The kind with one field changed."""
    fields = tuple(replace(f, **changes) if f.name == name else f for f in make.SPEC.fields)
    return replace(make.SPEC, fields=fields)


def without(name: str) -> Kind:
    fields = tuple(f for f in make.SPEC.fields if f.name != name)
    return replace(make.SPEC, fields=fields)


def data_of(world: SimpleNamespace, name: str) -> list[Any]:
    rows = CityObject.objects.filter(kind=world.kind).order_by("code")
    return [row.data.get(name) for row in rows]


def cells(world: SimpleNamespace) -> list[tuple[Any, int]]:
    """The colours of the map and how many have them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT g.vals, sum(c.n)::int FROM (
               SELECT grp, n FROM objects_cell WHERE z = 5 AND total UNION ALL
               SELECT grp, n FROM objects_celldelta WHERE z = 5 AND total) c
               JOIN objects_group g ON g.id = c.grp WHERE g.kind_id = %s GROUP BY 1 ORDER BY 1::text""",
            [world.kind.pk],
        )
        return list(cursor.fetchall())


def test_a_rename_keeps_values_and_history(world: SimpleNamespace) -> None:
    spec = replace(with_field("health", name="state_of_health"), colour="state_of_health")
    change = Change(spec, {"health": "state_of_health"})
    declaring.change_kind(actor=world.chief, kind=world.kind, change=change, seen=world.kind.version)
    assert data_of(world, "state_of_health") == ["good", "dead", "good"]
    assert data_of(world, "health") == [None] * 3
    past = PastObject.objects.get(code="T2")
    assert (past.data["health"], past.version) == ("dead", 1)
    found = {tuple(loaded(vals).items()): n for vals, n in cells(world)}
    assert found == {(("state_of_health", "dead"),): 1, (("state_of_health", "good"),): 2}
    assert OutboxMessage.objects.filter(name="objects.changed").count() == 1


def loaded(vals: Any) -> dict[str, Any]:
    return json.loads(vals) if isinstance(vals, str) else vals


@pytest.mark.parametrize(
    ("name", "changes", "misfits", "after"),
    [
        ("girth_cm", {"type": "choice", "choices": SIZES, "unit": "", "minimum": None, "maximum": None},
         [("T2", "choice")], ["100", None, None]),
        ("girth_cm", {"maximum": 95}, [("T1", "maximum")], [None, 90, None]),
        ("girth_cm", {"type": "text", "minimum": None, "maximum": None}, [], ["100", "90", None]),
        ("note", {"type": "number"}, [("T2", "number")], [12.5, None, None]),
        ("note", {"type": "date"}, [("T1", "date"), ("T2", "date")], [None, None, None]),
        ("planted", {"type": "text"}, [], ["2020-02-01", None, None]),
        ("protected", {"type": "text", "counted": False}, [], [None, None, "true"]),
        ("health", {"choices": make.HEALTH[:2]}, [("T2", "choice")], ["good", None, "good"]),
        ("health", {"type": "text", "counted": False}, [], ["Tốt", "Chết", "Tốt"]),
    ],
)  # fmt: skip
def test_values_are_read_anew(
    world: SimpleNamespace,
    name: str,
    changes: dict[str, Any],
    misfits: list[tuple[str, str]],
    after: list[Any],
) -> None:
    spec = with_field(name, **changes)
    spec = replace(spec, colour="" if name == "health" and "counted" in changes else spec.colour)
    seen = declaring.outlook(actor=world.chief, kind=world.kind, change=Change(spec))
    assert [(one.code, one.rule) for one in seen.misfits] == misfits
    if misfits:
        with pytest.raises(BadInput, match=misfits[0][0]):
            declaring.change_kind(actor=world.chief, kind=world.kind, change=Change(spec))
        world.kind.refresh_from_db()
        assert world.kind.spec.field(name) == make.SPEC.field(name)
    declaring.change_kind(actor=world.chief, kind=world.kind, change=Change(spec, empty=True))
    assert data_of(world, name) == after


def test_a_choice_is_removed_and_the_map_counts_anew(world: SimpleNamespace) -> None:
    spec = with_field("health", choices=make.HEALTH[:2])
    declaring.change_kind(actor=world.chief, kind=world.kind, change=Change(spec, empty=True))
    assert sum(n for _vals, n in cells(world)) == 3
    declaring.change_kind(
        actor=world.chief, kind=world.kind, change=Change(replace(spec, colour="protected"))
    )
    assert sorted(n for _vals, n in cells(world)) == [1, 2]


def test_a_required_field_needs_a_value(world: SimpleNamespace) -> None:
    spec = replace(make.SPEC, fields=(*make.SPEC.fields, Field("ward", "Phường", required=True)))
    seen = declaring.outlook(actor=world.chief, kind=world.kind, change=Change(spec))
    assert (seen.rows, seen.unfit, seen.unfit_required) == (3, 3, 3)
    with pytest.raises(BadInput):
        declaring.change_kind(actor=world.chief, kind=world.kind, change=Change(spec, empty=True))
    filled = Change(spec, fills={"ward": "Sông Công"})
    declaring.change_kind(actor=world.chief, kind=world.kind, change=filled)
    assert data_of(world, "ward") == ["Sông Công"] * 3


def test_a_field_taken_away_tells_how_much_goes(world: SimpleNamespace) -> None:
    seen = declaring.outlook(actor=world.chief, kind=world.kind, change=Change(without("note")))
    assert (seen.lost, seen.unfit) == ({"note": 2}, 0)
    titles = replace(make.SPEC, title="Cây khác", near_m=3.0)
    assert declaring.outlook(actor=world.chief, kind=world.kind, change=Change(titles)).rows == 0


def test_who_may(world: SimpleNamespace) -> None:
    new = replace(make.SPEC, slug="bench-two")
    with pytest.raises(NotAllowed):
        declaring.declare_kind(actor=world.nobody, spec=new)
    assert declaring.declare_kind(actor=world.owner, spec=new).slug == "bench-two"
    make.tree(world.kind, world.agency, "F1", 105.9, 21.5, data={"note": "x"})
    with pytest.raises(NotAllowed):
        declaring.change_kind(actor=world.owner, kind=world.kind, change=Change(without("note")))
    titled = Change(replace(make.SPEC, title="Cây"))
    assert str(declaring.change_kind(actor=world.owner, kind=world.kind, change=titled)) == "Cây"


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"slug": "kinds"}, "slug", "taken"), ({"slug": "imports"}, "slug", "taken"),
        ({"slug": "suggestions"}, "slug", "taken"), ({"slug": "bench-tree"}, "slug", "unique"),
        ({"colour": "species"}, "colour", "counted"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    world: SimpleNamespace, wrong: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(BadInput) as refused:
        declaring.declare_kind(actor=world.chief, spec=replace(make.SPEC, **{"slug": "fine"} | wrong))
    assert [(e.field, e.rule) for e in refused.value.errors] == [(field, rule)]


def test_what_stays_as_it_is(world: SimpleNamespace) -> None:
    line = Change(replace(make.SPEC, geometry="line"))
    with pytest.raises(BadInput, match="geometry"):
        declaring.change_kind(actor=world.chief, kind=world.kind, change=line)
    with pytest.raises(Conflict):
        declaring.change_kind(actor=world.chief, kind=world.kind, change=Change(make.SPEC), seen=99)
    ObjectKind.objects.filter(pk=world.kind.pk).update(declared=True)
    world.kind.refresh_from_db()
    with pytest.raises(BadInput, match="slug"):
        declaring.change_kind(actor=world.chief, kind=world.kind, change=Change(make.SPEC))


def test_indexes_follow_the_declarations(world: SimpleNamespace) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    indexing.keep_indexes(concurrently=False)
    kind = make.kind(slug="indexed", fields=tuple(replace(f, indexed=True) for f in make.SPEC.fields))
    made, _dropped = indexing.keep_indexes(concurrently=False)
    assert len(made) == len(make.SPEC.fields)
    assert f"object_value_{kind.pk}_n_girth_cm" in made
    make.tree(kind, world.department, "long", 105.8, 21.4, data={"note": "ữ" * 2000})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT o.id FROM objects_cityobject o WHERE o.kind_id = %s AND (o.data->>'note') = %s",
            [kind.pk, "x"],
        )
        assert f"object_value_{kind.pk}_t_note" in str(cursor.fetchall())
    make.kind(slug="indexed")
    made, dropped = indexing.keep_indexes(concurrently=False)
    assert (made, len(dropped)) == ([], len(make.SPEC.fields))


Post = Callable[..., Any]


@pytest.fixture
def page(world: SimpleNamespace, client: Client) -> Post:
    """Posts the stored kind's form with something changed."""
    client.force_login(world.chief)

    def post(path: str = "/objects/kinds/bench-tree/change/", do: str = "", **changes: Any) -> Any:
        data = posted(world.kind)
        for name, value in changes.items():
            data[name.replace("__", "-")] = value
        if do:
            act(data, do)
        return client.post(path, dict(data.lists()))

    return post


def test_the_form_tells_first_and_changes_then(world: SimpleNamespace, page: Post) -> None:
    given = {
        "f__2__type": "choice",
        "f__2__row": "0",
        "f__2__c__0__title": "Một trăm",
        "f__2__c__0__value": "100",
    }
    told = page(**given)
    assert told.status_code == 200
    assert [line[0] for line in told.context["outlook"].misfits] == ["T2"]
    assert data_of(world, "girth_cm") == [100, 90, None]
    done = page(**given, confirm="empty")
    assert done.status_code == 302, done.context["sheet"].form.errors
    assert data_of(world, "girth_cm") == ["100", None, None]


def test_titles_alone_are_saved_at_once(world: SimpleNamespace, page: Post) -> None:
    assert page(title="Cây đường phố", f__0__title_en="Species").status_code == 302
    world.kind.refresh_from_db()
    assert (world.kind.title, world.kind.fields[0]["title_en"]) == ("Cây đường phố", "Species")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"f__0__name": "Loài cây"}, "f-0-name"), ({"f__0__name": "health"}, ""),
        ({"f__1__c__0__value": "poor"}, ""), ({"f__2__minimum": "x"}, "f-2-minimum"),
        ({"f__2__minimum": "9", "f__2__maximum": "3"}, "f-2-minimum"), ({"title": ""}, "title"),
        ({"tint": "red;"}, "tint"), ({"f__0__counted": "on"}, "f-0-counted"), ({"icon": "no-such"}, ""),
        ({"near_m": "-1"}, "near_m"), ({"seen": "77"}, ""),
    ],
)  # fmt: skip
def test_the_form_says_where_it_is_wrong(page: Post, wrong: dict[str, Any], said: str) -> None:
    answer = page(**wrong)
    assert answer.status_code in {409, 422}
    if said:
        assert f'id="id_{said}_error"' in answer.content.decode()


def test_lines_come_move_and_go(page: Post) -> None:
    draft = "/objects/kinds/draft/"
    lines = page(draft, do="add").context["sheet"].lines
    assert len(lines) == 7
    order = [line.key for line in page(draft, do="up:3").context["sheet"].lines]
    assert order[:4] == ["0", "1", "3", "2"]
    assert len(page(draft, do="drop:3").context["sheet"].lines) == 5
    assert len(page(draft, do="choice:1").context["sheet"].lines[1].choices) == 4
    renamed = page(draft, f__0__name="loai").context["sheet"].form
    assert (renamed["label"].value(), renamed["colour"].value()) == ("loai", "health")
    named = page(draft, label="", row="9", f__9__title="Đường kính tán (m)", f__9__type="number")
    assert 'value="duong_kinh_tan_m"' in named.content.decode()
    assert named.context["sheet"].form["label"].value() == ""
    assert "<script" not in page(draft, title="<script>alert(1)</script>").content.decode()


def test_a_new_kind_from_the_page(world: SimpleNamespace, client: Client) -> None:
    client.force_login(world.chief)
    assert client.get("/objects/kinds/new/").status_code == 200
    given = {
        "title": "Ghế đá", "icon": "armchair", "geometry": "point", "tint": "#112233", "near_m": "1,5",
        "row": ["0"], "f-0-title": "Chất liệu", "f-0-type": "choice", "f-0-row": ["0", "1"],
        "public": "on", "f-0-counted": "on",
        "f-0-c-0-title": "Đá", "f-0-c-0-colour": "#112233", "f-0-c-1-title": "Gỗ", "f-0-public": "on",
        "colour": "chat_lieu",
    }  # fmt: skip
    answer = client.post("/objects/kinds/new/", given)
    assert answer.status_code == 302, answer.context["sheet"].lines[0].form.errors
    kind = ObjectKind.objects.get(slug="ghe-da")
    assert (kind.near_m, kind.colour, kind.spec.fields[0].choices[1].value) == (1.5, "chat_lieu", "go")
    assert client.get("/objects/ghe-da/").status_code == 200
    client.post("/objects/kinds/ghe-da/retire/", {"retire-reason": "thử"})
    assert client.get("/objects/ghe-da/").status_code == 404
    client.post("/objects/kinds/ghe-da/revive/")
    assert client.get("/objects/ghe-da/").status_code == 200


def test_declared_kinds_are_read_only(world: SimpleNamespace, client: Client) -> None:
    client.force_login(world.chief)
    ObjectKind.objects.filter(pk=world.kind.pk).update(declared=True, domain="environment")
    answer = client.get("/objects/kinds/bench-tree/change/")
    assert b"kind-form" not in answer.content
    assert "Chu vi" in answer.content.decode()
    assert client.get("/objects/kinds/").status_code == 200
    assert client.get("/objects/kinds/icons/?q=cây").status_code == 200


def test_strangers_to_kinds_see_no_editor(world: SimpleNamespace, client: Client) -> None:
    client.force_login(world.nobody)
    for path in ("", "new/", "bench-tree/change/", "icons/"):
        assert client.get(f"/objects/kinds/{path}").status_code == 403
