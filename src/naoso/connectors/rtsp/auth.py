"""Digest (RFC 7616, RFC 2617) and Basic (RFC 7617) answers to a camera's challenge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from naoso.connectors.rtsp.address import Credentials

PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


@dataclass(slots=True)
class Challenge:
    """What a server asked for; `count` goes up with each answer to the same nonce."""

    scheme: str
    realm: str = ""
    nonce: str = ""
    qop: str = ""
    algorithm: str = "MD5"
    opaque: str = ""
    count: int = 0

    def answer(self, credentials: Credentials, method: str, uri: str) -> str:
        """The Authorization header."""
        if self.scheme == "basic":
            pair = f"{credentials.username}:{credentials.password}".encode()
            return "Basic " + base64.b64encode(pair).decode()
        self.count += 1
        cnonce = secrets.token_hex(8)
        count = f"{self.count:08x}"
        fields = {
            "username": credentials.username, "realm": self.realm, "nonce": self.nonce, "uri": uri,
            "response": self.response(credentials, method, uri, count, cnonce),
        }  # fmt: skip
        text = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        if self.opaque:
            text += f', opaque="{self.opaque}"'
        if self.algorithm != "MD5":
            text += f", algorithm={self.algorithm}"
        if self.qop:
            text += f', qop={self.qop}, nc={count}, cnonce="{cnonce}"'
        return "Digest " + text

    def response(self, who: Credentials, method: str, uri: str, count: str = "", cnonce: str = "") -> str:
        """The digest itself."""
        digest = HASHES[self.algorithm]
        first = digest(f"{who.username}:{self.realm}:{who.password}".encode())
        second = digest(f"{method}:{uri}".encode())
        middle = f"{self.nonce}:{count}:{cnonce}:{self.qop}" if self.qop else self.nonce
        return digest(f"{first}:{middle}:{second}".encode())


def challenge_of(headers: Iterable[str]) -> Challenge | None:
    """The strongest challenge that we can answer, of all WWW-Authenticate lines."""
    found: dict[str, Challenge] = {}
    for header in headers:
        scheme, _blank, rest = header.strip().partition(" ")
        values = {name.lower(): quoted or bare for name, quoted, bare in PAIR.findall(rest)}
        if scheme.lower() == "basic":
            found["basic"] = Challenge("basic", values.get("realm", ""))
        if scheme.lower() == "digest":
            algorithm = values.get("algorithm", "MD5").upper()
            if algorithm in HASHES:
                qop = "auth" if "auth" in re.split(r"[,\s]+", values.get("qop", "")) else ""
                found[algorithm] = Challenge(
                    "digest", values.get("realm", ""), values.get("nonce", ""), qop, algorithm,
                    values.get("opaque", ""),
                )  # fmt: skip
    return next((found[name] for name in ("SHA-256", "MD5", "basic") if name in found), None)


def accepts(header: str, who: Credentials, method: str, nonce: str, realm: str) -> bool:
    """The server's side: whether an Authorization header answers the digest challenge of that nonce."""
    scheme, _blank, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return False
    values = {name.lower(): quoted or bare for name, quoted, bare in PAIR.findall(rest)}
    if values.get("nonce") != nonce or values.get("username") != who.username:
        return False
    expected = Challenge("digest", realm, nonce).response(who, method, values.get("uri", ""))
    return hmac.compare_digest(expected, values.get("response", ""))
