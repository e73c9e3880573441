"""Imports: what a file becomes, what is refused and why, that nothing is doubled and nothing half done."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from naoso.core.objects.importing import refused, runs, staging
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.core.objects.models import CityObject
from naoso.core.objects.tests import factories as make

pytestmark = pytest.mark.django_db
HEAD = "Mã,Loài,Sức khỏe,Chu vi (cm),Ngày trồng,Kinh độ,Vĩ độ\n"
ROWS = "".join(f"C{n},Phượng vĩ,Tốt,{90 + n},25/11/2020,105.{850 + n},21.47\n" for n in range(5))


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """A kind, and files in a folder of the test's own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }
    cast.kind = make.kind()
    cast.folder = tmp_path
    return cast


def begun(world: SimpleNamespace, content: str | bytes, name: str = "cây.csv", **more: Any) -> ImportRun:
    """An upload."""
    data = content.encode() if isinstance(content, str) else content
    given = {"actor": world.owner, "kind": world.kind, "owner": world.department} | more
    return runs.begin(file=io.BytesIO(data), name=name, **given)


def checked(
    world: SimpleNamespace, content: str | bytes, name: str = "cây.csv", *, crs: str = "EPSG:4326",
    mapping: dict[str, str] | None = None, **more: Any,
) -> ImportRun:  # fmt: skip
    """A dry run by the guesses, or by a mapping."""
    run = begun(world, content, name, **more)
    runs.choose(run=run, actor=run.created_by, mapping={**run.mapping, **(mapping or {})}, crs=crs)
    assert runs.start_check(run=run, actor=run.created_by)
    return runs.check(run)


def written(run: ImportRun) -> ImportRun:
    """The same run, applied."""
    assert runs.start_apply(run=run, actor=run.created_by)
    return runs.write(run)


def told(run: ImportRun) -> list[tuple[int, str, str]]:
    """Row, field and rule of each problem."""
    return [(one.number, one.field, one.rule) for one in refused.listed(run)]


def test_a_table_becomes_objects_that_the_map_counts(world: SimpleNamespace) -> None:
    run = checked(world, HEAD + ROWS)
    assert run.mapping == {
        "code": "Mã", "species": "Loài", "health": "Sức khỏe", "girth_cm": "Chu vi (cm)",
        "planted": "Ngày trồng", "@x": "Kinh độ", "@y": "Vĩ độ",
    }  # fmt: skip
    assert (run.state, told(run)) == (ImportState.CHECKED, [])
    assert run.counts == {"new": 5, "changed": 0, "unchanged": 0, "refused": 0, "warned": 0}
    assert not CityObject.objects.exists()
    written(run)
    assert run.state == ImportState.DONE
    tree = CityObject.objects.get(code="C3")
    assert tree.data == {"species": "Phượng vĩ", "health": "good", "girth_cm": 93, "planted": "2020-11-25"}
    assert (tree.owner, tree.changed_by, tree.shape.coords) == (
        world.department, world.owner, (105.853, 21.47),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM objects_celldelta WHERE z = 9 AND total")
        assert cursor.fetchone() == (5,)
    assert staging.staged(run) == 0
