"""GeoJSON, GeoPackage and shapefile: whole, zipped, incomplete and damaged."""

from __future__ import annotations

import datetime as dt
import json
import struct
from pathlib import Path

import pyarrow as pa
import pytest
import shapely

from naoso.connectors.datasets import Limits, describe, rows
from naoso.connectors.datasets.legacy import TCVN3
from naoso.connectors.datasets.tests.factories import (
    POINT,
    SHARED,
    collection,
    feature,
    put,
    put_json,
    put_vector,
    put_zip,
    shape_parts,
    wkb_point,
)
from naoso.connectors.datasets.tests.test_legacy import SENTENCES, written
from naoso.kernel.errors import BadInput

VN2000 = "EPSG:3405"
HIGH = {"type": "Point", "coordinates": [105.8, 21.5, 40]}


def problems(path: Path, **more: object) -> list[tuple[int, str, str]]:
    return [(r.number, r.problem.field, r.problem.rule) for r in rows(path, **more) if r.problem]  # type: ignore[arg-type]


def refused(path: Path, **more: object) -> str:
    with pytest.raises(BadInput) as caught:
        describe(path, **more)  # type: ignore[arg-type]
    assert caught.value.errors[0].message
    return caught.value.errors[0].rule


def test_a_collection(tmp_path: Path) -> None:
    path = put_json(tmp_path, "a.geojson", collection([
        feature({"tên": "Sấu", "cao": 3, "thẻ": {"a": [1]}}, HIGH, id="c1"),
        feature({"tên": None, "cao": 3.5, "còn": True}, None, id=2),
    ]))  # fmt: skip
    found = list(rows(path))
    assert found[0].values == {"tên": "Sấu", "cao": 3, "thẻ": '{"a": [1]}', "id": "c1"}
    assert found[0].wkb == wkb_point(105.8, 21.5)
    assert (found[1].values, found[1].wkb) == ({"tên": None, "cao": 3.5, "còn": True, "id": 2}, None)
    told = describe(path)
    assert (told.format, told.rows, told.crs, told.geometry) == ("geojson", 2, "EPSG:4326", "point")
    assert [(c.name, c.kind) for c in told.columns] == [
        ("tên", "text"), ("cao", "number"), ("thẻ", "text"), ("id", "text"), ("còn", "boolean")
    ]  # fmt: skip


def test_one_feature_a_line(tmp_path: Path) -> None:
    lines = [json.dumps(feature({"n": n})) for n in range(3)]
    path = put(tmp_path, "a.geojsonl", "\n".join([lines[0], "{broken", "", "\x1e" + lines[1], "7", lines[2]]))
    assert [(r.number, r.values.get("n")) for r in rows(path)] == [
        (1, 0),
        (2, None),
        (3, 1),
        (4, None),
        (5, 2),
    ]
    assert problems(path) == [(2, "feature", "syntax"), (4, "feature", "shape")]
    assert [r.number for r in rows(path, after=3)] == [4, 5]


@pytest.mark.parametrize("document", [feature({"a": 1}), POINT])
def test_a_single_feature(tmp_path: Path, document: object) -> None:
    assert describe(put(tmp_path, "a.json", json.dumps(document, indent=2))).rows == 1


@pytest.mark.parametrize(
    ("properties", "geometry", "problem"),
    [
        ({"a": "x\0y"}, POINT, ("a", "nul")),
        ({"a": float("nan")}, POINT, ("a", "finite")),
        ({"a": float("inf")}, POINT, ("a", "finite")),
        ({"a": 2**70}, POINT, ("a", "range")),
        ({"a": "\ud800"}, POINT, ("a", "encoding")),
        ({"a": "é" * 10_001}, POINT, ("a", "length")),
        ({"a": "x" * 10_000_000}, POINT, ("a", "length")),
        ("text", POINT, ("properties", "shape")),
        ({str(n): n for n in range(400)}, POINT, ("properties", "count")),
        ({}, {"type": "Point", "coordinates": [1]}, ("geometry", "shape")),
        ({}, {"type": "Point", "coordinates": ["a", "b"]}, ("geometry", "shape")),
        ({}, {"type": "Point", "coordinates": [float("nan"), 1]}, ("geometry", "shape")),
        ({}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, ("geometry", "shape")),
        ({}, {"type": "Circle", "coordinates": [0, 0]}, ("geometry", "shape")),
        ({}, [1, 2], ("geometry", "shape")),
    ],
)
def test_a_broken_feature_is_a_problem_of_its_row(
    tmp_path: Path, properties: object, geometry: object, problem: tuple[str, str]
) -> None:
    whole = feature({"a": "sound"})
    broken = {**feature(), "properties": properties, "geometry": geometry}
    path = put(tmp_path, "a.geojson", json.dumps(collection([whole, broken, whole])))
    assert problems(path) == [(2, *problem)]
    assert [r.number for r in rows(path)] == [1, 2, 3]


