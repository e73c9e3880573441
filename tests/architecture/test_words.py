"""Every string that people read has its Vietnamese: extracted anew, compared with what is committed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from naoso.config.options import ROOT

SOURCES = ROOT / "src/naoso"
ENTRY = re.compile(r'^msgid "(?P<id>.+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? ""(?!\n")', re.MULTILINE)


EXTRACT = """
import os, sys, django
from django.core.management import call_command
django.setup()
for app in sys.argv[1:]:
    os.chdir(app)
    call_command("makemessages", locale=["vi"], no_location=True, no_wrap=True, verbosity=0)
"""


def extract(apps: Sequence[Path]) -> None:
    """Anew, in one process for all of them: most of the time of each would be its start."""
    command = [sys.executable, "-P", "-c", EXTRACT, *map(str, apps)]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def untranslated(app: Path) -> list[str]:
    """Strings of an app that its catalogue does not know, or only guesses."""
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
        list(pool.map(extract, [apps[::2], apps[1::2]]))
    missing = {str(app.relative_to(copy)): untranslated(app) for app in apps}
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
