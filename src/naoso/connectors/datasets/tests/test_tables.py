"""CSV and Excel, as offices send them."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from naoso.connectors.datasets import Limits, Row, describe, rows
from naoso.connectors.datasets.legacy import TCVN3, VNI
from naoso.connectors.datasets.tests.factories import put, put_xlsx, put_zip
from naoso.connectors.datasets.tests.test_legacy import SENTENCES, written
from naoso.kernel.errors import BadInput

MORNING = dt.datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001 - Excel knows no zones


def values(path: Path, **more: object) -> list[dict[str, object]]:
    return [row.values for row in rows(path, **more)]  # type: ignore[arg-type]


def problems(path: Path, **more: object) -> list[tuple[int, str, str]]:
    found: list[Row] = list(rows(path, **more))  # type: ignore[arg-type]
    return [(r.number, r.problem.field, r.problem.rule) for r in found if r.problem]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_guessed(tmp_path: Path, delimiter: str) -> None:
    lines = [["mã", "tên", "cao"], ["001", '"Xà, cừ; to"', "3"], ["002", "Sấu", "4"]]
    path = put(tmp_path, "a.csv", "\r\n".join(delimiter.join(line) for line in lines))
    assert values(path) == [
        {"mã": "001", "tên": "Xà, cừ; to", "cao": "3"}, {"mã": "002", "tên": "Sấu", "cao": "4"}
    ]  # fmt: skip


def test_decimal_commas_do_not_win_over_semicolons(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "lat;lon\n21,59;105,83\n21,60;105,84\n")
    assert values(path)[0] == {"lat": "21,59", "lon": "105,83"}


def test_bom_quoted_newlines_and_excels_first_line(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", '\ufeffsep=;\n"tên";"ghi chú"\n"Cây";"dòng một\ndòng ""hai"""\n\n;\n')
    assert values(path) == [{"tên": "Cây", "ghi chú": 'dòng một\ndòng "hai"'}, {"tên": None, "ghi chú": None}]
    assert "bom" in describe(path).warnings


def test_a_title_stands_above_the_header(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "DANH SÁCH CÂY XANH,,\n,,\nmã,tên,cao\n1,Sấu,3\n")
    found = describe(path)
    assert [c.name for c in found.columns] == ["mã", "tên", "cao"]
    assert (found.rows, found.warnings, found.heading) == (1, ("title-rows",), 3)


def test_empty_lines_above_the_header_cost_no_row(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "\n\nmã,tên\n1,Sấu\n2,Bàng\n")
    assert values(path) == [{"mã": "1", "tên": "Sấu"}, {"mã": "2", "tên": "Bàng"}]
    assert (describe(path).rows, describe(path).heading) == (2, 3)


def test_kinds_are_told_from_samples(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "ma;n;x;ngay;co\n00123;1;1,5;01/02/2024;có\n00124;2;2;2024-03-04;không\n")
    assert [c.kind for c in describe(path).columns] == ["text", "integer", "number", "date", "boolean"]


