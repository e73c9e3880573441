"""The message worker: what sources say that is no reading goes to the domain of its source.

A domain takes a batch in the transaction that moves the stream's position: what it wrote and how far the
stream was read stand or fall together, so a crash loses nothing, and a message counts once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

from django.db import transaction

from naoso.connectors.nats.client import Access, Connection
from naoso.connectors.nats.jetstream import mark
from naoso.connectors.nats.wire import Message
from naoso.core.ingest import reader
from naoso.core.ingest.keeping import note_heard, quarantined, stored_at
from naoso.core.ingest.known import Known
from naoso.core.ingest.models import Quarantine, Rule
from naoso.core.ingest.reader import Lane, PartReader, Plan
from naoso.kernel.errors import FieldError
from naoso.kernel.messages import Refused, SourceMessage
from naoso.kernel.modules import resolve

log = logging.getLogger(__name__)

MESSAGES = Lane("MESSAGES", "message", 0x6E616F05)
AT_ONCE = 1000  # handed to a domain in one transaction: alarms behind them wait that long

Takers = Mapping[str, str]
"""Domain → dotted path of what takes its messages."""


def make_stream(access: Access, max_bytes: int = 1 << 30) -> None:
    """Before any source may speak."""
    with access.connect("naoso-setup") as stream:
        MESSAGES.ensure(stream, max_bytes)


def run(plan: Plan, takers: Takers, stop: threading.Event) -> None:
    """Until told to stop."""
    reader.run(plan, stop, lambda plan, stream: Session(plan, stream, takers), "messages")


class Session(PartReader):
    """Batches of messages, each handed to the domain of its source."""

    lane = MESSAGES
    full = AT_ONCE

    def __init__(self, plan: Plan, stream: Connection, takers: Takers) -> None:
        super().__init__(plan, stream)
        self.takers = takers

    def commit(self, found: dict[int, list[Message]], known: Known) -> None:
        """Domains' rows, quarantine and positions, all or nothing; one domain's failure is its own."""
        messages = [message for of_part in found.values() for message in of_part]
        with transaction.atomic():
            for part, of_part in found.items():
                self.advance(part, mark(of_part[-1]).sequence)
            refused = self._hand_over(messages, known)
            Quarantine.objects.bulk_create(refused)

    def refuse(self, message: Message, known: Known, reason: str) -> None:
        """A message on which the house itself failed."""
        error = FieldError("message", "", Rule.INTERNAL, reason[:280])
        quarantined(message, message.payload, error, known).save()

    def _hand_over(self, messages: Sequence[Message], known: Known) -> list[Quarantine]:
        refused: list[Quarantine] = []
        heard: set[int] = set()
        for domain, of_domain in self._sorted(messages, known).items():
            told = [source_message(message, known) for message in of_domain]
            faults = {one.index: one.error for one in self._taken(domain, told)}
            for index, message in enumerate(of_domain):
                if index in faults:
                    refused.append(quarantined(message, message.payload, faults[index], known))
                else:
                    heard.add(told[index].source_id)
        note_heard(heard)
        return refused

    def _sorted(self, messages: Sequence[Message], known: Known) -> dict[str, list[Message]]:
        """By the domain of their sources; "" for those of nobody."""
        found: dict[str, list[Message]] = {}
        for message in messages:
            source = known.source_of(message.subject)
            found.setdefault(source.domain if source else "", []).append(message)
        return found

    def _taken(self, domain: str, told: Sequence[SourceMessage]) -> Sequence[Refused]:
        if domain in self.takers:
            answer: Sequence[Refused] = resolve(self.takers[domain])(told)
            return answer
        if domain:
            error = FieldError("source", domain, Rule.REFUSED, f"{domain} takes readings, no messages")
        else:
            error = FieldError("source", "", Rule.UNKNOWN_SOURCE, "no enabled source speaks under this name")
        return [Refused(index, error) for index in range(len(told))]


def source_message(message: Message, known: Known) -> SourceMessage:
    """As a domain gets it; of an unknown source, with zeros for what is not known."""
    source = known.source_of(message.subject)
    return SourceMessage(
        number=mark(message).sequence,
        source_id=source.id if source else 0,
        code=source.code if source else "",
        owner_id=source.owner_id if source else 0,
        unit_id=source.unit_id if source else None,
        payload=message.payload,
        received_at=stored_at(message),
    )
