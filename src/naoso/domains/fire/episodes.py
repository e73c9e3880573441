"""Alarms of premises: opened, continued, restored, by the words of a batch. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from naoso.domains.fire import rules
from naoso.domains.fire.models import Alarm
from naoso.domains.fire.telling import Word
from naoso.domains.fire.world import World

MOST_SEEN = 200  # detectors remembered of one alarm


@dataclass(slots=True)
class Change:
    """What a batch did to one alarm: decides who hears of it."""

    alarm: Alarm
    fresh: bool = False
    risen: bool = False
    witness: bool = False  # told for the first time by the other of transmitter and mirror
    again: bool = False  # it had become quiet
    words: list[Word] = field(default_factory=list)
    undeclared: bool = False


def follow(world: World, words: Iterable[Word]) -> dict[tuple[int, bool], Change]:
    """The alarms that the words open, continue or restore, by premises and whether they are in test.

    One that was over already stands under its own negative number.
    """
    changes: dict[tuple[int, bool], Change] = {}
    for word in words:
        if word.late:
            continue
        if word.told.kind == "alarm" and not over_already(world, changes, word):
            raised(change_for(world, changes, word), word)
        elif word.told.kind == "restore":
            for in_test in (False, True):
                alarm = world.alarms.get((word.told.premises_id, in_test))
                if alarm is not None:
                    change = changes.setdefault((word.told.premises_id, in_test), Change(alarm))
                    restored(change, word)
    for change in changes.values():
        settle(change)
    return changes


def over_already(world: World, changes: dict[tuple[int, bool], Change], word: Word) -> bool:
    """The mirror's word for an alarm that people have closed meanwhile: a second witness, no second alarm."""
    place = (word.told.premises_id, word.held)
    if not word.told.mirrored or place in world.alarms:
        return False
    for alarm in world.ended.get(place[0], ()):
        begin, end = alarm.opened_at - rules.TOGETHER, alarm.last_at + rules.TOGETHER
        if begin <= word.told.told_at <= end:
            alarm.mirrored = True
            alarm.messages_count += 1
            changes.setdefault((-alarm.pk, False), Change(alarm)).words.append(word)
            return True
    return False


def change_for(world: World, changes: dict[tuple[int, bool], Change], word: Word) -> Change:
    """The open alarm, or a new one."""
    place = (word.told.premises_id, word.held)
    if place not in changes:
        alarm = world.alarms.get(place)
        if alarm is None:
            at, own = word.told.received_at, not word.told.mirrored
            alarm = world.alarms[place] = Alarm(
                premises=world.premises[place[0]], in_test=word.held, severity=0, seen={}, own=own,
                mirrored=not own, opened_at=at, last_at=at,
            )  # fmt: skip
            changes[place] = Change(alarm, fresh=True)
        else:
            changes[place] = Change(alarm)
    return changes[place]


def raised(change: Change, word: Word) -> None:
    """One more word of fire."""
    told, alarm = word.told, change.alarm
    change.words.append(word)
    change.undeclared |= word.undeclared
    if told.mirrored and not alarm.mirrored:
        alarm.mirrored, change.witness = True, True
    elif not told.mirrored and not alarm.own:
        alarm.own, change.witness = True, True
    if told.key in alarm.seen or len(alarm.seen) < MOST_SEEN:
        alarm.seen[told.key] = [word.detector_kind, told.received_at.isoformat(), False]
    alarm.messages_count += 1
    alarm.last_at = max(alarm.last_at, told.received_at)
    if alarm.quiet:
        alarm.quiet, change.again = False, True
    alarm.restored_at = None


def restored(change: Change, word: Word) -> None:
    """A detector, a zone or the whole panel says that it is over; the mirror speaks for itself alone."""
    told = word.told
    for key, seen in change.alarm.seen.items():
        zone, own, _address = key.partition("/")
        whole = not told.mirrored and own and not told.detector and told.zone in {"", zone}
        if whole or key == told.key:
            seen[2] = True
    change.alarm.last_at = max(change.alarm.last_at, told.received_at)


def settle(change: Change) -> None:
    """The severity of what is known now, which never falls; restored once every detector is."""
    alarm = change.alarm
    if alarm.ended_at is not None:
        return
    own = [
        rules.Sighting(key, kind, dt.datetime.fromisoformat(at))
        for key, (kind, at, _over) in alarm.seen.items()
        if "/" in key
    ]
    # the mirror is another's word for the same fire, never a second detector
    severity = rules.severity_of(own) or rules.severity_of([rules.Sighting("mirror", "", alarm.last_at)])
    change.risen = severity > alarm.severity
    alarm.severity = max(alarm.severity, int(severity))
    if alarm.restored_at is None and all(over for _kind, _at, over in alarm.seen.values()):
        alarm.restored_at = alarm.last_at
