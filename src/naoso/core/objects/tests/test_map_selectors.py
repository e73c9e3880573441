"""Counts, selections and finds: each person their own, cells and objects saying the same."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Polygon

from naoso.core.objects import selectors
from naoso.core.objects.pages.counting import statistics
from naoso.core.objects.tests import factories as make
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
BOX = Polygon.from_bbox((105.84, 21.46, 105.86, 21.48))


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    """Three trees of the department, one of the other agency, one removed, one far away."""
    cast.kind = make.kind()
    cast.a = make.tree(cast.kind, cast.department, "a", 105.85, 21.47, unit=cast.ward, data={"girth_cm": 90})
    cast.b = make.tree(
        cast.kind, cast.department, "b", 105.851, 21.471, data={"health": "poor", "girth_cm": 30}
    )
    cast.far = make.tree(cast.kind, cast.department, "far", 105.95, 21.6, data={"species": "Xà cừ"})
    cast.theirs = make.tree(cast.kind, cast.agency, "theirs", 105.852, 21.472)
    cast.gone = make.tree(cast.kind, cast.department, "gone", 105.853, 21.473, state="removed")
    return cast


def counts(
    world: SimpleNamespace, who: str, text: str = "", within: str = "", **more: bool
) -> dict[str, int]:
    asked = selectors.question(world.kind, getattr(world, who), text, within)
    found = statistics(asked, "health", **more)
    assert sum(one["n"] for one in found["by_value"]) == found["total"]
    return {one["value"]: one["n"] for one in found["by_value"] if one["n"]}


def test_a_kind_counts_what_somebody_may_see(world: SimpleNamespace) -> None:
    for who, n in {"chief": 4, "owner": 3, "stranger": 1, "nobody": 0}.items():
        assert dict(selectors.kinds_in_use(getattr(world, who)))[world.kind] == n, who


@pytest.mark.parametrize(
    ("who", "expected"),
    [("chief", {"good": 3, "poor": 1}), ("owner", {"good": 2, "poor": 1}), ("stranger", {"good": 1})],
)
def test_kept_cells_and_objects_say_the_same(
    world: SimpleNamespace, who: str, expected: dict[str, int]
) -> None:
    assert counts(world, who) == counts(world, who, figures=True) == expected


def test_a_drawn_area_and_a_filter(world: SimpleNamespace) -> None:
    assert counts(world, "chief", within=BOX.geojson) == {"good": 2, "poor": 1}
    assert counts(world, "owner", "girth_cm < 50", BOX.geojson) == {"poor": 1}
    assert counts(world, "owner", "ACCENTI(species) LIKE '%xa cu%'") == {"good": 1}
    found = statistics(selectors.question(world.kind, world.owner, "", BOX.geojson), "", figures=True)
    assert found["figures"][0] | {"title": ""} == {
        "field": "girth_cm", "title": "", "unit": "cm", "n": 2, "sum": 120.0, "mean": 60.0, "min": 30.0,
        "max": 90.0,
    }  # fmt: skip
    assert {unit["title"]: unit["n"] for unit in found["by_unit"]}["Sông Công"] == 1
    assert found["by_value"] == [{"value": "", "title": "", "colour": "#2f9e44", "n": 2}]


@pytest.mark.parametrize(
    "area", ["{", "[]", '{"type": "Point", "coordinates": [105, 21]}', "POINT(1 1)", '{"type": "Polygon"}']
)
def test_what_is_no_area_is_refused(world: SimpleNamespace, area: str) -> None:
    with pytest.raises(BadInput) as refused:
        selectors.question(world.kind, world.owner, "", area)
    assert refused.value.errors[0].field == "within"


def test_an_area_that_crosses_itself_is_mended(world: SimpleNamespace) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[105.8, 21.4], [105.9, 21.5], [105.9, 21.4], [105.8, 21.5], [105.8, 21.4]]],
    }
    assert sum(counts(world, "chief", within=json.dumps(bow)).values()) <= 3


def test_the_objects_of_a_question_are_in_scope(world: SimpleNamespace) -> None:
    asked = selectors.question(world.kind, world.owner, "", BOX.geojson)
    assert {row.code for row in asked.rows()} == {"a", "b"}
    assert not selectors.question(world.kind, world.nobody, "").rows().exists()


def test_a_hidden_field_neither_filters_nor_colours(world: SimpleNamespace) -> None:
    fields = tuple(
        replace(field, view_right="trees.value") if field.name == "health" else field
        for field in make.SPEC.fields
    )
    kind = make.kind(slug="guarded", fields=fields, colour="protected")
    plain = world.make.role("plain", "objects.view")
    world.make.grant(world.nobody, plain, world.department)
    with pytest.raises(BadInput):
        selectors.question(kind, world.nobody, "health = 'good'")
    with pytest.raises(BadInput):
        statistics(selectors.question(kind, world.nobody, ""), "health")
    assert statistics(selectors.question(kind, world.owner, ""), "health")["total"] == 0


def test_found_by_code_and_label_without_tone_marks(world: SimpleNamespace) -> None:
    def found(who: str, text: str) -> list[str]:
        return [hit["title"] for hit in selectors.search(getattr(world, who), text)]

    assert found("owner", "xa cu") == ["Cây thử far"]
    assert found("owner", "THEIRS") == found("nobody", "xa cu") == found("owner", "%%") == []
    assert found("stranger", "theirs") == ["Cây thử theirs"]
