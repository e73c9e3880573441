"""One batch of messages, judged as a whole: a storm costs as many statements as a single word."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.domains.fire import consequences, episodes, rules, world
from naoso.domains.fire.events import changed
from naoso.domains.fire.models import Alarm, PanelMessage
from naoso.domains.fire.telling import HEARTBEAT, Told, Word
from naoso.domains.fire.workflow import AFTER, LinkState
from naoso.domains.fire.world import Hung, World

STATES = """
UPDATE fire_detector d SET state = now.state, state_at = now.at
FROM unnest(%s::bigint[], %s::varchar[], %s::timestamptz[]) AS now (id, state, at) WHERE d.id = now.id
"""
HEARD = """
UPDATE fire_transmitter t SET state = %s, heard_at = greatest(t.heard_at, now.at),
       clock_offset = now.gap, flapping_until = now.flaps
FROM unnest(%s::bigint[], %s::timestamptz[], %s::interval[], %s::timestamptz[]) AS now (id, at, gap, flaps)
WHERE t.id = now.id
"""
ALARMS = """
UPDATE fire_alarm a
SET severity = now.severity, called = now.called, own = now.own, mirrored = now.mirrored,
    seen = now.seen::jsonb, messages_count = now.messages, last_at = now.last_at,
    restored_at = now.restored_at, quiet = now.quiet, incident_id = now.incident_id,
    incident_number = now.incident_number
FROM unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::boolean[], %s::boolean[], %s::text[],
            %s::integer[], %s::timestamptz[], %s::timestamptz[], %s::boolean[], %s::bigint[], %s::varchar[])
     AS now (id, severity, called, own, mirrored, seen, messages, last_at, restored_at, quiet, incident_id,
             incident_number)
WHERE a.id = now.id
"""


def hear(told: Sequence[Told]) -> None:
    """Store, judge, raise, call. What was heard before changes nothing."""
    if not told:
        return
    with recorded(None, reason="fire"):
        found = world.seen_by(told)
        new = world.fresh(told)
        offsets, words = timed(found, new)
        moved = turn(found, words)
        changes = episodes.follow(found, words)
        flapping = flaps(words)
        Alarm.objects.bulk_create([change.alarm for change in changes.values() if change.fresh])
        heard = last_heard(new)
        consequences.draw(found, words, changes, offsets, flapping, heard)
        keep_alarms([change.alarm for change in changes.values()])
        store(found, words, changes)
        keep_states(moved)
        keep_transmitters(found, heard, offsets, flapping)
        touched = {word.told.premises_id for word in words}
        emit_all(changed(found.premises[pk]) for pk in sorted(touched))


def timed(found: World, new: Sequence[Told]) -> tuple[dict[int, dt.timedelta], list[Word]]:
    """Where each transmitter's clock stands, and the words with what is known of each; no heartbeats."""
    by_box: dict[int, list[Told]] = defaultdict(list)
    for one in new:
        if one.transmitter_id is not None:
            by_box[one.transmitter_id].append(one)
    offsets: dict[int, dt.timedelta] = {}
    for box, said in by_box.items():
        beats = [one for one in said if one.kind == HEARTBEAT]
        known = found.transmitters[box].clock_offset
        evidence = beats or ([] if known is not None else said)
        told = rules.offset_of((one.told_at, one.received_at) for one in evidence)
        offsets[box] = told if told is not None else known or dt.timedelta(0)
    words = [judged(found, one, offsets) for one in new if one.kind != HEARTBEAT]
    for word in words:  # what is no replay tells where the clock stands now, forwards too
        sender = word.told.transmitter_id
        if sender is not None and not word.late:
            offsets[sender] = max(offsets[sender], word.told.offset)
    return offsets, words


def judged(found: World, told: Told, offsets: dict[int, dt.timedelta]) -> Word:
    """One word: late, held, of which detector. The national database's clock is taken to be right."""
    known = dt.timedelta(0) if told.transmitter_id is None else offsets[told.transmitter_id]
    hung = None if told.mirrored else found.detector(told)
    return Word(
        told, rules.timing(told.told_at, told.received_at, known).late, found.is_held(told),
        hung.id if hung else None, hung.kind if hung else "", found.is_undeclared(told),
    )  # fmt: skip