def test_every_kind_of_geometry_is_what_shapely_makes_of_it(tmp_path: Path) -> None:
    texts = [
        "POINT (1 2)", "LINESTRING (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))", "POLYGON ((0 0, 4 0, 4 4, 0 0))",
        "POLYGON ((0 0, 9 0, 9 9, 0 0), (5 1, 6 1, 6 2, 5 1))", "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8))",
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))",
    ]  # fmt: skip
    shapes = [shapely.from_wkt(text) for text in texts]
    path = put_json(
        tmp_path, "a.geojson", collection([feature({}, json.loads(shapely.to_geojson(s))) for s in shapes])
    )
    assert [shapely.from_wkb(r.wkb) for r in rows(path)] == shapes
    assert describe(path).geometry == "mixed"


def test_a_collection_that_breaks_off_is_refused_with_the_place(tmp_path: Path) -> None:
    text = json.dumps(collection([feature({"a": n}) for n in range(1000)]))
    path = put(tmp_path, "a.geojson", text[: len(text) // 2])
    assert refused(path) == "syntax"
    found = rows(path)
    assert [row.number for row, _ in zip(found, range(400), strict=False)][-1] == 400
    with pytest.raises(BadInput, match="ends too early"):
        list(found)


def test_old_crs_members_and_metres_without_one(tmp_path: Path) -> None:
    metres = {"type": "Point", "coordinates": [586123.0, 2388123.0]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}
    named = put_json(tmp_path, "a.geojson", collection([feature({}, metres)], crs=crs))
    assert (describe(named).crs, describe(named).warnings) == (VN2000, ())
    unnamed = put_json(tmp_path, "b.geojson", collection([feature({}, metres)]))
    assert describe(unnamed).warnings == ("not-degrees",)


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '{"type": "Topology", "arcs": []}', "{", '{"features": 7}', "{}}"]
)
def test_json_that_is_no_geojson(tmp_path: Path, text: str) -> None:
    assert refused(put(tmp_path, "a.geojson", text)) in ("format", "syntax")


def test_deeply_nested_json_is_no_crash(tmp_path: Path) -> None:
    text = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": ' + '{"a":' * 200_000
    assert refused(put(tmp_path, "a.geojson", text)) == "syntax"


def test_a_geopackage(tmp_path: Path) -> None:
    path = put_vector(
        tmp_path, "a.gpkg",
        {"tên": ["Sấu", None, "x"], "cao": [1.5, float("nan"), 2.0], "n": [1, 2, None],
         "còn": [True, False, None],
         "trồng": [dt.date(2020, 1, 2), None, None], "ảnh": pa.array([b"\x00", None, None], pa.binary())},
        [wkb_point(), None, struct.pack("<BIddd", 1, 1001, 1, 2, 3)], crs=VN2000,
    )  # fmt: skip
    told = describe(path)
    assert (told.format, told.layers, told.rows, told.crs, told.geometry) == (
        "gpkg",
        ("a",),
        3,
        VN2000,
        "point",
    )
    assert "binary-column" in told.warnings
    found = list(rows(path))
    assert found[0].values == {
        "fid": 1, "tên": "Sấu", "cao": 1.5, "n": 1, "còn": True, "trồng": dt.date(2020, 1, 2)
    }  # fmt: skip
    assert found[2].wkb == wkb_point(1, 2)
    assert set(found[0].values) == {c.name for c in told.columns}
    assert problems(path) in ([(2, "cao", "finite")], [])
    assert [r.number for r in rows(path, after=2)] == [3]
    assert refused(path, layer="b") == "exists"


def test_a_zipped_shapefile(tmp_path: Path) -> None:
    path = put_vector(
        tmp_path, "cay.shp", {"ten": ["Sấu", "Đa"], "cao": [1.5, 2.0]}, [wkb_point(), None], crs=VN2000
    )
    told = describe(put_zip(tmp_path / "a.zip", shape_parts(path)))
    assert (told.format, told.layers, told.rows, told.crs) == ("shp", ("cay",), 2, VN2000)
    assert (told.geometry, told.encoding) == ("point", "utf-8")
    found = list(rows(tmp_path / "a.zip"))
    assert [r.values for r in found] == [{"ten": "Sấu", "cao": 1.5}, {"ten": "Đa", "cao": 2.0}]
    assert [r.wkb for r in found] == [wkb_point(), None]
    assert [r.number for r in rows(tmp_path / "a.zip", after=1)] == [2]


def test_two_shapefiles_in_a_zip_are_two_layers(tmp_path: Path) -> None:
    one = put_vector(tmp_path, "cay.shp", {"a": ["1"]}, [wkb_point()])
    two = put_vector(tmp_path, "den.shp", {"b": ["2"]}, [wkb_point()])
    path = put_zip(tmp_path / "a.zip", shape_parts(one) | shape_parts(two))
    assert describe(path).layers == ("cay", "den")
    assert next(rows(path, layer="den")).values == {"b": "2"}


