"""PostgreSQL and NATS of our own: where their programs are, how a private one is made and run.

Nothing here touches a system service or an existing cluster. Run by root, the servers belong to an
unprivileged user, because PostgreSQL refuses root and NATS has no need of it.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

LOOPBACK = "127.0.0.1"
SERVICE_USER = "naoso"
READY_S = 60.0
PORTS = range(12_000, 32_000)
STOP_S = 30.0
LEAST_POSTGRES = 15


class EngineError(Exception):
    """A server program is missing, or a server did not come up; the text says what to do."""


def postgres_bin() -> Path:
    """Folder of the newest PostgreSQL ≥ 15 that has PostGIS beside it."""
    found = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin/postgres") if version_of(path)),
        key=version_of,
        reverse=True,
    )
    for program in found:
        extension = Path(f"/usr/share/postgresql/{version_of(program)}/extension/postgis.control")
        if extension.exists():
            return program.parent
    raise EngineError(
        "PostgreSQL 15+ with PostGIS is not installed; ./naoso installs it on Debian and Ubuntu"
    )


def version_of(program: Path) -> int:
    """`/usr/lib/postgresql/15/bin/postgres` → 15; 0 for a version too old."""
    name = program.parents[1].name
    return int(name) if name.isdigit() and int(name) >= LEAST_POSTGRES else 0


def nats_program(tools: Path) -> str:
    """The system's nats-server, or the one that the launcher unpacked."""
    own = tools / "nats-server"
    found = str(own) if own.exists() else shutil.which("nats-server")
    if not found:
        raise EngineError("nats-server is not installed; ./naoso fetches it on Debian and Ubuntu")
    return found


def free_port(preferred: int = 0) -> int:
    """The preferred port if nobody listens there, else one below those that the system gives to callers.

    A port of that range may be taken by any connection between choosing it and listening on it.
    """
    for port in (preferred, *random.sample(PORTS, 200)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            if port:
                return port
    raise EngineError("no free port on the loopback address")


def service_user() -> str:
    """Whom the servers run as when we are root; created when absent. Empty: run as ourselves."""
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER],
            check=True,
            capture_output=True,
        )
    return SERVICE_USER


def demoted(command: Sequence[str]) -> list[str]:
    """The command as the unprivileged user, when we are root."""
    user = service_user()
    if not user:
        return list(command)
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]


def give(path: Path) -> None:
    """Make a folder, private, of the user that the servers run as."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    user = service_user()
    if user:
        shutil.chown(path, user, user)


def hand_over(*files: Path) -> None:
    """Give files to the servers' user, private."""
    user = service_user()
    for file in files:
        file.chmod(0o600)
        if user:
            shutil.chown(file, user, user)


def reachable(path: Path) -> bool:
    """Whether the unprivileged user can get to a folder (a clone below /root cannot be reached)."""
    done = subprocess.run(demoted(["test", "-x", str(path)]), check=False, capture_output=True)
    return done.returncode == 0


