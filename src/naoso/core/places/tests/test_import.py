"""Files as they come: sound ones are stored whole, broken ones are refused by row and rule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from naoso.core.places import seed
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import unit_at
from naoso.core.places.services import import_units, redraw_provinces
from naoso.core.places.tests import files as make
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[6] / "shared/data/admin2025_thanglequoc/json/geojson/19_thai_nguyen"
SONG_CONG = {"code": "05518", "name": "Sông Công"}
OTHER = {"code": "05860", "name": "Phổ Yên"}


@pytest.fixture(autouse=True)
def province() -> None:
    """The province as a fresh centre shows it."""
    seed.seed()


def song_cong() -> AdminUnit:
    return AdminUnit.objects.get(code="05518", valid_to=None)


def assert_drawn(tolerance: float = 0.00002) -> None:
    """Sông Công has the test square as its real outline, within two metres."""
    unit = song_cong()
    assert not unit.outline_approximate
    assert unit.outline is not None
    assert unit.outline.extent == pytest.approx((105.83, 21.45, 105.87, 21.49), abs=tolerance)


def test_geojson_is_stored_and_keeps_name_and_validity(tmp_path: Path) -> None:
    before = song_cong()
    report = import_units(make.geojson(tmp_path / "a.geojson", (SONG_CONG, make.square())))
    assert (report.stored, report.changed, report.created, report.refusals) == (True, ["05518"], [], [])
    assert_drawn()
    after = song_cong()
    assert (after.pk, after.name, after.valid_from) == (before.pk, before.name, before.valid_from)
    assert after.outline_source == "a.geojson"


def test_vn2000_shapefile_by_its_prj(tmp_path: Path) -> None:
    ring = make.in_vn2000(make.square())
    path = make.shapefile(
        tmp_path / "x.shp", ({"MA_XA": "05518", "TEN_XA": "Sông Công"}, ring), prj=make.VN2000_PRJ
    )
    assert import_units(path).stored
    assert_drawn()


def test_vn2000_shapefile_without_prj_asks_and_takes_the_answer(tmp_path: Path) -> None:
    ring = make.in_vn2000(make.square())
    path = make.shapefile(tmp_path / "x.shp", ({"MA_XA": "05518", "TEN_XA": "Sông Công"}, ring))
    with pytest.raises(BadInput) as caught:
        import_units(path)
    assert (caught.value.errors[0].field, caught.value.errors[0].rule) == ("crs", "declared")
    assert song_cong().outline_approximate
    assert import_units(path, crs="EPSG:9213").stored
    assert_drawn()


def test_the_wrong_meridian_lies_elsewhere(tmp_path: Path) -> None:
    ring = make.in_vn2000(make.square())
    path = make.shapefile(tmp_path / "x.shp", ({"MA_XA": "05518", "TEN_XA": "Sông Công"}, ring))
    with pytest.raises(BadInput) as caught:
        import_units(path, crs="EPSG:none")
    assert caught.value.errors[0].rule == "known"
    report = import_units(path, crs="EPSG:4326")
    assert [r.error.rule for r in report.refusals] == ["crs"]


def test_vn2000_geopackage(tmp_path: Path) -> None:
    ring = make.in_vn2000(make.square())
    path = make.geopackage(tmp_path / "x.gpkg", ({"ma_xa": "05518", "ten_xa": "Sông Công"}, ring))
    report = import_units(path)
    assert (report.stored, report.systems) == (True, ["VN-2000 / TM-3 106-30"])
    assert_drawn()


@pytest.mark.parametrize(
    ("columns", "ring", "field", "rule"),
    [
        (SONG_CONG, make.swapped(make.square()), "geometry", "axes"),
        (SONG_CONG, make.square(lon=12, lat=50), "geometry", "range"),
        (SONG_CONG, make.in_vn2000(make.square()), "geometry", "crs"),
        (SONG_CONG, make.bow_tie(), "geometry", "valid"),
        (OTHER, make.square(), "code", "unique"),
        ({"name": "Sông Công"}, make.square(), "code", "required"),
        ({"code": "5518", "name": "Sông Công"}, make.square(), "code", "form"),
        ({"code": "99999", "name": "Mới", "fullName": "Xã Mới"}, make.square(), "parent", "known"),
        ({"code": "99999", "name": "Mới", "parent": "19"}, make.square(), "kind", "known"),
        ({"code": "99999", "fullName": "Xã Mới", "parent": "19"}, make.square(), "name", "required"),
    ],
)
def test_a_refused_row_is_named_and_nothing_is_stored(
    tmp_path: Path, columns: dict[str, str], ring: make.Ring, field: str, rule: str
) -> None:
    sound = (OTHER, make.square(105.87, 21.42))
    report = import_units(make.geojson(tmp_path / "a.geojson", sound, (columns, ring)))
    assert not report.stored
    (refusal,) = report.refusals
    assert (refusal.number, refusal.file, refusal.error.field, refusal.error.rule) == (
        2,
        "a.geojson",
        field,
        rule,
    )
    assert AdminUnit.objects.get(code="05860", valid_to=None).outline_approximate


def test_a_new_unit_is_made_below_its_parent(tmp_path: Path) -> None:
    row = ({"code": "99999", "name": "Mới", "fullName": "Phường Mới", "province_code": "19"}, make.square())
    day = dt.date(2026, 1, 1)
    assert import_units(make.geojson(tmp_path / "a.geojson", row), day=day).created == ["99999"]
    unit = AdminUnit.objects.get(code="99999")
    assert (unit.kind, unit.valid_from, unit.parent and unit.parent.code) == ("ward", day, "19")


def test_a_dry_run_judges_and_writes_nothing(tmp_path: Path) -> None:
    report = import_units(make.geojson(tmp_path / "a.geojson", (SONG_CONG, make.square())), dry_run=True)
    assert (report.stored, report.changed, report.refusals) == (False, ["05518"], [])
    assert song_cong().outline_approximate


@pytest.mark.parametrize("content", ["", "{", '{"type": "FeatureCollection"}', "not json at all"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text(content)
    with pytest.raises(BadInput):
        import_units(path)


def test_no_file_and_no_known_format(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    for path in (tmp_path / "absent.shp", tmp_path / "x.txt", tmp_path):
        with pytest.raises(BadInput):
            import_units(path)


@pytest.mark.skipif(not REAL.exists(), reason="the public data set is not beside this checkout")
def test_the_real_92_communes(tmp_path: Path) -> None:
    report = import_units(REAL / "wards", source="public data set")
    assert report.refusals == []
    assert (len(report.changed), report.created, report.stored) == (92, [], True)
    assert redraw_provinces() == 1
    drawn = AdminUnit.objects.filter(parent__code="19", valid_to=None, outline_approximate=False)
    assert drawn.count() == 92
    for unit in drawn:
        at = unit_at(LonLat(unit.centre.x, unit.centre.y))
        assert at == unit
    assert unit_at(LonLat(105.85, 21.03)) is None
