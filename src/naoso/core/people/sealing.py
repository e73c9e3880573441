"""The chain over the audit trail: any later change of a sealed row, or its removal, shows.

Sealing is apart from writing: a chain made in the writing transaction would put every write of the
house in one queue. Committed rows wait in `people_auditpending` and are sealed in the order in
which the sealer sees them; a row that commits late is taken in a later round and never skipped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

SEALER_LOCK = 0x6E616F73  # "naos": one sealer at a time
ROUND = 5_000
FIRST = b"\x00" * 32

CONTENT = """e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_id, e.db_user, host(e.address),
    e.reason, e.table_name, e."row", e.action, e.before::text, e.after::text"""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold: which seal, which entry, and what is wrong."""

    seq: int | None
    entry_id: int
    fault: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the whole chain found; `head` is worth keeping outside the database."""

    sealed: int
    head: str
    broken: Broken | None


def linked(previous: bytes, content: tuple[Any, ...]) -> bytes:
    """Hash of one link; the content is a JSON array without blanks, in UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + canonical.encode()).digest()


def seal() -> int:
    """Seals all that has been committed; returns how many rows."""
    total = 0
    while count := _seal_round():
        total += count
    return total


def _seal_round() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
        cursor.execute(
            """DELETE FROM people_auditpending WHERE entry_id IN
               (SELECT entry_id FROM people_auditpending ORDER BY entry_id LIMIT %s) RETURNING entry_id""",
            [ROUND],
        )
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        cursor.execute("SELECT seq, hash FROM people_auditseal ORDER BY seq DESC LIMIT 1")
        seq, previous = cursor.fetchone() or (0, FIRST)
        cursor.execute(
            f"SELECT {CONTENT} FROM people_auditentry e WHERE id = ANY(%s) ORDER BY id",  # noqa: S608
            [ids],
        )
        links = []
        for content in cursor.fetchall():
            seq += 1
            current = linked(bytes(previous), content)
            links.append((seq, content[0], previous, current))
            previous = current
        cursor.executemany(
            "INSERT INTO people_auditseal (seq, entry_id, previous, hash) VALUES (%s, %s, %s, %s)", links
        )
    return len(ids)


def verify() -> Verdict:
    """Seals what waits, then recomputes every link from the first row on."""
    seal()
    previous, count = FIRST, 0
    for seq, kept_previous, kept_hash, entry_id, content in _links():
        fault = _fault(seq, count + 1, bytes(kept_previous), bytes(kept_hash), previous, content)
        if fault:
            return Verdict(count, previous.hex(), Broken(seq, entry_id, fault))
        previous, count = bytes(kept_hash), count + 1
    return Verdict(count, previous.hex(), _never_sealed())


def stands(head: str) -> bool:
    """A head that was noted earlier is still a link of the chain; otherwise its end was cut off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM people_auditseal WHERE encode(hash, 'hex') = %s)", [head.lower()]
        )
        return bool(cursor.fetchone()[0])


def _fault(
    seq: int, expected: int, kept_previous: bytes, kept_hash: bytes, previous: bytes, content: tuple[Any, ...]
) -> str:
    if seq != expected:
        return f"seal {expected} is missing"
    if content[0] is None:
        return "the entry was removed"
    if kept_previous != previous:
        return "the seal does not follow the one before it"
    if kept_hash != linked(previous, content):
        return "the entry's content was changed after it was sealed"
    return ""


def _links() -> Iterator[tuple[int, bytes, bytes, int, tuple[Any, ...]]]:
    """Read in rounds by seq, so that memory stays flat over a trail of any length."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT s.seq, s.previous, s.hash, s.entry_id, {CONTENT}
                    FROM people_auditseal s LEFT JOIN people_auditentry e ON e.id = s.entry_id
                    WHERE s.seq > %s ORDER BY s.seq LIMIT %s""",  # noqa: S608
                [last, ROUND],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        for row in rows:
            yield row[0], row[1], row[2], row[3], row[4:]
        last = rows[-1][0]


def _never_sealed() -> Broken | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(e.id) FROM people_auditentry e
               WHERE NOT EXISTS (SELECT FROM people_auditseal s WHERE s.entry_id = e.id)
                 AND NOT EXISTS (SELECT FROM people_auditpending p WHERE p.entry_id = e.id)"""
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    return Broken(None, row[0], "the entry was taken out of the queue before it was sealed")