def make_cluster(folder: Path, *, password: str, settings: dict[str, str]) -> None:
    """initdb with password sign-in only; the password goes through a file, never a command line."""
    give(folder)
    with tempfile.NamedTemporaryFile("w") as secret:
        secret.write(password)
        secret.flush()
        user = service_user()
        if user:
            shutil.chown(secret.name, user, user)
        command = [
            str(postgres_bin() / "initdb"), "-D", str(folder), "-U", "naoso", "--auth=scram-sha-256",
            f"--pwfile={secret.name}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(demoted(command), check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise EngineError(f"initdb failed: {done.stderr.strip()[-800:]}")
    write_postgres_conf(folder, settings)


def write_postgres_conf(folder: Path, settings: dict[str, str]) -> None:
    """Our settings beside initdb's; PostgreSQL reads the included file last."""
    main = folder / "postgresql.conf"
    include = "include 'naoso.conf'"
    if include not in main.read_text():
        with main.open("a") as out:
            out.write(f"\n{include}\n")
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    (folder / "naoso.conf").write_text("\n".join(lines) + "\n")
    user = service_user()
    if user:
        shutil.chown(folder / "naoso.conf", user, user)


def memory_mb() -> int:
    """Physical memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def postgres_settings(port: int, *, durable: bool = True) -> dict[str, str]:
    """A twelfth of the memory for buffers; `durable` False is for test servers only."""
    buffers = max(128, min(memory_mb() // 12, 4096))
    settings = {
        "port": str(port),
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{memory_mb() // 2}MB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",
        "wal_compression": "on",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return settings


@dataclass(frozen=True)
class Running:
    """A server that somebody started: how to reach it, whom to signal."""

    url: str
    port: int
    pid: int
    folder: Path


def url_of(port: int, password: str, database: str = "naoso") -> str:
    """Address of a database of a private cluster."""
    return f"postgresql://naoso:{password}@{LOOPBACK}:{port}/{database}"


def client(url: str, program: str, *arguments: str) -> None:
    """A PostgreSQL client program; the password goes through the environment, never the command line.

    Raises EngineError with what it said.
    """
    at = urlsplit(url)
    environment = os.environ | {
        "PGHOST": at.hostname or "", "PGPORT": str(at.port or ""), "PGUSER": unquote(at.username or ""),
        "PGPASSWORD": unquote(at.password or ""), "PGDATABASE": at.path.lstrip("/"),
    }  # fmt: skip
    command = [str(postgres_bin() / program), *arguments]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise EngineError(f"{program} failed: {done.stderr.strip()[-1500:]}")


def await_postgres(port: int, password: str, *, seconds: float = READY_S) -> None:
    """Return when the cluster answers and holds the database `naoso` (made here when absent)."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(url_of(port, password, "postgres"), autocommit=True) as connection:
                row = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'naoso'").fetchone()
                if row is None:
                    connection.execute("CREATE DATABASE naoso")
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise EngineError(f"PostgreSQL does not answer on port {port}: {error}") from error
            time.sleep(0.1)


def await_port(port: int, *, what: str, seconds: float = READY_S) -> None:
    """Return when somebody accepts connections there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise EngineError(f"{what} does not answer on port {port}") from error
            time.sleep(0.1)
        else:
            return


def end(process: subprocess.Popen[bytes], signal_number: int) -> None:
    """Ask a child to stop; after thirty seconds insist."""
    if process.poll() is not None:
        return
    process.send_signal(signal_number)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a server as the unprivileged user with its output in a file."""
    with log.open("ab") as out:
        return subprocess.Popen(demoted(command), stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/")


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder that the unprivileged user reaches, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="naoso-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def postgres(folder: Path, *, port: int = 0, durable: bool = True) -> Iterator[Running]:
    """A throw-away PostgreSQL with an empty database `naoso`; stopped at the end."""
    port = port or free_port()
    password = "throw-away"  # noqa: S105 - a server that lives for one run on the loopback address
    data = folder / "pg"
    make_cluster(data, password=password, settings=postgres_settings(port, durable=durable))
    process = start([str(postgres_bin() / "postgres"), "-D", str(data)], folder / "pg.log")
    try:
        await_postgres(port, password)
        yield Running(url_of(port, password), port, process.pid, data)
    finally:
        end(process, 2)  # SIGINT: fast shutdown


@contextmanager
def nats(folder: Path, conf: str, *, port: int, tools: Path) -> Iterator[Running]:
    """A throw-away NATS server with the given configuration; stopped at the end."""
    data = folder / "nats"
    give(data)
    conf_file = folder / "nats.conf"
    conf_file.write_text(conf)
    process = start([nats_program(tools), "-c", str(conf_file)], folder / "nats.log")
    try:
        await_port(port, what="NATS")
        yield Running(f"nats://{LOOPBACK}:{port}", port, process.pid, data)
    finally:
        end(process, 15)
