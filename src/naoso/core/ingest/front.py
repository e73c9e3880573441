"""Readings that somebody waits for an answer on: an HTTP request, or an operator who mends a message."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from django.conf import settings
from django.utils import timezone

from naoso.connectors.readings.types import Broken, Parsed, Reading
from naoso.core.ingest import known as registry
from naoso.core.ingest.judge import Clock, fault, judge, seconds
from naoso.core.ingest.known import UNKNOWN, KnownSource
from naoso.core.ingest.models import Quarantine
from naoso.core.ingest.publisher import publisher
from naoso.core.registry.models import Source
from naoso.kernel.errors import shown

READINGS_A_MESSAGE = 2000  # keeps a message below the server's limit of 1 MB
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Sifted:
    """What may go to the stream, and what not, by its index in the message."""

    good: tuple[Reading, ...]
    refused: tuple[Broken, ...]


def sift(code: str, parsed: Parsed) -> Sifted:
    """Judges by the same rules as the ingest worker, before anything is published."""
    known = registry.current()
    source = known.sources.get(code)
    clock = Clock(time.time(), settings.TELEMETRY_RETENTION_DAYS * 86_400.0)
    positions = [_position(source, reading) for reading in parsed.readings]
    judged = judge(
        known,
        positions,
        [seconds(reading.time) for reading in parsed.readings],
        [reading.value for reading in parsed.readings],
        clock.oldest(source),
        clock,
    )
    good: list[Reading] = []
    refused = list(parsed.broken)
    for reading, index, fine in zip(parsed.readings, parsed.indexes, judged.good.tolist(), strict=True):
        if fine:
            good.append(reading)
        else:
            refused.append(Broken(index, fault(known, source, reading, clock), _encode(reading)))
    return Sifted(tuple(good), tuple(sorted(refused, key=lambda broken: broken.index)))


def publish(code: str, readings: Sequence[Reading]) -> None:
    """Returns when the stream has them all; raises StreamError otherwise. Safe to call again."""
    publisher.publish(f"obs.{code}", messages(readings))


def publish_message(code: str, payload: bytes) -> None:
    """One message that is no reading; raises StreamError when the stream did not take it."""
    publisher.publish(f"msg.{code}", [payload])


def messages(readings: Sequence[Reading]) -> Iterator[bytes]:
    """As a device would send them."""
    for start in range(0, len(readings), READINGS_A_MESSAGE):
        yield _encode({"readings": readings[start : start + READINGS_A_MESSAGE]})


def keep_refused(source: Source, refused: Sequence[Broken]) -> None:
    """Into quarantine: a sender that looks only at success must lose nothing."""
    now = timezone.now()
    Quarantine.objects.bulk_create(
        Quarantine(
            source=source,
            subject=f"obs.{source.code}",
            payload=broken.text,
            rule=broken.error.rule,
            field=broken.error.field[:120],
            value=shown(broken.error.value).replace("\0", "␀"),
            message=broken.error.message[:300].replace("\0", "␀"),
            received_at=now,
        )
        for broken in refused
    )


def _position(source: KnownSource | None, reading: Reading) -> int:
    return source.lookup.get((reading.series, reading.unit), UNKNOWN) if source else UNKNOWN
