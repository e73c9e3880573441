"""Imports of every format: what a file says of itself, what is asked, what real and broken files come to."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import shapely
from typer.testing import CliRunner

from naoso.cli.app import app
from naoso.connectors.datasets import Fetched
from naoso.connectors.datasets.tests import factories as files_of
from naoso.core.objects.importing import files, refused, runs
from naoso.core.objects.importing.showing import notes
from naoso.core.objects.models import CityObject
from naoso.core.objects.tests import factories as make
from naoso.core.objects.tests.test_importing import HEAD, ROWS, begun, checked, told, world, written
from naoso.kernel.errors import BadInput

__all__ = ["world"]
pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[6] / "shared" / "data"
TREES = SHARED / "street_trees"
UNITS = SHARED / "admin2025_thanglequoc"
BOW = [[105.80, 21.50], [105.81, 21.51], [105.81, 21.50], [105.80, 21.51], [105.80, 21.50]]
SQUARE = [[105.80, 21.50], [105.81, 21.50], [105.81, 21.51], [105.80, 21.51], [105.80, 21.50]]


def geojson(*features: Any) -> str:
    return json.dumps(files_of.collection(features))


def area(ring: Any, **properties: Any) -> dict[str, Any]:
    return files_of.feature(properties, {"type": "Polygon", "coordinates": [ring]})


def refusal_of(world: SimpleNamespace, content: str | bytes, name: str) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        begun(world, content, name)
    return [error.rule for error in refusal.value.errors]


def test_shapes_that_cross_themselves_or_are_of_another_type_are_refused(world: SimpleNamespace) -> None:
    world.kind = make.kind(slug="bench-park", geometry="polygon")
    point = files_of.feature({"code": "P3"})
    content = geojson(area(SQUARE, code="P1"), area(BOW, code="P2"), point, area(SQUARE[:2], code="P4"))
    run = checked(world, content, "parks.geojson", crs="")
    assert run.crs == "EPSG:4326"
    assert told(run)[:2] == [(2, "shape", "valid"), (3, "shape", "type")]
    assert [one[0] for one in told(run)] == [2, 3, 4]
    with files.default_storage.open(run.refused_file) as file:
        assert "POLYGON ((105.8 21.5, 105.81 21.51" in file.read().decode("utf-8-sig")
    written(run)
    assert CityObject.objects.get().code == "P1"


def test_a_sheet_with_its_own_dates_and_numbers(world: SimpleNamespace) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã", "Loài", "Chu vi", "Ngày trồng", "Bảo tồn", "Kinh độ", "Vĩ độ"])
    sheet.append(["E1", "Sấu", 90.0, dt.date(2020, 11, 25), True, 105.85, 21.47])
    sheet.append([2, "Sấu", 90.5, "25/11/2020", "không", "105,86", "21,47"])
    content = io.BytesIO()
    book.save(content)
    run = checked(world, content.getvalue(), "cây.xlsx")
    assert told(run) == [(2, "girth_cm", "type")]
    written(run)
    assert CityObject.objects.get().data == {
        "species": "Sấu", "girth_cm": 90, "planted": "2020-11-25", "protected": True,
    }  # fmt: skip


def test_a_shapefile_without_prj_is_asked_and_without_dbf_refused(
    world: SimpleNamespace, tmp_path: Path
) -> None:
    points = [shapely.to_wkb(shapely.Point(432567.8, 2375123.4))]
    path = files_of.put_vector(tmp_path, "trees.shp", {"species": ["Sau"]}, points, crs="EPSG:9213")
    whole = files_of.put_zip(tmp_path / "a.zip", files_of.shape_parts(path))
    assert "VN" in begun(world, whole.read_bytes(), "a.zip").crs.upper() or begun(
        world, whole.read_bytes(), "a.zip"
    ).crs.startswith("EPSG")
    blind = files_of.put_zip(tmp_path / "b.zip", files_of.shape_parts(path, without=[".prj"]))
    run = begun(world, blind.read_bytes(), "b.zip")
    assert run.crs == ""
    assert any(".prj" in note for note in notes(run))
    done = checked(world, blind.read_bytes(), "b.zip", crs="EPSG:9213")
    assert told(done) == []
    assert told(checked(world, blind.read_bytes(), "b.zip", crs="EPSG:4326")) == [(1, "shape", "metres")]
    lame = files_of.put_zip(tmp_path / "c.zip", files_of.shape_parts(path, without=[".dbf"]))
    assert refusal_of(world, lame.read_bytes(), "c.zip") == ["complete"]


def test_bombs_and_large_files_are_refused(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"a,b\n" + b"1,2\n" * 8_000_000)
    assert refusal_of(world, bomb.getvalue(), "bomb.zip") == ["ratio"]
    assert refusal_of(world, b"", "empty.csv") == ["empty"]
    assert refusal_of(world, b"%PDF-1.7", "x.pdf") == ["format"]
    small = files.datasets.LIMITS.__class__(file_bytes=10)
    monkeypatch.setattr(files.datasets, "LIMITS", small)
    assert refusal_of(world, HEAD + ROWS, "large.csv") == ["size"]


def test_text_of_before_unicode_is_offered_and_converted_on_request(world: SimpleNamespace) -> None:
    words = [
        ("Ph­îng vÜ", "Phượng vĩ"),
        ("C©y sÊu", "Cây sấu"),
        ("Xµ cõ", "Xà cừ"),
        ("B»ng l¨ng", "Bằng lăng"),
    ]
    lines = "".join(f"L{n},{old},105.{850 + n},21.47\n" for n, (old, _new) in enumerate(words * 3))
    content = ("ma,loai,x,y\n" + lines).encode("cp1252")
    run = begun(world, content)
    assert (run.encoding, run.encoding_found) == ("", "tcvn3")
    assert any("Unicode" in note for note in notes(run))
    runs.look_again(run=run, actor=world.owner, encoding="tcvn3", layer="")
    assert any("Phượng vĩ" in column["samples"] for column in run.columns)
    assert not any("Unicode" in note for note in notes(run))
    done = written(checked(world, content, encoding="tcvn3"))
    assert done.counts["new"] == 12
    assert set(CityObject.objects.values_list("data__species", flat=True)) == {new for _old, new in words}


def test_a_mark_at_the_beginning_and_mixed_encodings(world: SimpleNamespace) -> None:
    assert told(checked(world, "\ufeff" + HEAD + ROWS)) == []
    broken = (HEAD + ROWS).encode() + "Z1,Bàng,Tốt,5,,105.87,21.47\n".encode("cp1258", "replace")
    assert [one[:2] for one in told(checked(world, broken))][:1] == [(6, "species")]


def test_a_column_named_like_sql_is_a_column(world: SimpleNamespace) -> None:
    name = "x'); DROP TABLE objects_cityobject; --"
    run = checked(world, f'ma,"{name}",x,y\nS1,Sấu,105.85,21.47\n', mapping={"species": name})
    written(run)
    assert CityObject.objects.get().data["species"] == "Sấu"


def test_an_attribute_of_ten_megabytes_refuses_its_row_alone(world: SimpleNamespace) -> None:
    long = files_of.feature({"code": "G1", "species": "a" * 10_000_000})
    run = checked(world, geojson(long, files_of.feature({"code": "G2", "species": "Sấu"})), "x.geojson")
    assert told(run) == [(1, "species", "length")]
    assert run.counts["new"] == 1


def test_warned_before_metres_are_called_degrees_or_axes_are_swapped(world: SimpleNamespace) -> None:
    run = begun(world, "ma,loai,x,y\nS1,Sấu,21.47,105.85\n")
    assert any("đảo" in note for note in notes(run))
    run = begun(world, "ma,loai,x,y\nS1,Sấu,588000,2375000\n")
    run.crs = "EPSG:4326"
    assert any("mét" in note for note in notes(run))


@pytest.mark.skipif(not TREES.is_dir(), reason="the inventories are not here")
@pytest.mark.parametrize("name", ["agoura-hills", "bell-gardens"])
def test_real_inventories_in_feet_are_read_and_lie_elsewhere(world: SimpleNamespace, name: str) -> None:
    content = (TREES / f"{name}.geojson").read_bytes()
    run = checked(world, content, f"{name}.geojson", crs="")
    assert run.crs in {"EPSG:2229", "EPSG:4326"}
    assert run.total is not None
    assert run.total > 5000
    assert run.counts["refused"] == run.total
    assert {one["rule"] for one in refused.met(run) if one["field"] == "shape"} <= {"range", "place"}


@pytest.mark.skipif(not TREES.is_dir(), reason="the inventories are not here")
def test_a_real_inventory_moved_to_vietnam_comes_in_once(world: SimpleNamespace) -> None:
    document = json.loads((TREES / "bell-gardens.geojson").read_text())
    place = document["features"][0]["geometry"]["coordinates"]
    for feature in document["features"][:3000]:
        x, y = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [
            432567.8 + (x - place[0]) * 0.3048,
            2375123.4 + (y - place[1]) * 0.3048,
        ]
    document["features"] = document["features"][:3000]
    document["crs"]["properties"]["name"] = "urn:ogc:def:crs:EPSG::9213"
    content = json.dumps(document)
    run = written(checked(world, content, "bell.geojson", crs=""))
    assert run.counts["new"] == 3000 - run.counts["refused"]
    assert CityObject.objects.count() == run.counts["new"]
    again = checked(world, content, "bell.geojson", crs="")
    assert again.counts["unchanged"] == run.counts["new"]


@pytest.mark.skipif(not UNITS.is_dir(), reason="the outlines are not here")
def test_real_outlines_become_areas(world: SimpleNamespace) -> None:
    world.kind = make.kind(slug="bench-unit", geometry="polygon", near_m=0.0)
    path = next(iter(sorted(UNITS.rglob("*.geojson")) or sorted(UNITS.rglob("*.json"))), None)
    if path is None:
        pytest.skip("no outline in a format of ours")
    run = checked(world, path.read_bytes(), path.name, crs="", mapping={"code": ""})
    assert run.counts["new"] + run.counts["refused"] == run.total


def test_features_of_an_address_become_objects(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://gis.example.vn/collections/trees/items"
    page = files_of.collection(
        [files_of.feature({"code": f"W{n}", "species": "Sấu"},
                          {"type": "Point", "coordinates": [105.85 + n / 1000, 21.47]}) for n in range(3)]
    )  # fmt: skip

    def get(url: str, *, accept: str, most: int) -> Fetched:
        return Fetched(200, "application/geo+json", json.dumps(page).encode())

    monkeypatch.setattr(files, "fetching", lambda: nullcontext(get))
    run = runs.begin(actor=world.owner, kind=world.kind, owner=world.department, address=url)
    assert (run.crs, run.mapping["code"], run.file) == ("EPSG:4326", "code", "")
    runs.choose(run=run, actor=world.owner, mapping=run.mapping)
    runs.start_check(run=run, actor=world.owner)
    assert runs.check(run).counts["new"] == 3
    assert len(run.sha256) == 64
    written(run)
    assert CityObject.objects.count() == 3


def test_from_the_command_line(world: SimpleNamespace, tmp_path: Path) -> None:
    file = files_of.put(tmp_path, "trees.csv", HEAD + ROWS + "C9,Sấu,Héo,5,,105.87,21.47\n")
    words = [
        "import",
        "objects",
        "bench-tree",
        str(file),
        "--owner",
        world.department.code,
        "--crs",
        "EPSG:4326",
    ]
    tried = CliRunner().invoke(app, [*words, "--dry-run"])
    assert tried.exit_code == 1
    assert "NOT stored: 5 new, 0 changed, 0 unchanged, 1 refused" in tried.output
    assert not CityObject.objects.exists()
    done = CliRunner().invoke(app, [*words, "--map", "note=Loài"])
    assert "stored: 5 new" in done.output
    tree = CityObject.objects.get(code="C1")
    assert (tree.owner, tree.data["note"]) == (world.department, "Phượng vĩ")
    assert (
        "there is no such kind" in CliRunner().invoke(app, ["import", "objects", "nothing", str(file)]).output
    )
