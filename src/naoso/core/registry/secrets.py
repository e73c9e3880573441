"""Secrets of sources: made here, shown once, kept as digests."""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import hmac
import os
import secrets
from functools import cache

from django.conf import settings

BCRYPT_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# A secret holds 256 random bits, so guessing is hopeless at any cost; the server pays this cost at
# every connection of every device.
BCRYPT_COST = "04"


class NoBcrypt(RuntimeError):
    """The C library of this machine has no bcrypt in crypt(3)."""


def new_secret() -> str:
    """256 random bits in URL-safe letters."""
    return secrets.token_urlsafe(32)


def demo_secret(code: str) -> str:
    """The secret of a demonstration source: the simulators derive it as the seed does."""
    return hmac.new(_key("demo"), code.encode(), hashlib.sha256).hexdigest()


def digest(secret: str) -> str:
    """The keyed digest that an HTTP token is checked against: cheap enough for every request."""
    return hmac.new(_key("source"), secret.encode(), hashlib.sha256).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(digest(secret), stored)


def bcrypt(secret: str) -> str:
    """The form that nats-server checks passwords against (crypt(3) of libxcrypt)."""
    salt = "".join(BCRYPT_ALPHABET[byte & 63] for byte in os.urandom(22))
    made: bytes | None = _libcrypt().crypt(secret.encode(), f"$2b${BCRYPT_COST}${salt}".encode())
    if made is None or not made.startswith(b"$2"):
        raise NoBcrypt("crypt(3) of this machine's C library does not know bcrypt: install libxcrypt")
    return made.decode()


def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"naoso.registry.{purpose}:{settings.SECRET_KEY}".encode()).digest()


@cache
def _libcrypt() -> ctypes.PyDLL:
    # PyDLL keeps the interpreter lock: crypt(3) answers in one static buffer.
    library = ctypes.PyDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    library.crypt.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    return library
