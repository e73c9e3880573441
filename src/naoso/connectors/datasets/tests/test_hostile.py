"""Whatever bytes come: rows, or BadInput, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from naoso.connectors.datasets import describe, rows
from naoso.connectors.datasets.tests.factories import (
    collection,
    feature,
    put,
    put_vector,
    put_xlsx,
    put_zip,
    shape_parts,
    wkb_point,
)
from naoso.connectors.datasets.wkb import WRITERS
from naoso.kernel.errors import BadInput

T = TypeVar("T")
NAMES = ["a.csv", "a.txt", "a.xlsx", "a.geojson", "a.json", "a.gpkg", "a.shp", "a.zip", "a.dbf", "a"]
ENCODINGS = ["", "utf-8", "utf-16", "windows-1258", "windows-1252", "tcvn3", "vni"]
HEADS = [
    b"",
    b"PK\x03\x04",
    b"SQLite format 3\x00",
    b"\x00\x00\x27\x0a",
    b"{",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"sep=;\n",
]
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def survives(path: Path, encoding: str = "") -> None:
    """Rows and names are storable: UTF-8 without zero bytes; a refusal can be shown."""
    with suppress(BadInput):
        for column in refusal_shown(lambda: describe(path, encoding=encoding)).columns:
            storable(column.name, *column.samples)
    with suppress(BadInput):
        for row in refusal_shown(lambda: list(rows(path, encoding=encoding))):
            storable(*row.values, *row.values.values())
            assert row.problem is None or row.problem.message


def refusal_shown(read: Callable[[], T]) -> T:
    """Passes BadInput on when it has words and is JSON."""
    try:
        return read()
    except BadInput as error:
        json.dumps(error.problem()).encode()
        if not all(fault.message and fault.rule for fault in error.errors):
            pytest.fail("a refusal without words")
        raise


def storable(*texts: object) -> None:
    """As PostgreSQL takes it."""
    for text in texts:
        if isinstance(text, str):
            assert b"\0" not in text.encode("utf-8")


@SLOW
@given(name=st.sampled_from(NAMES), head=st.sampled_from(HEADS), body=st.binary(max_size=600))
def test_random_bytes(tmp_path: Path, name: str, head: bytes, body: bytes) -> None:
    survives(put(tmp_path, name, head + body))


@SLOW
@given(
    text=st.text(max_size=200), encoding=st.sampled_from(ENCODINGS), suffix=st.sampled_from([".csv", ".json"])
)
def test_random_text(tmp_path: Path, text: str, encoding: str, suffix: str) -> None:
    survives(put(tmp_path, f"a{suffix}", text.encode("utf-8", "replace")), encoding)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SHAPES = st.fixed_dictionaries(
    {"type": st.sampled_from([*WRITERS, "GeometryCollection"]), "coordinates": JSON, "geometries": JSON}
)


@SLOW
@given(
    features=st.lists(
        st.fixed_dictionaries(
            {"type": st.just("Feature"), "properties": JSON, "geometry": JSON | SHAPES}
        ) | JSON, max_size=4,
    ),
    crs=JSON,
)  # fmt: skip
def test_features_of_any_shape(tmp_path: Path, features: list[object], crs: object) -> None:
    survives(put(tmp_path, "a.geojson", json.dumps({**collection(features), "crs": crs})))
    survives(put(tmp_path, "a.json", "\n".join(json.dumps(f) for f in [feature(), *features])), "vni")


def samples(folder: Path) -> list[Path]:
    """One sound file of each format."""
    shape = put_vector(folder, "cay.shp", {"ten": ["Sấu"] * 20}, [wkb_point()] * 20)
    return [
        put_xlsx(folder, [["a", "b"], *[["Sấu", n] for n in range(20)]]),
        put_vector(folder, "b.gpkg", {"ten": ["Sấu"] * 20}, [wkb_point()] * 20),
        put_zip(folder / "shape.zip", shape_parts(shape)),
        put(folder, "c.geojson", json.dumps(collection([feature({"a": "Sấu"})] * 20))),
        put(folder, "d.csv", "a,b\n" + '"Sấu",2\n' * 20),
        shape,
    ]


@pytest.mark.parametrize("place", range(6))
def test_damaged_files(tmp_path: Path, place: int) -> None:
    chance = random.Random(place)
    path = samples(tmp_path)[place]
    whole = path.read_bytes()
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 3, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        survives(
            put(tmp_path, path.name, bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))
        )


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".shp", ".zip"])
def test_wrong_suffixes(tmp_path: Path, place: int, suffix: str) -> None:
    data = samples(tmp_path)[place].read_bytes()
    folder = tmp_path / "other"
    folder.mkdir()
    survives(put(folder, f"x{suffix}", data))


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n\n", "empty"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "format"),
        ("a.pdf", b"%PDF-1.7 ...", "format"),
        ("a.html", b"<html><table>", "format"),
        ("a.json", b"[1, 2]", "format"),
        ("a.csv", bytes(range(256)) * 4, "format"),
        ("a.dbf", b"\x03" + b"\x00" * 64, "format"),
        ("a.zip", b"PK\x03\x04 broken", "readable"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 200, "readable"),
    ],
)
def test_refusals_say_the_rule(tmp_path: Path, name: str, data: bytes, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        describe(put(tmp_path, name, data))
    assert caught.value.errors[0].rule == rule


def test_no_file_and_no_such_encoding(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        describe(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="tcvn3"):
        describe(put(tmp_path, "a.csv", "a\n1"), encoding="klingon")
