"""A dump of the tables counts as long as nothing that makes them has changed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from naoso.cli import tables


def test_another_migration_or_package_makes_another_dump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    migration = tmp_path / "src/naoso/core/x/migrations/0001_initial.py"
    packages = tmp_path / "requirements/base.txt"
    for file in (migration, packages):
        file.parent.mkdir(parents=True)
        file.write_text("a")
    (tmp_path / "src/naoso/core/x/views.py").write_text("a")
    seen = [tables.fingerprint()]
    for file in (migration, packages):
        file.write_text("b")
        seen.append(tables.fingerprint())
    migration.rename(migration.with_name("0002_other.py"))
    seen.append(tables.fingerprint())
    assert len(set(seen)) == 4
    (tmp_path / "src/naoso/core/x/views.py").write_text("b")
    assert tables.fingerprint() == seen[-1]


def test_no_package_that_tells_its_maker_of_us_is_installed() -> None:
    assert find_spec("openvino") is not None
    assert find_spec("openvino_telemetry") is None
