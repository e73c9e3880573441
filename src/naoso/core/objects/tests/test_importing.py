"""Imports: what a file becomes, what is refused and why, that nothing is doubled and nothing half done."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from naoso.core.objects.importing import refused, runs, staging
from naoso.core.objects.importing.plausible import Remembered
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.tests import factories as make
from naoso.kernel.errors import BadInput, FieldError, NotAllowed

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


def test_the_same_file_again_changes_nothing(world: SimpleNamespace) -> None:
    written(checked(world, HEAD + ROWS))
    again = checked(world, HEAD + ROWS)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 5, "refused": 0, "warned": 0}
    written(again)
    assert CityObject.objects.count() == 5
    assert set(CityObject.objects.values_list("version", flat=True)) == {1}


def test_what_differs_is_changed_and_what_the_file_does_not_speak_of_stays(world: SimpleNamespace) -> None:
    make.tree(world.kind, world.department, "C1", 105.851, 21.47, data={"note": "giữ", "girth_cm": 5})
    run = written(checked(world, "ma;chu vi;x;y\nC1;70;105,852;21,47\n"))
    assert run.counts["changed"] == 1
    tree = CityObject.objects.get(code="C1")
    assert tree.data == {"species": "Phượng vĩ", "health": "good", "note": "giữ", "girth_cm": 70}
    assert (tree.shape.x, tree.version) == (105.852, 2)


def test_rows_without_codes_get_them_once(world: SimpleNamespace) -> None:
    table = "Loài,lon,lat\nSấu,105.85,21.47\nBàng,105.86,21.47\n"
    written(checked(world, table))
    codes = set(CityObject.objects.values_list("code", flat=True))
    assert len(codes) == 2
    assert all(code.startswith("BENCH-TREE-") for code in codes)
    CityObject.objects.filter(data__species="Sấu").update(data={"species": "Sấu", "note": "x"})
    again = checked(world, table)
    assert again.counts["unchanged"] == 2
    written(again)
    other = checked(world, table.replace("Sấu,", "Sấu ,"), "other.csv")
    assert other.counts["unchanged"] == 2
    assert CityObject.objects.count() == 2


BROKEN = [
    ("C9,Sấu,Tốt,0-6,,105.85,21.47", "girth_cm", "number"),
    ("C9,Sấu,Tốt,2001,,105.85,21.47", "girth_cm", "maximum"),
    ("C9,Sấu,Héo,5,,105.85,21.47", "health", "choice"),
    ("C9,Sấu,Tốt,5,31/02/2020,105.85,21.47", "planted", "date"),
    ("C9,Sấu,Tốt,5,,21.47,105.85", "shape", "axes"),
    ("C9,Sấu,Tốt,5,,181,21.47", "shape", "degrees"),
    ("C9,Sấu,Tốt,5,,588000,2375000", "shape", "metres"),
    ("C9,Sấu,Tốt,5,,13.4,52.5", "shape", "range"),
    ("C9,Sấu,Tốt,5,,NaN,21.47", "@x", "coordinate"),
    ("C9,Sấu,Tốt,5,,,", "shape", "place"),
    ("C9/1,Sấu,Tốt,5,,105.85,21.47", "code", "form"),
    ("C1,Sấu,Tốt,5,,105.87,21.47", "code", "unique"),
    (f"C9,{'a' * 10_001},Tốt,5,,105.85,21.47", "species", "length"),
    ("C9,Sấu,Tốt,nan,,105.85,21.47", "girth_cm", "number"),
]


@pytest.mark.parametrize(
    ("row", "field", "rule"), BROKEN, ids=[f"{one[1]}-{one[2]}-{n}" for n, one in enumerate(BROKEN)]
)
def test_a_broken_row_is_named_and_the_others_are_taken(
    world: SimpleNamespace, row: str, field: str, rule: str
) -> None:
    run = checked(world, HEAD + ROWS + row + "\n")
    assert told(run) == [(6, field, rule)]
    assert all(one.message for one in refused.listed(run))
    with default_storage.open(run.refused_file) as file:
        lines = file.read().decode("utf-8-sig").splitlines()
    assert lines[0] == "Mã,Loài,Sức khỏe,Chu vi (cm),Ngày trồng,Kinh độ,Vĩ độ,Row,Problem".replace(
        "Row,Problem", "Dòng,Lỗi"
    )
    assert len(lines) == 2
    written(run)
    assert CityObject.objects.count() == 5


def test_refused_rows_can_be_mended_and_sent_again(world: SimpleNamespace) -> None:
    run = checked(world, HEAD + "C1,=1+1,Héo,5,,105.85,21.47\n")
    with default_storage.open(run.refused_file) as file:
        again = file.read().decode("utf-8-sig")
    assert "'=1+1" in again
    assert checked(world, again.replace("Héo", "Tốt")).counts["new"] == 1


def test_near_ones_are_warned_of(world: SimpleNamespace) -> None:
    make.tree(world.kind, world.department, "old", 105.85, 21.47)
    run = checked(world, HEAD + "C1,Sấu,Tốt,5,,105.850001,21.47\nC2,Sấu,Tốt,5,,105.86,21.47\n"
                  "C3,Sấu,Tốt,5,,105.860001,21.47\n")  # fmt: skip
    near = [(one.number, one.value) for one in refused.listed(run, warnings=True)]
    assert near == [(1, "old"), (2, "C3"), (3, "C2")]
    assert run.counts["warned"] == 3


def test_the_coordinate_system_is_asked_for_and_never_assumed(world: SimpleNamespace) -> None:
    run = begun(world, HEAD + ROWS)
    with pytest.raises(BadInput) as refusal:
        runs.choose(run=run, actor=world.owner, mapping=run.mapping)
    assert [one.field for one in refusal.value.errors] == ["crs"]
    with pytest.raises(BadInput):
        runs.choose(run=run, actor=world.owner, mapping=run.mapping, crs="EPSG:1")


def test_vn2000_with_the_northing_called_x(world: SimpleNamespace) -> None:
    run = checked(world, "Mã,Loài,X,Y\nV1,Sấu,2375123.4,432567.8\n", crs="EPSG:9213")
    assert (run.mapping["@x"], run.mapping["@y"], told(run)) == ("Y", "X", [])
    written(run)
    shape = CityObject.objects.get().shape
    assert (round(shape.x, 2), round(shape.y, 2)) == (105.85, 21.47)
    swapped = checked(world, "Mã,Loài,X,Y\nV2,Sấu,432567.8,2375123.4\n", crs="EPSG:9213",
                      mapping={"@x": "Y", "@y": "X"})  # fmt: skip
    assert told(swapped) == [(1, "shape", "axes")]


def test_only_where_one_may_import(world: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        begun(world, HEAD + ROWS, actor=world.stranger)
    importer = world.make.account("importer", world.department)
    role = world.make.role("importers", "objects.import")
    world.make.grant(importer, role, world.department, unit=world.other_ward)
    run = checked(world, HEAD + "C1,Sấu,Tốt,5,,105.83,21.59\nC2,Sấu,Tốt,5,,105.85,21.47\n", actor=importer)
    assert told(run) == [(2, "shape", "area")]
    assert list(ImportRun.objects.visible_to(importer)) == [run]


def test_somebody_elses_object_is_not_written_over(world: SimpleNamespace) -> None:
    make.tree(world.kind, world.agency, "C1", 105.85, 21.47)
    run = checked(world, HEAD + ROWS)
    assert told(run) == [(2, "code", "foreign")]
    written(run)
    assert CityObject.objects.get(code="C1").owner == world.agency


def test_a_killed_check_goes_on_behind_its_last_batch(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "BATCH", 2)
    run = begun(world, HEAD + ROWS)
    runs.choose(run=run, actor=world.owner, mapping=run.mapping, crs="EPSG:4326")
    runs.start_check(run=run, actor=world.owner)
    keep, batches = staging.keep, []

    def dies(*given: Any) -> bool:
        batches.append([row.number for row in given[1]])
        if len(batches) == 2:
            raise KeyboardInterrupt
        return keep(*given)

    monkeypatch.setattr(staging, "keep", dies)
    with pytest.raises(KeyboardInterrupt):
        runs.check(run)
    found = ImportRun.objects.get()
    assert (found.state, found.read, staging.staged(found)) == (ImportState.CHECKING, 2, 2)
    runs.check(found)
    assert batches == [[1, 2], [3, 4], [3, 4], [5]]
    assert (found.state, found.counts["new"]) == (ImportState.CHECKED, 5)


def test_a_failing_write_leaves_nothing_behind(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = checked(world, HEAD + ROWS)
    monkeypatch.setattr("naoso.core.objects.importing.applying.emit_all", lambda _events: 1 / 0)
    runs.start_apply(run=run, actor=world.owner)
    with pytest.raises(ZeroDivisionError):
        runs.write(run)
    assert not CityObject.objects.exists()
    monkeypatch.undo()
    found = ImportRun.objects.get(pk=run.pk)
    assert (found.state, staging.staged(found)) == (ImportState.APPLYING, 5)


def test_the_same_values_are_judged_once() -> None:
    asked: list[str] = []

    def judge(data: Any) -> list[FieldError]:
        asked.append(str(data.get("species")))
        if data.get("species") == "Sấu" and data["girth_cm"] > 100:
            return [FieldError("girth_cm", data["girth_cm"], "species", "x")]
        return []

    remembered = Remembered(judge)
    rows = [("Bàng", 5), ("Bàng", 9), ("Sấu", 5), ("Sấu", 200), ("Sấu", 200), ("Bàng", 5)]
    found = [len(remembered({"species": s, "girth_cm": g, "note": n})) for n, (s, g) in enumerate(rows)]
    assert found == [0, 0, 0, 1, 1, 0]
    assert asked == ["Bàng", "Sấu", "Sấu", "Bàng"]


def test_what_a_domain_holds_for_unlikely_is_a_warning(world: SimpleNamespace) -> None:
    world.kind = ObjectKind.objects.get(slug="tree")
    run = checked(world, "ma,species,x,y\nT1,Cây không có thật,105.85,21.47\n")
    assert [(one.number, one.rule) for one in refused.listed(run, warnings=True)] == [(1, "catalogue")]
    assert run.counts["new"] == 1
