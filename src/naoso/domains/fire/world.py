"""All that a batch of messages is judged against, read in a fixed number of statements and locked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Q

from naoso.domains.fire import rules
from naoso.domains.fire.models import Alarm, Detector, PanelMessage, Premises, Suspension, Transmitter, Zone
from naoso.domains.fire.telling import Told
from naoso.domains.fire.workflow import DetectorState

KNOWN = """
SELECT m.source_id, m.message_id FROM fire_panelmessage m
JOIN unnest(%s::bigint[], %s::varchar[]) AS asked (source_id, message_id)
  ON m.source_id = asked.source_id AND m.message_id = asked.message_id
"""


@dataclass(slots=True)
class Hung:
    """A detector as the batch finds and leaves it."""

    id: int
    zone: str
    address: str
    kind: str
    state: str
    was: str


@dataclass(slots=True)
class World:
    """The premises of a batch are locked, so that two workers never open one alarm twice."""

    premises: dict[int, Premises]
    transmitters: dict[int, Transmitter]
    detectors: dict[int, dict[tuple[str, str], Hung]]
    zones: set[tuple[int, str]]
    held: dict[int, list[rules.Held]]
    alarms: dict[tuple[int, bool], Alarm] = field(default_factory=dict)
    ended: dict[int, list[Alarm]] = field(default_factory=dict)

    def detector(self, told: Told) -> Hung | None:
        """The declared detector, if it is one."""
        return self.detectors.get(told.premises_id, {}).get((told.zone, told.detector))

    def is_undeclared(self, told: Told) -> bool:
        """It names a detector or a zone that nobody has declared."""
        if told.mirrored or not (told.zone or told.detector):
            return False
        if not told.detector:
            return (told.premises_id, told.zone) not in self.zones
        return self.detector(told) is None

    def is_held(self, told: Told) -> bool:
        """In test or isolated by people."""
        running = self.held.get(told.premises_id, ())
        if told.mirrored:  # the mirror names no zone: only a test of the whole premises holds it
            return rules.is_held("", "", running)
        return rules.is_held(told.zone, told.detector, running)


def seen_by(told: Sequence[Told]) -> World:
    """Read and lock what the messages are about."""
    ids = sorted({one.premises_id for one in told})
    locked = Premises.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    boxes = {one.transmitter_id for one in told if one.transmitter_id is not None}
    world = World(
        premises={row.pk: row for row in locked},
        transmitters={
            row.pk: row for row in Transmitter.objects.filter(pk__in=boxes).select_related("source")
        },
        detectors=detectors_of(ids, {one.detector for one in told}),
        zones=set(Zone.objects.filter(premises__in=ids).values_list("premises_id", "number")),
        held=held_in(ids, min(one.received_at for one in told)),
    )
    for alarm in Alarm.objects.open().filter(premises__in=ids):
        alarm.premises = world.premises[alarm.premises_id]
        world.alarms[alarm.premises_id, alarm.in_test] = alarm
    since = min(one.told_at for one in told) - rules.TOGETHER
    for alarm in recent(sorted({one.premises_id for one in told if one.mirrored}), since):
        world.ended.setdefault(alarm.premises_id, []).append(alarm)
    return world


def recent(ids: list[int], since: dt.datetime) -> Iterable[Alarm]:
    """Alarms that are over; asked only where a mirror speaks."""
    rows = Alarm.objects.filter(premises__in=ids, ended_at__isnull=False, in_test=False, last_at__gte=since)
    return rows.select_related("premises") if ids else ()


def detectors_of(ids: list[int], named: set[str]) -> dict[int, dict[tuple[str, str], Hung]]:
    """Those that the messages may name, and all that are not normal."""
    rows = Detector.objects.filter(zone__premises__in=ids).filter(
        Q(address__in=named) | ~Q(state=DetectorState.NORMAL)
    )
    found: dict[int, dict[tuple[str, str], Hung]] = defaultdict(dict)
    shown = ("id", "zone__premises_id", "zone__number", "address", "kind", "state")
    for pk, premises, zone, address, kind, state in rows.values_list(*shown):
        found[premises][zone, address] = Hung(pk, zone, address, kind, state, state)
    return found


def held_in(ids: list[int], now: dt.datetime) -> dict[int, list[rules.Held]]:
    """Tests and isolations in force, by premises."""
    rows = Suspension.objects.running(now).filter(premises__in=ids)
    found: dict[int, list[rules.Held]] = defaultdict(list)
    for premises, zone, of_zone, address in rows.values_list(
        "premises_id", "zone__number", "detector__zone__number", "detector__address"
    ):
        found[premises].append(rules.Held(of_zone or zone or "", address or ""))
    return found


def fresh(told: Iterable[Told]) -> list[Told]:
    """Without what is stored already and what the batch holds twice. Heartbeats are always fresh."""
    told = list(told)
    asked = [one for one in told if one.kind != "heartbeat"]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [[one.source_id for one in asked], [one.message_id for one in asked]])
        known = set(cursor.fetchall())
    found: list[Told] = []
    for one in told:
        name = (one.source_id, one.message_id)
        if one.kind == "heartbeat" or name not in known:
            found.append(one)
            known.add(name)
    return found


def restores_before(boxes: Iterable[int], since: dt.datetime) -> dict[tuple[int, str], int]:
    """How often each detector of these transmitters was restored since then."""
    rows = (
        PanelMessage.objects.filter(transmitter__in=list(boxes), received_at__gte=since, kind="restore")
        .values_list("transmitter_id", "zone_text", "detector_text")
        .annotate(times=Count("pk"))
        .order_by()
    )
    return {(box, f"{zone}/{detector}"): times for box, zone, detector, times in rows}
