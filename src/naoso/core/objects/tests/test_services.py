"""Adding, changing, undoing, many at once; suggestions; each refused where it must be."""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.utils.translation import override

from naoso.core.objects import values
from naoso.core.objects.models import CityObject, PastObject, Suggestion
from naoso.core.objects.services import editing, keeping, suggesting
from naoso.core.objects.tests import factories as make
from naoso.core.outbox.models import OutboxMessage
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.kinds import Field

pytestmark = pytest.mark.django_db
HERE = Point(105.85, 21.47, srid=4326)


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    cast.kind = make.kind()
    return cast


def add(world: SimpleNamespace, **more: object) -> CityObject:
    given = {"actor": world.owner, "kind": world.kind, "owner": world.department, "shape": HERE} | more
    return editing.add_object(**given)  # type: ignore[arg-type]


def test_a_new_object_has_a_code_a_unit_and_is_told(world: SimpleNamespace) -> None:
    tree = add(world, data={"species": "Phượng vĩ", "girth_cm": 90, "planted": "2020-02-01"})
    assert tree.code.startswith("BENCH-TREE-")
    assert tree.unit == world.ward
    told = OutboxMessage.objects.get(name="objects.changed").body
    assert told["data"] == {"kind": "bench-tree", "ids": [tree.pk], "spots": [str(tree.spot)], "all": False}


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"data": {"girth_cm": 0}}, "girth_cm", "minimum"),
        ({"data": {"girth_cm": 5.5}}, "girth_cm", "type"),
        ({"data": {"health": "super"}}, "health", "enum"),
        ({"data": {"planted": "31/02/2020"}}, "planted", "format"),
        ({"data": {"'; DROP TABLE": 1}}, "'; DROP TABLE", "additionalproperties"),
        ({"data": {"species": "a\x00b"}}, "species", "nul"),
        ({"data": {"species": "x" * 10_000_000}}, "species", "maxlength"),
        ({"shape": Point(21.47, 105.85, srid=4326)}, "shape", "axes"),
        ({"shape": Point(181, 10, srid=4326)}, "shape", "range"),
        ({"shape": LineString((105, 21), (106, 22), srid=4326)}, "shape", "type"),
        ({"code": "a/b"}, "code", "valid"),
        ({"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 1)}, "__all__", "valid"),
    ],
)
def test_bad_values_are_named(world: SimpleNamespace, more: dict[str, object], field: str, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        add(world, **more)
    assert [(e.field, e.rule) for e in refused.value.errors] == [(field, rule)]
    assert not CityObject.objects.exists()


def test_one_change_at_a_time(world: SimpleNamespace) -> None:
    tree = add(world)
    first = editing.change_object(actor=world.owner, row=tree, seen=1, data={"health": "poor"})
    assert (first.version, first.data) == (2, {"health": "poor"})
    with pytest.raises(Conflict, match=r"Sức khỏe|health"):
        editing.change_object(actor=world.chief, row=tree, seen=1, data={"girth_cm": 9})


def test_undo_is_a_change(world: SimpleNamespace) -> None:
    tree = add(world, data={"species": "Bàng"})
    moved = editing.change_object(
        actor=world.owner, row=tree, data={"girth_cm": 80}, shape=Point(105.86, 21.48, srid=4326)
    )
    removed = editing.remove_object(actor=world.owner, row=moved, reason="đổ trong bão")
    back = editing.undo(actor=world.owner, row=removed, version=1)
    assert (back.version, back.data, back.state, back.shape.coords) == (
        4,
        {"species": "Bàng"},
        "active",
        HERE.coords,
    )
    assert PastObject.objects.filter(object_id=tree.pk).count() == 3


def test_scope_and_field_rights(world: SimpleNamespace) -> None:
    tree = add(world)
    for other in (world.stranger, world.nobody):
        with pytest.raises(NotAllowed):
            editing.change_object(actor=other, row=tree, data={"health": "poor"})
    fields = tuple(
        replace(f, edit_right="trees.value") if f.name == "girth_cm" else f for f in make.SPEC.fields
    )
    kind = make.kind(slug="guarded", fields=fields)
    plain = world.make.role("plain", "objects.edit", "objects.view")
    world.make.grant(world.nobody, plain, world.department)
    row = editing.add_object(actor=world.nobody, kind=kind, owner=world.department, shape=HERE)
    with pytest.raises(NotAllowed, match=r"trees\.value"):
        editing.change_object(actor=world.nobody, row=row, data={"girth_cm": 3})


def test_many_at_once_or_none(world: SimpleNamespace) -> None:
    for _ in range(3):
        add(world)
    make.tree(world.kind, world.agency, "far", 105.9, 21.5)
    rows = CityObject.objects.all()
    with pytest.raises(BadInput, match="girth_cm"):
        editing.change_many(actor=world.owner, kind=world.kind, rows=rows, data={"girth_cm": -1}, reason="x")
    changed = editing.change_many(
        actor=world.owner, kind=world.kind, rows=rows, data={"health": "poor"}, reason="x"
    )
    assert changed == 3
    assert CityObject.objects.filter(data__health="poor").count() == 3


def test_many_are_cleaned_as_one_and_only_what_changed_is_counted(world: SimpleNamespace) -> None:
    rows = [add(world, data={"species": species}) for species in ("Phượng vĩ", "Phượng vĩ", "Bàng")]
    changed = editing.change_many(
        actor=world.owner, kind=world.kind, rows=CityObject.objects.all(), reason="x",
        data={"species": unicodedata.normalize("NFD", " Phượng vĩ ")},
    )  # fmt: skip
    assert changed == 1
    assert set(CityObject.objects.values_list("data__species", "version")) == {
        ("Phượng vĩ", 1),
        ("Phượng vĩ", 2),
    }
    assert [past.object_id for past in PastObject.objects.all()] == [rows[2].pk]


def test_a_suggestion_waits_for_somebody_with_the_right(world: SimpleNamespace) -> None:
    tree, key = add(world), uuid.uuid4()
    made = suggesting.suggest(actor=None, kind=world.kind, row=tree, key=key, changes={"health": "dead"})
    again = suggesting.suggest(actor=None, kind=world.kind, row=tree, key=key, changes={"health": "dead"})
    assert made == again
    with pytest.raises(NotAllowed):
        suggesting.approve(actor=world.stranger, suggestion=made)
    suggesting.approve(actor=world.owner, suggestion=made)
    tree.refresh_from_db()
    assert (tree.data["health"], tree.changed_by) == ("dead", world.owner)
    with pytest.raises(Conflict):
        suggesting.refuse(actor=world.owner, suggestion=made, answer="nein")


def test_a_citizen_names_public_values_only(world: SimpleNamespace) -> None:
    tree = add(world)
    with pytest.raises(BadInput, match=r"public|công khai"):
        suggesting.suggest(actor=None, kind=world.kind, row=tree, key=uuid.uuid4(), changes={"note": "x"})
    assert not Suggestion.objects.exists()


def test_units_follow_their_boundaries(world: SimpleNamespace) -> None:
    tree, far = add(world), add(world, shape=Point(105.95, 21.47, srid=4326))
    square = Polygon.from_bbox((105.8, 21.4, 105.9, 21.5))
    square.srid = 4326
    world.other_ward.outline, world.other_ward.outline_approximate = MultiPolygon(square, srid=4326), False
    world.other_ward.save()
    assert keeping.keep_units() == 1
    tree.refresh_from_db()
    assert tree.unit == world.other_ward
    assert PastObject.objects.get(object_id=tree.pk).unit_id == world.ward.pk
    far.refresh_from_db()
    assert far.unit == world.ward
    assert keeping.keep_units() == 0


def test_edits_leave_the_cells_merged_and_the_log_short(world: SimpleNamespace) -> None:
    add(world)
    assert keeping.merge_cells() > 0
    assert keeping.merge_cells() == 0
    assert keeping.forget_changes() == 0


def test_a_change_of_nothing_makes_no_version(world: SimpleNamespace) -> None:
    tree = add(world, data={"girth_cm": 90})
    same = editing.change_object(actor=world.owner, row=tree, seen=1, data={"girth_cm": 90}, shape=HERE)
    assert same.version == 1
    assert not PastObject.objects.exists()


@pytest.mark.parametrize(
    ("language", "text", "typed", "expected"),
    [
        ("vi", "12.000", True, 12000), ("vi", "12.000.000", True, 12_000_000), ("vi", "1,5", True, 1.5),
        ("vi", "12.5", True, 12.5), ("vi", "1.234,5", True, 1234.5), ("en", "12,000", True, 12000),
        ("en", "1.200", True, 1.2), ("vi", "1.200", False, 1.2), ("vi", "12.000.000", False, 12_000_000),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written(language: str, text: str, typed: bool, expected: float) -> None:
    with override(language):
        assert values.from_text(Field("value", "", "number"), text, typed=typed) == expected
