"""`backup` and `restore`: the database and the files of a centre in one archive."""

from __future__ import annotations

import datetime as dt
import shutil
import tarfile
import tempfile
from pathlib import Path

from naoso.cli import engines, lifecycle, supervision
from naoso.cli.centre import Centre

DUMP = "database.dump"
FILES = "files"
ENGINES = {"postgres", "nats"}


def backup(centre: Centre, target: Path | None) -> Path:
    """Write an archive of the running centre; readers and writers go on meanwhile."""
    env = running_env(centre)
    folder = centre.var / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = dt.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    target = (target or folder / f"naoso-{stamp}.tar").resolve()
    with tempfile.TemporaryDirectory(dir=folder) as name:
        dump = Path(name) / DUMP
        with lifecycle.step("Dumping the database") as say:
            pg(env, "pg_dump", "--format=custom", "--compress=6", f"--file={dump}", "naoso")
            say(f"{dump.stat().st_size / 1e6:.1f} MB")
        with lifecycle.step("Packing database and files") as say:
            part = target.with_suffix(".part")
            with tarfile.open(part, "w") as archive:
                archive.add(dump, DUMP)
                archive.add(centre.var / "files", FILES)
            part.chmod(0o600)
            part.replace(target)
            say(str(target))
    return target


def restore(centre: Centre, source: Path) -> None:
    """Put an archive in place of the centre's database and files; the old ones are kept beside."""
    env = running_env(centre)
    check_archive(source)
    with lifecycle.step("Stopping everything but the servers"):
        stop_programs(centre)
    folder = centre.var / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        with lifecycle.step("Unpacking"), tarfile.open(source) as archive:
            unpack(archive, Path(name))
        with lifecycle.step("Restoring the database"):
            pg(env, "dropdb", "--if-exists", "--force", "naoso")
            pg(env, "createdb", "naoso")
            pg(env, "pg_restore", "--dbname=naoso", "--jobs=2", "--no-owner", str(Path(name) / DUMP))
        with lifecycle.step("Restoring the files"):
            put_files(Path(name) / FILES, centre.var / "files")
    with lifecycle.step("Bringing the database's tables up to date"):
        lifecycle.manage("migrate", "--verbosity", "0")
    lifecycle.render_users()
    with lifecycle.step("Starting the centre's processes"):
        supervision.start_all(centre)
        lifecycle.await_web(centre)


def running_env(centre: Centre) -> dict[str, str]:
    """The centre's secrets; raises EngineError when it does not run."""
    if not supervision.is_up(centre):
        raise engines.EngineError("the centre does not run; start it first: ./naoso up -d")
    return centre.env()


def check_archive(source: Path) -> None:
    """Refuse what is no backup before anything is stopped."""
    if not source.exists():
        raise engines.EngineError(f"there is no file {source}")
    try:
        with tarfile.open(source) as archive:
            names = set(archive.getnames())
    except tarfile.TarError as error:
        raise engines.EngineError(f"{source} is no archive: {error}") from error
    if not {DUMP, FILES} <= names:
        raise engines.EngineError(f"{source} is no backup of a centre: it holds no {DUMP} and {FILES}")


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """The dump and the files, and nothing that would lie outside the folder or is no plain file.

    Python's own filter for this came with 3.11.4; Debian 12 has 3.11.2.
    """
    for member in archive.getmembers():
        path = (folder / member.name).resolve()
        if not path.is_relative_to(folder.resolve()) or not (member.isreg() or member.isdir()):
            raise engines.EngineError(f"the archive holds {member.name}, which no backup does")
        archive.extract(member, folder)


def pg(env: dict[str, str], program: str, *arguments: str) -> None:
    """Against the centre's own database."""
    engines.client(engines.url_of(int(env["PG_PORT"]), env["PG_PASSWORD"]), program, *arguments)


def stop_programs(centre: Centre) -> None:
    """All but PostgreSQL and NATS."""
    running = [s.name for s in supervision.states(centre) if s.runs and s.name not in ENGINES]
    with supervision.control(centre) as supervisor:
        for name in running:
            supervisor.stopProcess(name)


def put_files(new: Path, place: Path) -> None:
    """Swap the folders; what was there stays as `files.before`."""
    before = place.with_name("files.before")
    shutil.rmtree(before, ignore_errors=True)
    if place.exists():
        place.rename(before)
    shutil.move(str(new), place)
