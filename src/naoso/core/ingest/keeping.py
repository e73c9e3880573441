"""What every reader of the stream leaves behind: refused messages, and when each source was last heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from naoso.connectors.nats.jetstream import mark
from naoso.connectors.nats.wire import Message
from naoso.core.ingest.known import Known, code_of
from naoso.core.ingest.models import Quarantine
from naoso.core.telemetry.batches import moment
from naoso.kernel.errors import FieldError, shown

SPOKEN = {"ingest": "obs", "message": "msg"}  # first word of a stream's subject → of what a device published
HEARD = (
    "INSERT INTO registry_lastword (source_id, at) SELECT unnest(%s::bigint[]), %s"
    " ON CONFLICT (source_id) DO UPDATE SET at = excluded.at"
)


def quarantined(message: Message, payload: bytes, error: FieldError, known: Known) -> Quarantine:
    """The message, or the part of it that is at fault, with its fault; not saved."""
    source = known.source_of(message.subject)
    word = SPOKEN.get(message.subject.partition(b".")[0].decode("ascii", "replace"), "obs")
    return Quarantine(
        source_id=source.id if source else None,
        subject=f"{word}.{code_of(message.subject)}"[:200],
        payload=payload,
        rule=error.rule,
        field=error.field[:120],
        value=shown(error.value).replace("\0", "␀"),
        message=error.message[:300].replace("\0", "␀"),
        received_at=stored_at(message),
    )


def stored_at(message: Message) -> dt.datetime:
    """When the stream stored it."""
    return moment(mark(message).stored_ns // 1000) if message.reply else timezone.now()


def note_heard(source_ids: Iterable[int]) -> None:
    """These sources have spoken."""
    heard = sorted(source_ids)
    if heard:
        with connection.cursor() as cursor:
            cursor.execute(HEARD, [heard, dt.datetime.now(dt.UTC)])
