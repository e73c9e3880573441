"""Every table, made once for all databases of a test run.

Making them takes Django half a minute each time, reading a dump of them two seconds. What is read is never
taken for newer than it is: `migrate` runs after it, as over any older database.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from naoso.cli import engines
from naoso.config.options import ROOT

TEMPLATE, DUMP = "NAOSO_TEST_TEMPLATE", "NAOSO_TEST_TABLES"  # a database of the run's cluster; a file
DATABASE = "naoso_tables"
SOURCES = ("src/naoso/**/migrations/*.py", "src/naoso/**/*.sql", "requirements/base.txt")


def fingerprint() -> str:
    """Another one whenever a migration or a package changes."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def prepared(environment: Mapping[str, str]) -> dict[str, str]:
    """A database with all tables in the cluster of `DATABASE_URL`, and the dump of it; what names both.

    The dump stays in `var/` until its fingerprint changes. Raises EngineError.
    """
    url = environment["DATABASE_URL"]
    engines.client(url, "createdb", DATABASE)
    url = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    folder = ROOT / "var" / "tables"
    dump = folder / f"{fingerprint()}.dump"
    if dump.exists():
        read(url, dump)
    else:
        make(url, environment)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.dump"):
            old.unlink(missing_ok=True)
        part = dump.with_suffix(".part")
        engines.client(url, "pg_dump", "--format=custom", "--compress=1", f"--file={part}")
        part.replace(dump)
    return {TEMPLATE: DATABASE, DUMP: str(dump)}


def make(url: str, environment: Mapping[str, str]) -> None:
    """As a centre does at its first start."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"],
        env={**environment, "DATABASE_URL": url}, cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise engines.EngineError(f"the tables could not be made: {done.stderr[-1500:]}")


def read(url: str, dump: Path) -> None:
    """Into an empty database."""
    name = urlsplit(url).path.lstrip("/")
    engines.client(url, "pg_restore", f"--dbname={name}", "--jobs=2", "--no-owner", str(dump))
