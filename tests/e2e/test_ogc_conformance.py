"""The conformance tests of OGC API – Features, Part 1, against a running centre.

They pin other versions of what we use, so they live in an environment of their own below `var/tools`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from naoso.config.options import ROOT

from .centre import LiveCentre

pytestmark = [pytest.mark.engines]
LIST = ROOT / "requirements" / "conformance.txt"


def runner() -> Path:
    """The environment's Python, made again where the pinned list changes."""
    home = ROOT / "var" / "tools" / "ogctests"
    python, stamp = home / "bin" / "python", home / "stamp"
    wanted = sha256(LIST.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(LIST)]
        subprocess.run([str(python), *install], check=True)
        stamp.write_text(wanted)
    return python


def test_features_core_conforms(centre: LiveCentre) -> None:
    python = runner()
    tests = next(python.parents[1].glob("lib/python*/site-packages/ogctests/features/core"))
    done = subprocess.run(
        [  # cut at their package: our own conftest needs what their environment lacks
            str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider",
            "--confcutdir", str(tests.parents[1]), "--rootdir", str(tests), str(tests),
        ],
        env={
            "INSTANCE_URL": f"{centre.url}/api/ogc", "CLIENT_OVERRIDDEN": "False", "PATH": os.environ["PATH"]
        },
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= 29
    assert "parameter missing" not in done.stdout
