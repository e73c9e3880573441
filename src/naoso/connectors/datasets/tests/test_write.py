"""What is written can be read again, and harms nobody who opens it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import shapely
from pyarrow import parquet

from naoso.connectors.datasets import Column, Row, describe, rows, write
from naoso.connectors.datasets.tests.factories import wkb_point
from naoso.kernel.errors import BadInput

COLUMNS = [
    Column("tên"), Column("cao", kind="number"), Column("số", kind="integer"), Column("trồng", kind="date"),
    Column("còn", kind="boolean"), Column("=1+1"),
]  # fmt: skip
AREA = shapely.to_wkb(shapely.from_wkt("POLYGON ((105 21, 106 21, 106 22, 105 21))"))
ROWS = [
    Row(
        1,
        {"tên": "Sấu", "cao": 1.5, "số": -7, "trồng": dt.date(2020, 1, 2), "còn": True, "=1+1": "=cmd"},
        wkb_point(),
    ),
    Row(2, {"tên": "@x\ny", "cao": -2.5, "số": None, "trồng": None, "còn": False, "=1+1": "-5"}, AREA),
    Row(3, {"tên": None}, None),
]
NAMES = {
    "geojson": "a.geojson",
    "gpkg": "a.gpkg",
    "csv": "a.csv",
    "xlsx": "a.xlsx",
    "geoparquet": "a.parquet",
}


@pytest.mark.parametrize("format_", ["geojson", "gpkg"])
def test_layers_come_back(tmp_path: Path, format_: str) -> None:
    path = tmp_path / NAMES[format_]
    assert write(iter(ROWS), COLUMNS, path, format_) == 3
    told, found = describe(path), list(rows(path))
    assert (told.crs, told.geometry, told.rows) == ("EPSG:4326", "mixed", 3)
    assert found[0].values["tên"] == "Sấu"
    assert found[0].values["=1+1"] == "=cmd"
    assert str(found[0].values["trồng"]) == "2020-01-02"
    assert found[1].values["cao"] == -2.5
    assert found[2].values["cao"] is None
    assert found[0].wkb == wkb_point()
    assert shapely.equals(shapely.from_wkb(found[1].wkb), shapely.from_wkb(AREA))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_csv_is_read_by_excel_and_runs_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(ROWS, COLUMNS, path, "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["tên", "cao", "số", "trồng", "còn", "'=1+1", "longitude", "latitude"]
    assert found[1] == ["Sấu", "1.5", "-7", "2020-01-02", "true", "'=cmd", "105.83", "21.59"]
    assert found[2][:6] == ["'@x\ny", "-2.5", "", "", "false", "'-5"]
    assert float(found[2][6]) == pytest.approx(105.6, abs=0.5)
    assert found[3] == [""] * 8


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_every_beginning_of_a_formula(tmp_path: Path, start: str, format_: str) -> None:
    path = tmp_path / NAMES[format_]
    write([Row(1, {"a": f"{start}1"})], [Column("a")], path, format_)
    if format_ == "xlsx":
        with zipfile.ZipFile(path) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b'inlineStr"><is><t' in sheet
        assert b">'" in sheet
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file))[1][0] == f"'{start}1"


def test_excel_has_real_dates_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(ROWS, COLUMNS, path, "xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    found = list(sheet.iter_rows(values_only=True))
    assert found[1][1:5] == (1.5, -7, dt.datetime(2020, 1, 2), True)  # noqa: DTZ001
    assert found[1][5] == "'=cmd"
    assert [r.values["số"] for r in rows(path)] == [-7, None]


def test_excel_takes_what_xml_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(
        [Row(1, {"a": "x\x01y", "b": 2**60, "c": "z" * 40_000})],
        [Column("a"), Column("b"), Column("c")],
        path,
        "xlsx",
    )
    (found,) = rows(path)
    assert (found.values["a"], found.values["b"]) == ("xy", str(2**60))


def test_geoparquet_has_the_metadata_of_its_standard(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write(ROWS, [*COLUMNS, Column("geometry")], path, "geoparquet")
    table = parquet.read_table(path)
    geo = json.loads(parquet.read_metadata(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    place = geo["primary_column"]
    assert (place, geo["columns"][place]["encoding"]) == ("geometry_", "WKB")
    assert geo["columns"][place]["geometry_types"] == ["Point", "Polygon"]
    assert geo["columns"][place]["bbox"] == [105.0, 21.0, 106.0, 22.0]
    assert "crs" not in geo["columns"][place]
    assert table.column(place).to_pylist() == [wkb_point(), AREA, None]
    assert table.column("trồng").to_pylist() == [dt.date(2020, 1, 2), None, None]


def test_times_of_day_are_kept(tmp_path: Path) -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    write([Row(1, {"lúc": moment})], [Column("lúc", kind="date")], tmp_path / "a.parquet", "geoparquet")
    assert parquet.read_table(tmp_path / "a.parquet").column("lúc").to_pylist() == [moment]


@pytest.mark.parametrize("format_", ["gpkg", "geoparquet"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", "ba"), ("integer", 1.5), ("integer", 2**70), ("date", "hôm qua"), ("boolean", "có")],
)
def test_a_value_of_another_kind_is_refused_by_name(
    tmp_path: Path, format_: str, kind: str, value: object
) -> None:
    bad = [Row(7, {"a": value})]  # type: ignore[dict-item]
    with pytest.raises(BadInput) as caught:
        write(bad, [Column("a", kind=kind)], tmp_path / NAMES[format_], format_)
    assert (caught.value.errors[0].field, caught.value.errors[0].rule) == ("a", "kind")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format_", list(NAMES))
def test_a_fault_of_the_rows_leaves_no_file(tmp_path: Path, format_: str) -> None:
    def broken() -> Iterator[Row]:
        yield from ROWS
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        write(broken(), COLUMNS, tmp_path / NAMES[format_], format_)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format_", list(NAMES))
def test_no_rows(tmp_path: Path, format_: str) -> None:
    path = tmp_path / NAMES[format_]
    assert write([], COLUMNS, path, format_) == 0
    assert path.exists()


def test_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="geoparquet"):
        write(ROWS, COLUMNS, tmp_path / "a.dwg", "dwg")
