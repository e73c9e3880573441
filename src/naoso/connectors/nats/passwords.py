"""Passwords as nats-server checks them."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from functools import cache

ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# The secrets hold 256 random bits, so guessing is hopeless at any cost; the server pays this cost at
# every connection of every device.
COST = "04"


class NoBcrypt(RuntimeError):
    """The C library of this machine has no bcrypt in crypt(3)."""


def bcrypt(secret: str) -> str:
    """A salted bcrypt hash, by crypt(3) of libxcrypt."""
    salt = "".join(ALPHABET[byte & 63] for byte in os.urandom(22))
    made: bytes | None = _libcrypt().crypt(secret.encode(), f"$2b${COST}${salt}".encode())
    if made is None or not made.startswith(b"$2"):
        raise NoBcrypt("crypt(3) of this machine's C library does not know bcrypt: install libxcrypt")
    return made.decode()


@cache
def _libcrypt() -> ctypes.PyDLL:
    # PyDLL keeps the interpreter lock: crypt(3) answers in one static buffer.
    library = ctypes.PyDLL(ctypes.util.find_library("crypt") or "libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    library.crypt.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    return library