def turn(found: World, words: Iterable[Word]) -> dict[int, tuple[Hung, dt.datetime]]:
    """New states of detectors, by the table; what people hold stays as they set it."""
    moved: dict[int, tuple[Hung, dt.datetime]] = {}
    for word in words:
        told = word.told
        if word.late or told.mirrored:
            continue
        for hung in meant(found, told):
            if rules.is_held(hung.zone, hung.address, found.held.get(told.premises_id, ())):
                continue
            after = AFTER[told.kind][hung.state]
            if after != hung.state:
                hung.state = after
                moved[hung.id] = (hung, told.received_at)
    return moved


def meant(found: World, told: Told) -> list[Hung]:
    """One detector; without an address every one of the zone or panel that can be restored or isolated."""
    hanging = found.detectors.get(told.premises_id, {})
    one = hanging.get((told.zone, told.detector))
    if told.detector:
        return [one] if one else []
    if told.kind != "restore":
        return []
    return [hung for hung in hanging.values() if told.zone in {"", hung.zone}]


def flaps(words: Iterable[Word]) -> dict[int, dt.datetime]:
    """Transmitters of which a detector changes over and over, and when that was seen."""
    said: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        if word.told.transmitter_id is not None and not word.late:
            said[word.told.transmitter_id].append(word)
    restoring = [box for box, some in said.items() if any(word.told.kind == "restore" for word in some)]
    if not restoring:
        return {}
    newest = max(word.told.received_at for box in restoring for word in said[box])
    before = world.restores_before(restoring, newest - rules.A_MINUTE)
    found_flapping: dict[int, dt.datetime] = {}
    for box in restoring:
        changes = rules.changes_of(((word.told.key, word.told.kind) for word in said[box]), {})
        for (other, key), times in before.items():
            if other == box:
                changes[key] += 2 * times
        if rules.flapping(changes):
            found_flapping[box] = newest
    return found_flapping


def keep_alarms(alarms: Sequence[Alarm]) -> None:
    """One statement for all: Django's own bulk update took four fifths of a storm's time."""
    rows = [
        (
            alarm.pk, alarm.severity, alarm.called, alarm.own, alarm.mirrored, json.dumps(alarm.seen),
            alarm.messages_count, alarm.last_at, alarm.restored_at, alarm.quiet, alarm.incident_id,
            alarm.incident_number,
        )
        for alarm in alarms
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ALARMS, [list(column) for column in zip(*rows, strict=True)])


def store(found: World, words: Sequence[Word], changes: dict[tuple[int, bool], episodes.Change]) -> None:
    """Every word, with the alarm that it belongs to."""
    alarm_of = {
        (word.told.source_id, word.told.message_id): change.alarm
        for change in changes.values()
        for word in change.words
    }
    PanelMessage.objects.bulk_create(
        [
            PanelMessage(
                source_id=word.told.source_id, message_id=word.told.message_id,
                premises_id=word.told.premises_id, transmitter_id=word.told.transmitter_id,
                detector_id=word.detector_id, kind=word.told.kind, zone_text=word.told.zone,
                detector_text=word.told.detector, text=word.told.text,
                note="undeclared" if word.undeclared else "", told_at=word.told.told_at,
                received_at=word.told.received_at, late=word.late, held=word.held,
                mirrored=word.told.mirrored,
                alarm=alarm_of.get((word.told.source_id, word.told.message_id)),
            )
            for word in words
            if word.told.premises_id in found.premises
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def keep_states(moved: dict[int, tuple[Hung, dt.datetime]]) -> None:
    """One statement for all detectors."""
    if moved:
        rows = [(hung.id, hung.state, at) for hung, at in moved.values()]
        with connection.cursor() as cursor:
            cursor.execute(STATES, [list(column) for column in zip(*rows, strict=True)])


def last_heard(new: Sequence[Told]) -> dict[int, dt.datetime]:
    """When each transmitter spoke last."""
    heard: dict[int, dt.datetime] = {}
    for one in new:
        if one.transmitter_id is not None:
            heard[one.transmitter_id] = max(heard.get(one.transmitter_id, one.received_at), one.received_at)
    return heard


def keep_transmitters(
    found: World,
    heard: dict[int, dt.datetime],
    offsets: dict[int, dt.timedelta],
    flapping: dict[int, dt.datetime],
) -> None:
    """Heard, clock, flapping: one statement for all."""
    if not heard:
        return
    until = {box: at + rules.FLAPS_FOR for box, at in flapping.items()}
    rows = [
        (box, at, offsets[box], until.get(box, found.transmitters[box].flapping_until))
        for box, at in sorted(heard.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(HEARD, [LinkState.ALIVE, *(list(column) for column in zip(*rows, strict=True))])