@pytest.mark.parametrize(
    ("without", "rule"), [([".dbf"], "complete"), ([".shx"], "complete"), ([".prj"], "")]
)
def test_parts_of_a_shapefile_that_are_missing(tmp_path: Path, without: list[str], rule: str) -> None:
    path = put_vector(tmp_path, "cay.shp", {"a": ["1"]}, [wkb_point()])
    packed = put_zip(tmp_path / "a.zip", shape_parts(path, without=without))
    if rule:
        assert refused(packed) == rule
    else:
        assert (describe(packed).crs, describe(packed).warnings) == ("", ("no-prj",))


@pytest.mark.parametrize("text", [b"GEOGCS[", b"\xff" * 40, b"EPSG:99999", b'PROJCS["x"]', b"\x00"])
def test_a_prj_that_says_nothing_names_no_system(tmp_path: Path, text: bytes) -> None:
    path = put_vector(tmp_path, "cay.shp", {"a": ["1"]}, [wkb_point()])
    path.with_suffix(".prj").write_bytes(text)
    try:
        crs = describe(path).crs
    except BadInput as error:
        crs = error.errors[0].field
    assert crs in ("", "crs") or crs.startswith("PROJCS")


@pytest.mark.parametrize("cpg", [True, False])
def test_a_shapefile_in_tcvn3(tmp_path: Path, cpg: bool) -> None:
    path = put_vector(
        tmp_path, "cay.shp", {"ten": [s.ljust(100)[:100] for s in SENTENCES]}, [wkb_point()] * 4
    )
    data = path.with_suffix(".dbf").read_bytes()
    at = int.from_bytes(data[8:10], "little")
    width = int.from_bytes(data[10:12], "little")
    stored = [b" " + written(s, TCVN3).encode("cp1252").ljust(width - 1)[: width - 1] for s in SENTENCES]
    path.with_suffix(".dbf").write_bytes(data[:at] + b"".join(stored) + b"\x1a")
    if not cpg:
        path.with_suffix(".cpg").unlink()
    assert describe(path).encoding == "tcvn3"
    told = [str(r.values["ten"]).casefold() for r in rows(path, encoding="tcvn3")]
    assert told == [s.casefold() for s in SENTENCES]


def test_a_text_cut_within_a_letter_loses_the_letter_alone(tmp_path: Path) -> None:
    path = put_vector(tmp_path, "cay.shp", {"ten": ["Sấu", "Đa", "aaaấ"]}, [wkb_point()] * 3)
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("aaaấ".encode(), "aaaấ".encode()[:-1] + b" "))
    assert list(rows(path))[2].values == {"ten": "aaa"} or problems(path) == [(3, "ten", "encoding")]


@pytest.mark.parametrize("name", ["a.csv", "a.geojson"])
def test_zipped_forms(tmp_path: Path, name: str) -> None:
    text = "a\n1\n" if name == "a.csv" else json.dumps(collection([feature({"a": "1"})]))
    path = put_zip(tmp_path / "a.zip", {name: text.encode(), "__MACOSX/._a.csv": b"x", "đọc.md": b"x"})
    assert next(rows(path)).values == {"a": "1"}


def test_zips_that_are_refused(tmp_path: Path) -> None:
    inner = put_zip(tmp_path / "in.zip", {"a.csv": b"a\n1\n"})
    assert refused(put_zip(tmp_path / "a.zip", {"a.csv": b"a", "b.csv": b"a"})) == "content"
    assert refused(put_zip(tmp_path / "b.zip", {"a.txt": b"x"} | {"b.json": b"{}"})) == "content"
    assert refused(put_zip(tmp_path / "c.zip", {"a.csv": inner})) == "nested"
    assert refused(put_zip(tmp_path / "d.zip", {"../../etc/a.shp": b"\x00\x00\x27\x0a"})) == "content"
    assert refused(put_zip(tmp_path / "f.zip", {"a.shp": b"\x00\x00\x27\x0a"})) == "complete"
    assert refused(put_zip(tmp_path / "e.zip", {"a.csv": b"x" * 5000}), limits=Limits(unpacked_bytes=99)) == (
        "unpacked-size"
    )


@pytest.mark.parametrize("name", ["agoura-hills.geojson", "bell-gardens.geojson"])
def test_street_trees(name: str) -> None:
    path = SHARED / "street_trees" / name
    if not path.exists():
        pytest.skip(f"{path} is absent")
    told = describe(path)
    assert told.crs == {"agoura-hills.geojson": "EPSG:4326", "bell-gardens.geojson": "EPSG:2229"}[name]
    found = list(rows(path))
    assert told.rows == len(found) > 5000
    assert not [r for r in found if r.problem]
    assert all(r.wkb is None or len(r.wkb) == 21 for r in found)


def test_the_communes_of_the_province() -> None:
    folder = SHARED / "admin2025_thanglequoc" / "json" / "geojson"
    path = next(iter(sorted(folder.rglob("*.geojson"))), None)
    if path is None:
        pytest.skip(f"{folder} is absent")
    told = describe(path)
    assert (told.crs, told.geometry in ("polygon", "mixed")) == ("EPSG:4326", True)
    assert all(shapely.from_wkb(r.wkb).area > 0 for r in rows(path))
