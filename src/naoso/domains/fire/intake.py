"""Messages of transmitters and of the mirror: read here, judged in `hearing`.

Whatever can be read is taken, in the transaction that moves the stream's position; a message that comes
twice changes nothing, so a mended bundle may be replayed whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from naoso.connectors.firemirror import MirroredAlarm
from naoso.connectors.firemirror import parse as parse_mirror
from naoso.connectors.firepanel import parse as parse_panel
from naoso.domains.fire.hearing import hear
from naoso.domains.fire.models import MirrorFeed, Premises, Transmitter
from naoso.domains.fire.telling import Told
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.messages import Refused, SourceMessage


def messages(batch: Sequence[SourceMessage]) -> list[Refused]:
    """Takes what can be read; returns what cannot, with field, value and rule."""
    ids = {message.source_id for message in batch}
    transmitters = {row.source_id: row for row in Transmitter.objects.filter(source__in=ids)}
    feeds = {row.source_id: row for row in MirrorFeed.objects.filter(source__in=ids, enabled=True)}
    told: list[Told] = []
    refused: list[Refused] = []
    mirrored: list[tuple[int, SourceMessage, MirrorFeed, MirroredAlarm]] = []
    for index, message in enumerate(batch):
        try:
            if message.source_id in transmitters:
                words, errors = of_panel(message, transmitters[message.source_id])
                told += words
            elif message.source_id in feeds:
                feed = feeds[message.source_id]
                page = parse_mirror(message.payload, feed.mapping)
                errors = page.errors
                mirrored += [(index, message, feed, alarm) for alarm in page.alarms]
            else:
                raise BadInput.of("source", message.code, "known", "no transmitter and no mirror uses it")
        except BadInput as error:
            errors = error.errors
        refused += [Refused(index, error) for error in errors[:1]]
    words, faults = of_mirror([(message, feed, alarm) for _i, message, feed, alarm in mirrored])
    refused += [Refused(mirrored[place][0], fault) for place, fault in faults]
    hear([*told, *words])
    return refused


def of_panel(message: SourceMessage, box: Transmitter) -> tuple[list[Told], tuple[FieldError, ...]]:
    """The events of one message of a transmitter; raises BadInput where none can be read."""
    bundle = parse_panel(message.payload)
    words = [
        Told(
            source_id=message.source_id, message_id=event.id, premises_id=box.premises_id,
            kind=event.type.value, told_at=event.told_at, received_at=message.received_at,
            zone=event.zone, detector=event.detector, text=event.text, transmitter_id=box.pk,
        )
        for event in bundle.events
    ]  # fmt: skip
    return words, bundle.errors


def of_mirror(
    rows: Sequence[tuple[SourceMessage, MirrorFeed, MirroredAlarm]],
) -> tuple[list[Told], list[tuple[int, FieldError]]]:
    """Mirrored alarms of premises that we know; the others by their place, so that none is lost."""
    where = known_premises(alarm.premises for _message, _feed, alarm in rows)
    words: list[Told] = []
    faults: list[tuple[int, FieldError]] = []
    for place, (message, feed, alarm) in enumerate(rows):
        if alarm.premises in where:
            words.append(mirrored(feed, alarm, where[alarm.premises], message.received_at))
        else:
            rule = "no premises has this code of the national fire database"
            faults.append((place, FieldError(feed.premises_at, alarm.premises, "known", rule)))
    return words, faults


def known_premises(codes: Iterable[str]) -> dict[str, int]:
    """National code → our row; an empty code is nobody's."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    return dict(Premises.objects.filter(national_code__in=wanted).values_list("national_code", "pk"))


def mirrored(feed: MirrorFeed, alarm: MirroredAlarm, premises_id: int, at: dt.datetime) -> Told:
    """One alarm of the national database; its beginning and its end are two messages."""
    kind = "alarm" if alarm.active else "restore"
    return Told(
        source_id=feed.source_id, message_id=f"{alarm.premises}/{alarm.id}/{kind}"[:130],
        premises_id=premises_id, kind=kind, told_at=alarm.told_at, received_at=at, text=alarm.text,
        feed=feed.owned_by,
    )  # fmt: skip
