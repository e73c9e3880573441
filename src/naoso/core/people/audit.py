"""Who did it, why, from where: told to the database, whose triggers write the trail.

The triggers see every write, bulk and raw SQL included; what they cannot know by themselves is the
actor, so a service opens `recorded(actor)` around its writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from naoso.core.people import request_context
from naoso.core.people.models import Account, AuditAction
from naoso.kernel.text import storable


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the triggers copy into each row that they write."""

    actor_id: int | None = None
    reason: str = ""
    address: str | None = None


_stamp: ContextVar[Stamp | None] = ContextVar("naoso_audit_stamp", default=None)

TELL = (
    "SELECT set_config('naoso.actor', %s, true), set_config('naoso.reason', %s, true), "
    "set_config('naoso.address', %s, true)"
)


@contextmanager
def recorded(actor: Account | None, reason: str = "") -> Iterator[None]:
    """A transaction whose writes carry this actor, this reason and the request's address.

    `actor` None is the house itself. Nested, the inner one counts until it ends.
    """
    outer = _stamp.get()
    stamp = Stamp(actor.pk if actor else None, reason or (outer.reason if outer else ""), _address())
    nested = connection.in_atomic_block
    with transaction.atomic():
        _tell(stamp)
        token = _stamp.set(stamp)
        try:
            yield
        finally:
            _stamp.reset(token)
        if nested:
            _tell(outer or Stamp())


def note_read(actor: Account | None, subject: str, reason: str) -> None:
    """A read of personal data leaves a row as a write does; `subject` is `domain:kind:id`."""
    note(AuditAction.READ, actor, subject, reason)


def note(action: AuditAction, actor: Account | None, subject: str, reason: str = "") -> None:
    """Something that no trigger can see: a read, an export, a sign-in."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_auditentry (actor_id, address, reason, table_name, row, action)
               VALUES (%s, %s, %s, '', %s, %s)""",
            [actor.pk if actor else None, _address(), storable(reason), storable(subject[:200]), action],
        )


def _address() -> str | None:
    context = request_context.current()
    return context.address if context else None


def _tell(stamp: Stamp) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, [str(stamp.actor_id or ""), storable(stamp.reason), stamp.address or ""])
