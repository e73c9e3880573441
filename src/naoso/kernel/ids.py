"""Identifiers: time-ordered UUIDs, codes that people read aloud, references across domains."""

from __future__ import annotations

import os
import secrets
import time
import uuid
from dataclasses import dataclass

# Crockford's base 32: no I, L, O, U, so that a code survives a telephone line.
READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562 section 5.7): sorts by its millisecond of birth."""
    milliseconds = time.time_ns() // 1_000_000
    rand = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((rand >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= rand & ((1 << 62) - 1)
    return uuid.UUID(int=value)


def readable_code(length: int = 8) -> str:
    """A random code for people, such as `7K3M-Q0ZD`: 5 bits a character, grouped by four."""
    raw = "".join(secrets.choice(READABLE) for _ in range(length))
    return "-".join(raw[i : i + 4] for i in range(0, length, 4))


def normalise_code(text: str) -> str:
    """What a person typed → the form that `readable_code` makes (case, blanks, look-alikes)."""
    table = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
    raw = "".join(c for c in text.upper().translate(table) if c in READABLE)
    return "-".join(raw[i : i + 4] for i in range(0, len(raw), 4))


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """Points at another domain's thing without a foreign key: domain, kind, id."""

    domain: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.domain}:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> SubjectRef:
        """Inverse of `str()`; raises ValueError when a part is missing."""
        domain, kind, id_ = text.split(":", 2)
        return cls(domain, kind, id_)


LONGEST_NUMBER = 18  # digits that a bigint holds, whichever they are


def row_number(text: str) -> int | None:
    """The number of a row that somebody's text names; None where no row could have it."""
    plain = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if plain else None
