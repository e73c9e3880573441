"""One centre's state under `var/`: its secrets and ports, its processes, how they are started."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from naoso.cli import engines
from naoso.config.options import ROOT, var_dir

FIRST_PORTS = {
    "NAOSO_PORT": 8000, "PG_PORT": 5433, "NATS_PORT": 4222, "NAOSO_MQTT_PORT": 1883, "NAOSO_MEDIA_PORT": 8010,
}  # fmt: skip
DEMO_PORTS = {"NAOSO_CAMERA_SIMULATOR_PORT": 8554, "NAOSO_CAMERA_ONVIF_PORT": 8580}
SOCKET_PATH_LENGTH = 100
ELSEWHERE = Path("/var/lib/naoso")


@dataclass(frozen=True)
class Centre:
    """Where everything of one centre lies."""

    var: Path

    @property
    def env_file(self) -> Path:
        """Secrets and ports, mode 0600."""
        return self.var / "naoso.env"

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.var / "log"

    @property
    def tools(self) -> Path:
        """Programs that the launcher unpacked."""
        return ROOT / "var" / "tools"

    @property
    def engines_dir(self) -> Path:
        """Data of PostgreSQL and NATS; elsewhere when the servers' user cannot reach `var`."""
        if not engines.service_user() or engines.reachable(self.var):
            return self.var
        return ELSEWHERE / hashlib.sha256(str(self.var).encode()).hexdigest()[:12]

    @property
    def supervisor_conf(self) -> Path:
        """What supervisord reads."""
        return self.var / "supervisord.conf"

    @property
    def supervisor_socket(self) -> Path:
        """Its control socket; a socket's path has a length limit, so a deep clone's lies in /tmp."""
        path = self.var / "supervisor.sock"
        if len(str(path)) <= SOCKET_PATH_LENGTH:
            return path
        return Path(f"/tmp/naoso-{os.getuid()}-{hashlib.sha256(str(path).encode()).hexdigest()[:12]}.sock")  # noqa: S108

    def env(self) -> dict[str, str]:
        """The names and values of the env file; empty before the first start."""
        if not self.env_file.exists():
            return {}
        lines = (line.strip() for line in self.env_file.read_text().splitlines())
        pairs = (line.partition("=")[::2] for line in lines if line and not line.startswith("#"))
        return dict(pairs)

    def write_env(self, values: dict[str, str]) -> None:
        """Replace the file at once, readable by its owner alone."""
        part = self.env_file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        part.replace(self.env_file)

    @property
    def url(self) -> str:
        """The address to open."""
        env = self.env()
        return env.get("NAOSO_SITE_URL") or f"http://{env['NAOSO_HOST']}:{env['NAOSO_PORT']}"


def here() -> Centre:
    """The centre of this clone, or of `NAOSO_VAR`."""
    return Centre(var_dir())


def prepare(centre: Centre, *, port: int | None, demo: bool) -> dict[str, str]:
    """Make folders, secrets and ports at the first start; keep them at later ones."""
    for folder in (centre.var, centre.logs, centre.var / "files", centre.var / "mail"):
        folder.mkdir(parents=True, exist_ok=True)
    centre.var.chmod(0o755)
    centre.logs.chmod(0o750)
    env = centre.env()
    fresh = new_secrets() | {"NAOSO_HOST": engines.LOOPBACK, "DEMO": "1" if demo else ""}
    env = fresh | env
    if port:
        env["NAOSO_PORT"] = str(port)
    if os.environ.get("NAOSO_EXERCISE"):
        env["NAOSO_EXERCISE"] = "true"
    if env.get("DEMO"):
        env.setdefault("NAOSO_CAMERA_NETWORKS", "127.0.0.0/8")  # the simulator's cameras
    for name, first in (FIRST_PORTS | (DEMO_PORTS if env.get("DEMO") else {})).items():
        env[name] = str(engines.free_port(int(env.get(name, first))))
    private = engines.url_of(int(env["PG_PORT"]), env["PG_PASSWORD"])
    env["DATABASE_URL"] = os.environ.get("DATABASE_URL", private)
    env["NATS_URL"] = os.environ.get("NATS_URL", f"nats://{engines.LOOPBACK}:{env['NATS_PORT']}")
    data = centre.engines_dir
    env["NAOSO_NATS_CONF"] = str(data / "nats" / "users.conf")
    env["NAOSO_NATS_PID_FILE"] = str(data / "nats" / "nats.pid")
    centre.write_env(env)
    return env


