"""Writes: what a person does with a quarantined message."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from django.db import transaction

from naoso.connectors.nats.wire import StreamError
from naoso.connectors.readings.formats import parse_unnamed
from naoso.core.ingest import front
from naoso.core.ingest.models import MOVES, Decision, Quarantine, QuarantineState
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.kernel.errors import BadInput, Conflict, FieldError, NaosoError

MEND = "ingest.mend"


class StreamAway(NaosoError):
    """The stream did not acknowledge; nothing was changed, try again."""

    code = "stream-away"
    status = 503


def replay(*, message: Quarantine, actor: Account, text: str) -> None:
    """Sends the mended text the way that every reading comes, under the source's own subject.

    It is judged first, so that a text that would come back is refused at once with its fault.
    """
    require(actor, MEND, message)
    if message.source is None:
        raise BadInput.of("text", message.subject, "unknown-source", "no source is known for this message")
    send = _readings_of(message.source.code, text) if message.is_reading else _message_of(message, text)
    with recorded(actor):
        _move(message, QuarantineState.REPLAYED, actor, text=text)
        try:
            send()
        except StreamError as error:
            raise StreamAway(str(error)) from error


def _readings_of(code: str, text: str) -> Callable[[], None]:
    """What sends them; raises BadInput where any would come back."""
    sifted = front.sift(code, parse_unnamed(text.encode(), time.time()))
    faults = [
        FieldError("text", b.error.value, b.error.rule, f"{b.error.field}: {b.error.message}")
        for b in sifted.refused
    ]
    if not sifted.good:
        faults = faults or [FieldError("text", "", "shape", "holds no reading")]
    if faults:
        raise BadInput(*faults)
    return lambda: front.publish(code, sifted.good)


def _message_of(message: Quarantine, text: str) -> Callable[[], None]:
    """The same for a message, which its domain judges: here it only has to be JSON."""
    try:
        json.loads(text)
    except ValueError as error:
        raise BadInput.of("text", text, "syntax", f"is no JSON: {error}") from error
    code = message.subject.partition(".")[2]
    return lambda: front.publish_message(code, text.encode())


def discard(*, message: Quarantine, actor: Account, reason: str) -> None:
    """The message is never stored; who said so and why stays."""
    require(actor, MEND, message)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", "say why the message is discarded")
    with recorded(actor, reason):
        _move(message, QuarantineState.DISCARDED, actor, reason=reason.strip())


def _move(
    message: Quarantine, to: QuarantineState, actor: Account, *, text: str = "", reason: str = ""
) -> None:
    with transaction.atomic():
        locked = Quarantine.objects.select_for_update().get(pk=message.pk)
        if to not in MOVES[QuarantineState(locked.state)]:
            raise Conflict("somebody has dealt with this message already")
        locked.state = to
        locked.save(update_fields=["state"])
        Decision.objects.create(quarantine=locked, actor=actor, state=to, reason=reason, text=text)
