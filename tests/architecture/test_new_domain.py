"""The promise "one folder, no other file touched": made, opened, and gone with its temporary copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from naoso.cli import new_domain
from naoso.cli.engines import EngineError
from naoso.config.options import ROOT

PARTS = ("src", "conftest.py", "pyproject.toml")


@pytest.mark.engines
def test_a_new_domain_opens_its_page_and_nothing_else_changes(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    for name in PARTS[1:]:
        shutil.copy(ROOT / name, tmp_path / name)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    folder = new_domain.create("flood_gates", tmp_path)
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(folder in path.parents for path in made)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "src"), "PYTEST_DB": f"new_domain_{os.getpid()}"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    for command in (
        ["-m", "django", "makemessages", "-l", "vi", "--no-location"],
        ["-m", "ruff", "check", str(folder)],
        ["-m", "ruff", "format", "--check", str(folder)],
        ["-m", "django", "makemigrations", "--check", "--dry-run"],
        ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
    ):
        done = subprocess.run(
            [sys.executable, "-P", *command], cwd=folder if "makemessages" in command else tmp_path,
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert 'msgstr ""\n\n' not in (folder / "locale/vi/LC_MESSAGES/django.po").read_text().split("\n\n", 1)[1]


@pytest.mark.parametrize("name", ["Flood", "flood gates", "class", "../x", "9lives", "environment"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(EngineError):
        new_domain.create(name)
