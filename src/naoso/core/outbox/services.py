"""`emit` writes an event into the running transaction; nothing leaves before the commit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from naoso.core.outbox.models import OutboxMessage
from naoso.kernel.events import Audience, Event


def emit(event: Event) -> None:
    """Record that something happened. Must run inside the transaction of the change itself."""
    emit_all([event])


def emit_all(events: Iterable[Event]) -> None:
    """The same for many, in their order."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is emitted outside the transaction that makes it true")
    OutboxMessage.objects.bulk_create(
        OutboxMessage(event_id=event.id, name=event.name, body=envelope(event)) for event in events
    )


def envelope(event: Event) -> dict[str, Any]:
    """An event as it travels: JSON values only."""
    return {
        "id": str(event.id),
        "name": event.name,
        "version": event.version,
        "at": event.at.isoformat(),
        "audience": asdict(event.audience),
        "data": event.data,
    }


def opened(body: dict[str, Any]) -> Event:
    """Inverse of `envelope`."""
    return Event(
        name=body["name"],
        data=body["data"],
        audience=Audience(**body["audience"]),
        version=body["version"],
        id=uuid.UUID(body["id"]),
        at=datetime.fromisoformat(body["at"]),
    )


def waiting() -> QuerySet[OutboxMessage]:
    """Messages not yet sent, oldest first."""
    return OutboxMessage.objects.filter(sent_at__isnull=True).order_by("id")
