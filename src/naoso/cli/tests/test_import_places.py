"""The command as it is typed: what it prints, and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from naoso.cli.app import app
from naoso.core.people.models import AuditEntry
from naoso.core.places import seed
from naoso.core.places.models import AdminUnit
from naoso.core.places.tests import files as make

pytestmark = pytest.mark.django_db
SONG_CONG = {"code": "05518", "name": "Sông Công"}


@pytest.fixture(autouse=True)
def province() -> None:
    """The province as a fresh centre shows it."""
    seed.seed()


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["import", "places", *words], env={"COLUMNS": "200"})


def approximate() -> bool:
    return AdminUnit.objects.get(code="05518", valid_to=None).outline_approximate


def test_a_sound_file_is_stored_and_the_trail_says_by_whom(tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson", (SONG_CONG, make.square()))
    result = typed(str(path), "--source", "đo đạc 2026")
    assert result.exit_code == 0, result.output
    assert "stored: 1 known, 0 new, 0 refused" in result.output
    assert not approximate()
    entry = AuditEntry.objects.filter(table="places_adminunit", action="update").latest("id")
    assert (entry.actor_id, entry.reason) == (None, "import places a.geojson")


def test_refused_rows_are_listed_and_nothing_is_stored(tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson", (SONG_CONG, make.square()), ({"name": "x"}, make.bow_tie()))
    result = typed(str(path))
    assert result.exit_code == 1
    assert "required" in result.output
    assert "NOT stored" in result.output
    assert approximate()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson", (SONG_CONG, make.square()))
    result = typed(str(path), "--dry-run")
    assert result.exit_code == 0
    assert "NOT stored: 1 known" in result.output
    assert approximate()


def test_a_missing_coordinate_system_is_asked_for(tmp_path: Path) -> None:
    ring = make.in_vn2000(make.square())
    path = make.shapefile(tmp_path / "x.shp", ({"MA_XA": "05518", "TEN_XA": "Sông Công"}, ring))
    result = typed(str(path))
    assert result.exit_code == 1
    assert "--crs" in result.output
    assert typed(str(path), "--crs", "EPSG:9213").exit_code == 0


def test_a_day_is_written_as_people_write_it(tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson", (SONG_CONG, make.square()))
    assert typed(str(path), "--on", "2026-01-01").exit_code == 2
    assert typed(str(path), "--on", "01/01/2026").exit_code == 0
