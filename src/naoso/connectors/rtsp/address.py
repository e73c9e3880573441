"""rtsp:// addresses and the credentials that people type into them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from naoso.kernel.errors import BadInput

DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
HOST_AND_PORT = re.compile(r"[^:@]*(:\d*)?|\[[0-9a-fA-F:]+\](:\d*)?")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password; the password shows in no representation."""

    username: str = ""
    password: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.username or self.password)


NOBODY = Credentials()


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect, and the URL to name in requests."""

    url: str
    host: str
    port: int
    tls: bool


def parse_address(url: str) -> Address:
    """Raises BadInput for what is no rtsp address, or has credentials in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadInput.of("address", url[:200], "url", str(error)) from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise BadInput.of("address", url[:200], "rtsp", "an rtsp:// or rtsps:// address with a host")
    if "@" in parts.netloc:
        raise BadInput.of("address", "", "credentials", "name and password do not belong into the address")
    if any(ord(c) <= ord(" ") for c in url):
        raise BadInput.of("address", url[:200], "blank", "no blanks and no control characters")
    return Address(url, parts.hostname, port or DEFAULT_PORTS[parts.scheme], parts.scheme == "rtsps")


def split_credentials(url: str) -> tuple[str, Credentials]:
    """`rtsp://user:pa%20ss@host/x` → the address without them, and them; a password may hold / and @."""
    text = url.strip()
    scheme, mark, rest = text.partition("://")
    before = rest.partition("?")[0]
    netloc = before.partition("/")[0]
    if "@" in netloc:
        cut = netloc.rindex("@")
    elif mark and "@" in before and not HOST_AND_PORT.fullmatch(netloc):
        cut = before.rindex("@")  # a slash of the password was not escaped
    else:
        return text, NOBODY
    name, _colon, password = rest[:cut].partition(":")
    return f"{scheme.lower()}://{rest[cut + 1 :]}", Credentials(unquote(name), unquote(password))


def joined(base: str, control: str) -> str:
    """The control URL of a track: absolute, `*` for the whole, or appended (RFC 2326, C.1.1)."""
    if control in {"", "*"}:
        return base
    if control.lower().startswith(("rtsp://", "rtsps://")):
        return control
    parts = urlsplit(base)
    if parts.query:
        return f"{base}/{control}"
    path = f"{parts.path.rstrip('/')}/{control}"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def with_credentials(url: str, credentials: Credentials) -> str:
    """For engines that know no other way; never for a log or a process list."""
    if not credentials:
        return url
    scheme, _mark, rest = url.partition("://")
    return f"{scheme}://{quote(credentials.username, '')}:{quote(credentials.password, '')}@{rest}"
