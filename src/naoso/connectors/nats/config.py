"""Configuration files of nats-server 2.9: the server's own, and the users' that it includes.

A device publishes readings to `obs.<code>` (MQTT topic `obs/<code>`) and everything else, such as alarms
and positions, to `msg.<code>`. The server maps these to `ingest.<part>.<code>` and `message.<part>.<code>`,
where the part is a hash of the code, so that several workers share a stream and one source always meets
the same worker. A client's right is checked before that mapping, an MQTT device's after it; a source
therefore holds both names of each and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from naoso.connectors.nats.passwords import bcrypt

USERS_FILE = "users.conf"
PARTS = 4


@dataclass(frozen=True, slots=True)
class Publisher:
    """A source that may publish: its code is its user name."""

    code: str
    bcrypt: str


def part_of(code: str, parts: int = PARTS) -> int:
    """The part that nats-server's `partition(n,1)` sends this code to (FNV-1a, 32 bits, modulo n)."""
    number = 0x811C9DC5
    for byte in code.encode():
        number = (number ^ byte) * 0x01000193 & 0xFFFFFFFF
    return number % parts


def server_conf(
    *,
    port: int,
    mqtt_port: int,
    folder: Path,
    host: str = "127.0.0.1",
    mqtt_host: str = "127.0.0.1",
    tls_cert: str = "",
    tls_key: str = "",
    parts: int = PARTS,
    name: str = "naoso",
) -> str:
    """The main file. With a certificate both listeners speak TLS; `users.conf` must lie beside it."""
    tls = f"tls {{ cert_file: {json.dumps(tls_cert)}, key_file: {json.dumps(tls_key)} }}" if tls_cert else ""
    return f"""# Written by naoso at every start.
server_name: {name}
listen: "{host}:{port}"
{tls}
pid_file: {json.dumps(str(folder / "nats.pid"))}
max_payload: 1MB
max_connections: 65536
jetstream {{ store_dir: {json.dumps(str(folder / "store"))} }}
mqtt {{
  listen: "{mqtt_host}:{mqtt_port}"
  ack_wait: "30s"
  {tls}
}}
mappings: {{
  "obs.*": "ingest.{{{{partition({parts},1)}}}}.{{{{wildcard(1)}}}}"
  "msg.*": "message.{{{{partition({parts},1)}}}}.{{{{wildcard(1)}}}}"
}}
include "{USERS_FILE}"
"""


def users_conf(house: str, house_bcrypt: str, publishers: Iterable[Publisher], parts: int = PARTS) -> str:
    """The users' file: the house may do all, a source may publish its own subject and read nothing."""
    lines = [_user(house, house_bcrypt, "")]
    for one in publishers:
        part = part_of(one.code, parts)
        own = json.dumps(
            [f"obs.{one.code}", f"ingest.{part}.{one.code}", f"msg.{one.code}", f"message.{part}.{one.code}"]
        )
        lines.append(
            _user(one.code, one.bcrypt, f', permissions: {{ publish: {own}, subscribe: {{ deny: ">" }} }}')
        )
    return "authorization {\n  timeout: 5\n  users: [\n" + "".join(lines) + "  ]\n}\n"


def bootstrap_users(user: str, password: str) -> str:
    """The users' file of a centre without sources yet."""
    return users_conf(user, bcrypt(password), ())


def _user(name: str, password: str, rights: str) -> str:
    return f"    {{ user: {json.dumps(name)}, password: {json.dumps(password)}{rights} }}\n"
