"""What is built rather than committed: the browser's code and the compiled translations."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from naoso.cli.engines import EngineError
from naoso.config.options import ROOT

FRONT_END = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "web")
DIST = ROOT / "src/naoso/ui/static/ui/dist"
NODE_MODULES = ROOT / "node_modules"


def digest(paths: Iterable[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def sources() -> list[Path]:
    """Files that the bundle is made of."""
    found: list[Path] = []
    for name in FRONT_END:
        path = ROOT / name
        found += [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    return found


def npm(*arguments: str, log: Path) -> None:
    """Run npm; its output goes to a file, and into the error when it fails."""
    program = shutil.which("npm")
    if program is None:
        raise EngineError("npm is missing; ./naoso installs Node.js where there is none")
    with log.open("wb") as out:
        done = subprocess.run(
            [program, *arguments], cwd=ROOT, stdout=out, stderr=out, check=False,
            env=os.environ | {"npm_config_fund": "false", "npm_config_audit": "false"},
        )  # fmt: skip
    if done.returncode:
        tail = log.read_text(errors="replace")[-1500:]
        raise EngineError(f"npm {' '.join(arguments)} failed:\n{tail}")


def install_packages(log: Path) -> bool:
    """`npm ci` where the lock file changed. True: something was done."""
    stamp = NODE_MODULES / ".naoso-stamp"
    wanted = digest([ROOT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    npm("ci", log=log)
    stamp.write_text(wanted)
    return True


def build_front_end(log: Path) -> bool:
    """Build where a source changed. True: something was done."""
    stamp = DIST / ".naoso-stamp"
    wanted = digest(sources())
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    install_packages(log)
    npm("run", "build", log=log)
    stamp.write_text(wanted)
    return True


def compile_messages() -> bool:
    """.po → .mo, where the .po is newer. True: something was done."""
    done = False
    for po in (ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        ran = subprocess.run(
            ["msgfmt", "--check-format", "-o", str(mo), str(po)], check=False, capture_output=True, text=True
        )
        if ran.returncode:
            raise EngineError(f"{po}: {ran.stderr.strip()}")
        done = True
    return done
