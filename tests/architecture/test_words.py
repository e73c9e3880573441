"""Every string that people read has its Vietnamese: extracted anew, compared with what is committed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from naoso.config.options import ROOT

SOURCES = ROOT / "src/naoso"
ENTRY = re.compile(r'^msgid "(?P<id>.+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? ""(?!\n")', re.MULTILINE)


def untranslated(app: Path) -> list[str]:
    """Strings of an app that its catalogue does not know, or only guesses."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "django", "makemessages", "-l", "vi", "--no-location", "--no-wrap"],
        cwd=app, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = (app / "locale/vi/LC_MESSAGES/django.po").read_text()
    guessed = re.findall(r"^#,.*fuzzy[^\n]*\n(?:#.*\n)*msgid \"(.+)\"", text, re.MULTILINE)
    return [match["id"] for match in ENTRY.finditer(text)] + guessed


def test_every_string_has_its_vietnamese(tmp_path: Path) -> None:
    copy = tmp_path / "naoso"
    ignored = shutil.ignore_patterns("static", "tests", "*.mo", "__pycache__", "migrations")
    shutil.copytree(SOURCES, copy, ignore=ignored)
    apps = sorted(path.parents[3] for path in copy.rglob("vi/LC_MESSAGES/django.po"))
    assert len(apps) > 10
    with ThreadPoolExecutor(2) as pool:
        missing = {
            str(app.relative_to(copy)): words
            for app, words in zip(apps, pool.map(untranslated, apps), strict=True)
        }
    assert {app: words for app, words in missing.items() if words} == {}


def test_every_app_has_a_catalogue() -> None:
    without = [
        str(path.parent.relative_to(SOURCES))
        for path in SOURCES.rglob("apps.py")
        if path.parent.name != "config"
        if not (path.parent / "locale/vi/LC_MESSAGES/django.po").exists()
        if "gettext" in "".join(p.read_text() for p in path.parent.rglob("*.py") if "apps.py" not in p.name)
    ]
    assert without == []