def test_names_are_only_names(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", '"""; DROP TABLE trees; --",a,a,,=1+1\n1,2,3,4,5\n')
    assert list(values(path)[0]) == ['"; DROP TABLE trees; --', "a", "a (2)", "column 4", "=1+1"]


def test_a_broken_row_spoils_only_itself(tmp_path: Path) -> None:
    path = put(
        tmp_path, "a.csv",
        b"a,b\n1,s\xe1\xba\xa5u\n3\n4,5,6\n7,\xff\n8,x\x00y\n9,"
        + b"z" * 20_000 + b"\n10," + b"w" * 200_000 + b"\n11,12\n",
    )  # fmt: skip
    assert problems(path) == [
        (2, "row", "shape"), (3, "row", "shape"), (4, "b", "encoding"), (5, "b", "nul"), (6, "b", "length"),
        (7, "row", "length"),
    ]  # fmt: skip
    assert list(rows(path))[-1] == Row(8, {"a": "11", "b": "12"})
    assert list(rows(path))[3].values == {"a": "7", "b": None}


def test_a_quote_that_is_never_closed_ends_somewhere(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", 'a,b\n1,"x\n' + "2,y\n" * 60_000)
    found = problems(path)
    assert found[0][1:] == ("row", "length")
    assert list(rows(path))[-1].values == {"a": "2", "b": "y"}


def test_reading_goes_on_from_any_row(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "n\n" + "\n".join(str(n) for n in range(1, 101)))
    assert [r.number for r in rows(path, after=98)] == [99, 100]
    assert list(rows(path, after=1000)) == []


@pytest.mark.parametrize(("encoding", "table"), [("tcvn3", TCVN3), ("vni", VNI)])
def test_legacy_bytes(tmp_path: Path, encoding: str, table: dict[str, str]) -> None:
    text = "mã;ghi chú\n" + "".join(f"{n};{s.replace(';', ',')}\n" for n, s in enumerate(SENTENCES))
    path = put(tmp_path, "a.csv", written(text, table).encode("cp1252"))
    found = describe(path)
    assert (found.encoding, found.warnings) == (encoding, ("legacy-encoding",))
    assert next(rows(path)).values != next(rows(path, encoding=encoding)).values
    told = values(path, encoding=encoding)
    assert [str(row["ghi chú"]).casefold() for row in told] == [
        s.replace(";", ",").casefold() for s in SENTENCES
    ]  # fmt: skip
    assert describe(path, encoding=encoding).columns[1].name == "ghi chú"


def test_legacy_text_within_unicode_is_told_by_column(tmp_path: Path) -> None:
    rows_ = [["Tên", "cũ"]] + [[s, written(s, TCVN3)] for s in SENTENCES]
    path = put_xlsx(tmp_path, rows_)
    found = describe(path)
    assert [c.encoding for c in found.columns] == ["", "tcvn3"]
    assert (found.encoding, found.warnings) == ("tcvn3", ("legacy-encoding",))
    told = values(path, encoding="tcvn3")
    assert [str(row["cũ"]).casefold() for row in told] == [s.casefold() for s in SENTENCES]
    assert [row["Tên"] for row in told] == list(SENTENCES)


@pytest.mark.parametrize("given", ["", "utf-8"])
def test_a_file_of_two_encodings_names_the_odd_rows(tmp_path: Path, given: str) -> None:
    lines = [s.encode() for s in SENTENCES] * 2
    lines[3] = written(SENTENCES[0], TCVN3).encode("cp1252")
    path = put(tmp_path, "a.csv", b"a|b\n" + b"\n".join(b"1|" + line for line in lines))
    assert "mixed-encoding" in describe(path).warnings
    assert problems(path, encoding=given) == [(4, "b", "encoding")]


def test_an_unicode_row_in_a_legacy_file_is_named(tmp_path: Path) -> None:
    lines = [written(s, TCVN3).encode("cp1252") for s in SENTENCES] * 2
    lines[3] = SENTENCES[0].encode()
    path = put(tmp_path, "a.csv", b"a|b\n" + b"\n".join(b"1|" + line for line in lines))
    assert "mixed-encoding" in describe(path).warnings
    assert problems(path, encoding="tcvn3") == [(4, "b", "encoding")]


def test_utf16_of_excel(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "tên\tcao\nXà cừ\t3\n".encode("utf-16"))
    assert values(path) == [{"tên": "Xà cừ", "cao": "3"}]
    assert describe(path).encoding == "utf-16"


def test_excel_values_are_what_excel_means(tmp_path: Path) -> None:
    path = put_xlsx(tmp_path, [
        ["CÂY XANH"], [], ["mã", "ngày", "lúc", "cao", "số", "còn", "giờ", "công thức"],
        ["001", dt.date(2024, 2, 1), MORNING, 3.5, 7, True, dt.time(9, 5), "=1+1"],
        [None] * 8, ["002", None, None, -1, -7, False, None, None],
    ])  # fmt: skip
    found = list(rows(path))
    assert found[0].values == {
        "mã": "001", "ngày": dt.date(2024, 2, 1), "lúc": MORNING, "cao": 3.5, "số": 7,
        "còn": True, "giờ": "09:05:00",
    }  # fmt: skip
    assert [r.number for r in found] == [1, 3]
    assert [r.number for r in rows(path, after=1)] == [3]
    told = describe(path)
    assert (told.layers, told.rows) == (("Cây",), 2)
    assert [c.kind for c in told.columns][:6] == ["text", "date", "date", "number", "integer", "boolean"]
    with pytest.raises(BadInput) as caught:
        describe(path, layer="Đường")
    assert caught.value.errors[0].field == "layer"


def with_sheet(path: Path, xml: str) -> Path:
    """The workbook with another sheet inside."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    return put_zip(path.with_name("other.xlsx"), parts)


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def test_cached_formulas_and_errors_in_cells(tmp_path: Path) -> None:
    xml = SHEET.format(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="str"><v>b</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="e"><v>#N/A</v></c></row>'
        '<row r="3"><c r="A3"><v>NaN</v></c><c r="B3" t="s"><v>999</v></c></row>'
        '<row r="4"><c r="B4"><v>1E2</v></c></row>'
    )
    path = with_sheet(put_xlsx(tmp_path, [["a"]]), xml)
    assert values(path) == [{"a": 2, "b": None}, {"a": None, "b": None}, {"a": None, "b": 100.0}]
    assert problems(path) == [(1, "b", "cell"), (2, "b", "cell")]


@pytest.mark.parametrize(
    "body",
    ['<row r="9999999999"><c r="A1"><v>1</v></c></row>', '<row r="2"/><row r="1"/>', "<row",
     '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>', '<row r="x"/>',
     '<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>'],
)  # fmt: skip
def test_a_sheet_that_is_none(tmp_path: Path, body: str) -> None:
    path = with_sheet(put_xlsx(tmp_path, [["a"]]), SHEET.format(body))
    with pytest.raises(BadInput):
        list(rows(path))


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + SHEET.format(
        '<row r="1"><c t="str"><v>&a;</v></c></row>'
    )
    with pytest.raises(BadInput, match="document type"):
        list(rows(with_sheet(put_xlsx(tmp_path, [["a"]]), bomb)))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = put_zip(tmp_path / "a.zip", {"a.csv": b"0" * (40 * 1024 * 1024)})
    with pytest.raises(BadInput) as caught:
        describe(path)
    assert caught.value.errors[0].rule == "ratio"
    book = with_sheet(put_xlsx(tmp_path, [["a"]]), SHEET.format(" " * (40 * 1024 * 1024)))
    with pytest.raises(BadInput) as caught:
        describe(book)
    assert caught.value.errors[0].rule == "ratio"
    with pytest.raises(BadInput) as caught:
        describe(path, limits=Limits(unpacked_bytes=1024))
    assert caught.value.errors[0].rule == "unpacked-size"


@pytest.mark.parametrize(
    ("limits", "rule"), [(Limits(file_bytes=5), "size"), (Limits(columns=2), "count")]
)  # fmt: skip
def test_limits_are_refused_by_name(tmp_path: Path, limits: Limits, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        describe(put(tmp_path, "a.csv", "a,b,c\n1,2,3\n"), limits=limits)
    assert caught.value.errors[0].rule == rule
