"""Suggested edits: of field staff, and of citizens on the page that is open to everybody."""

from __future__ import annotations

import uuid
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from naoso.core.objects.models import ObjectKind, Suggestion
from naoso.core.objects.services import editing
from naoso.core.objects.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: SimpleNamespace, client: Client) -> SimpleNamespace:
    cache.clear()
    locked = tuple(
        replace(f, edit_right="trees.classify") if f.name == "protected" else f for f in make.SPEC.fields
    )
    cast.kind = make.kind(fields=locked)
    data = {"note": "ghi chú kín", "girth_cm": 90, "protected": True}
    cast.tree = make.tree(cast.kind, cast.department, "T1", 105.85, 21.47, data=data)
    cast.client, cast.page = client, f"/objects/public/bench-tree/{cast.tree.pk}/"
    return cast


def typed(**changes: Any) -> dict[str, Any]:
    """The form as it stands there, with something changed."""
    given = {
        "v_species": "Phượng vĩ", "v_health": "good", "v_girth_cm": "90", "v_planted": "", "website": "",
        "note": "", "key": str(uuid.uuid4()),
    }  # fmt: skip
    return given | changes


def test_a_citizen_sees_public_values_and_suggests(world: SimpleNamespace) -> None:
    text = world.client.get(world.page).content.decode()
    assert "Phượng vĩ" in text
    assert "ghi chú kín" not in text
    assert "v_protected" not in text
    given = typed(v_health="dead", note="cây đã chết")
    for _twice in range(2):
        assert world.client.post(world.page, given).url == world.page + "?sent=1"
    made = Suggestion.objects.get()
    assert (made.changes, made.note, made.made_by) == ({"health": "dead"}, "cây đã chết", None)
    world.tree.refresh_from_db()
    assert world.tree.data["health"] == "good"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"v_girth_cm": "0"}, "id_v_girth_cm_error"), ({"v_health": "fine"}, "id_v_health_error"),
        ({}, "alert"),
        ({"key": "x", "note": "a"}, ""), ({"note": "x" * 501}, "id_note_error"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(world: SimpleNamespace, wrong: dict[str, Any], said: str) -> None:
    answer = world.client.post(world.page, typed(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Suggestion.objects.exists()


def test_fields_that_are_not_public_cannot_be_slipped_in(world: SimpleNamespace) -> None:
    world.client.post(world.page, typed(v_note="x", v_protected="false", note="sai"))
    assert Suggestion.objects.get().changes == {}


def test_robots_are_thanked_and_forgotten(world: SimpleNamespace) -> None:
    assert world.client.post(world.page, typed(note="buy", website="http://x")).status_code == 302
    assert not Suggestion.objects.exists()


def test_not_too_often_from_one_address(world: SimpleNamespace, settings: Any) -> None:
    settings.LIMIT_FACTOR = 0.1
    answers = [world.client.post(world.page, typed(note=str(n))).status_code for n in range(4)]
    assert answers == [302, 302, 302, 429]


def test_what_is_not_public_is_not_there(world: SimpleNamespace) -> None:
    editing.remove_object(actor=world.owner, row=world.tree, reason="x")
    assert world.client.get(world.page).status_code == 404
    other = make.tree(world.kind, world.department, "T2", 105.85, 21.47)
    assert world.client.get(f"/objects/public/bench-tree/{other.pk}/photo.jpg").status_code == 404
    ObjectKind.objects.filter(pk=world.kind.pk).update(public=False)
    assert world.client.get(f"/objects/public/bench-tree/{other.pk}/").status_code == 404


def test_field_staff_suggest_what_they_may_not_change(world: SimpleNamespace) -> None:
    role = world.make.role("field", "objects.view", "objects.suggest")
    world.make.grant(world.nobody, role, world.department)
    world.client.force_login(world.nobody)
    root = f"/objects/bench-tree/{world.tree.pk}/"
    assert f"{root}suggest/" in world.client.get(root).content.decode()
    assert f"{root}suggest/" in world.client.get(root + "card/").content.decode()
    given = typed(v_girth_cm="95", v_note="ghi chú kín")
    assert world.client.post(root + "suggest/", given).url == root
    assert Suggestion.objects.get().changes == {"girth_cm": 95}
    world.client.force_login(world.owner)
    assert f"{root}suggest/" not in world.client.get(root).content.decode()
    assert world.client.get("/objects/suggestions/?kind=bench-tree").context["asked"][0].outdated is False
    editing.change_object(actor=world.owner, row=world.tree, data={"girth_cm": 93})
    text = world.client.get("/objects/suggestions/?kind=bench-tree").content.decode()
    assert "<del>93</del> → <ins>95</ins>" in text
    assert "sign-warn" in text
    world.client.force_login(world.stranger)
    assert world.client.get(root + "suggest/").status_code == 404