def new_secrets() -> dict[str, str]:
    """What must differ from centre to centre."""
    return {
        "NAOSO_SECRET_KEY": secrets.token_urlsafe(50),
        "PG_PASSWORD": secrets.token_hex(24),
        "NAOSO_NATS_USER": "house",
        "NAOSO_NATS_PASSWORD": secrets.token_hex(24),
        "NAOSO_PUSH_PRIVATE_KEY": p256_key(),
        "NAOSO_CAP_PRIVATE_KEY": p256_key(),
        "NAOSO_EVIDENCE_PRIVATE_KEY": p256_key(),
        "DEMO_PASSWORD": "-".join(secrets.token_hex(2) for _ in range(3)),
    }


def own_postgres() -> bool:
    """False where the environment names a database elsewhere: then no private cluster is made."""
    return "DATABASE_URL" not in os.environ


def own_nats() -> bool:
    """The same for NATS."""
    return "NATS_URL" not in os.environ


def p256_key() -> str:
    """A P-256 private key as RFC 8292 applications carry it: 32 bytes, base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


@dataclass(frozen=True)
class Program:
    """One supervised process. `wave` 0 starts first: the servers that the rest needs."""

    name: str
    command: str
    wave: int
    what: str
    stop: str = "TERM"
    user: str = ""
    directory: str = str(ROOT)


def programs(centre: Centre, env: dict[str, str]) -> list[Program]:
    """All processes of a centre."""
    data, python, user = centre.engines_dir, sys.executable, engines.service_user()
    workers = int(env.get("NAOSO_INGEST_WORKERS", "1"))
    found = []
    if own_postgres():
        command = f"{engines.postgres_bin()}/postgres -D {data}/pg"
        found.append(Program("postgres", command, 0, "database", "INT", user, "/"))
    if own_nats():
        command = f"{engines.nats_program(centre.tools)} -c {data}/nats/nats.conf"
        found.append(Program("nats", command, 0, "stream and MQTT", "TERM", user, "/"))
    found += [
        Program("web", f"{python} -m naoso.cli run web", 1, "pages, API, live stream"),
        Program("worker", f"{python} -m naoso.cli run worker", 1, "background jobs"),
        Program("relay", f"{python} -m naoso.cli run relay", 1, "events from the outbox"),
        *(
            Program(f"ingest-{i}", f"{python} -m naoso.cli run ingest {i} {workers}", 1, "readings to rows")
            for i in range(workers)
        ),
        Program("messages", f"{python} -m naoso.cli run messages", 1, "alarms and positions to domains"),
        Program("cameras", f"{python} -m naoso.cli run cameras", 1, "health of cameras"),
        Program("plates", f"{python} -m naoso.cli run plates", 1, "number plates from cameras"),
        Program("media", f"{python} -m naoso.cli run media", 1, "live pictures and recordings"),
    ]  # fmt: skip
    if env.get("DEMO") and env.get("DEMO_DEVICES") != "off":
        found += [
            Program("simulators", f"{python} -m naoso.cli run simulators", 1, "demo devices"),
            Program("demo-cameras", f"{python} -m naoso.cli run demo-cameras", 1, "demo cameras"),
        ]
    return found


def supervisor_conf(centre: Centre, found: list[Program]) -> str:
    """supervisord's configuration; restarts are for ever, with its growing pauses."""
    sections = [
        f"""[unix_http_server]
file={centre.supervisor_socket}
chmod=0600
[supervisord]
logfile={centre.logs}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={centre.var}/supervisord.pid
childlogdir={centre.logs}
silent=true
{"user=root" if os.geteuid() == 0 else ""}
environment=NAOSO_VAR="{centre.var}",PYTHONPATH="{ROOT}/src",DJANGO_SETTINGS_MODULE="naoso.config.settings",PYTHONUNBUFFERED="1"
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{centre.supervisor_socket}"""
    ]
    sections += [
        f"""[program:{program.name}]
command={program.command}
directory={program.directory}
{f"user={program.user}" if program.user else ""}
priority={100 + 100 * program.wave}
autostart={"true" if program.wave == 0 else "false"}
autorestart=true
startsecs=1
startretries=1000000
stopsignal={program.stop}
stopwaitsecs=20
stopasgroup={"false" if program.wave == 0 else "true"}
killasgroup={"false" if program.wave == 0 else "true"}
redirect_stderr=true
stdout_logfile={centre.logs}/{program.name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3"""
        for program in found
    ]
    return "\n".join(line for line in "\n".join(sections).splitlines() if line) + "\n"
