"""What plate readers say: read, judged, stored and looked up in lists, in the transaction of the stream.

A message that comes twice changes nothing. What cannot be taken is refused with field, value and rule; the
other passages of its bundle are taken, so a mended bundle may be replayed whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from naoso.connectors.platereader import OWN, Mapping, Sighting, parse
from naoso.core.objects.models import CityObject
from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.domains.traffic import pictures, rules
from naoso.domains.traffic.events import passed
from naoso.domains.traffic.hitting import look_up
from naoso.domains.traffic.models import Desk, ReaderFeed
from naoso.domains.traffic.models.words import Colour, Direction, Review, Vehicle
from naoso.domains.traffic.partitions import day_of
from naoso.domains.traffic.plates import Known, known
from naoso.domains.traffic.services.running import run_through
from naoso.domains.traffic.storing import Fresh, store
from naoso.kernel.errors import BadInput
from naoso.kernel.messages import Refused, SourceMessage

MOST_CANDIDATES = 3
COLOURS, DIRECTIONS, VEHICLES = map(frozenset, (Colour.values, Direction.values, Vehicle.values))


@dataclass(frozen=True, slots=True)
class Told:
    """A sighting, the message that it came with, and how its reader writes."""

    index: int
    message: SourceMessage
    mapping: Mapping
    sighting: Sighting


def messages(batch: Sequence[SourceMessage]) -> list[Refused]:
    """Takes what can be read; returns what cannot."""
    told, refused = read(batch)
    cameras = cameras_of({one.sighting.camera for one in told})
    desk = Desk.objects.first() or Desk()
    rows: list[Fresh] = []
    for one in told:
        try:
            rows.append(fresh(one, cameras, desk))
        except BadInput as error:
            refused.append(Refused(one.index, error.errors[0]))
    take(rows)
    return sorted({one.index: one for one in reversed(refused)}.values(), key=lambda one: one.index)


def take(rows: Sequence[Fresh]) -> list[Fresh]:
    """Stores passages and draws what follows from them; returns those that are new."""
    with recorded(None):
        stored = store(rows)
        run_through(stored)
        look_up(stored)
        groups = Counter((row.owner_id, row.unit_id) for row in stored)
        emit_all(passed(owner, unit, n) for (owner, unit), n in groups.items())
    return stored


def read(batch: Sequence[SourceMessage]) -> tuple[list[Told], list[Refused]]:
    """Each message by the mapping of its source; one that has none speaks our own form."""
    feeds = {
        feed.source_id: feed for feed in ReaderFeed.objects.filter(source__in={m.source_id for m in batch})
    }
    told: list[Told] = []
    refused: list[Refused] = []
    for index, message in enumerate(batch):
        feed = feeds.get(message.source_id)
        mapping = feed.mapping if feed else OWN
        try:
            if feed and not feed.enabled:
                raise BadInput.of("source", message.code, "enabled", "this reader is switched off")
            found = parse(message.payload, mapping)
        except BadInput as error:
            refused.append(Refused(index, error.errors[0]))
            continue
        told += [Told(index, message, mapping, sighting) for sighting in found.rows]
        refused += [Refused(index, fault) for fault in found.errors[:1]]
    return told, refused


def cameras_of(codes: set[str]) -> dict[str, CityObject]:
    """Cameras that stand, by code."""
    rows = CityObject.objects.filter(kind__slug="camera", state="active", code__in=codes)
    return {row.code: row for row in rows.only("id", "code", "unit_id")} if codes else {}


def fresh(told: Told, cameras: dict[str, CityObject], desk: Desk) -> Fresh:
    """Judged. Raises BadInput."""
    said, at_field = told.sighting, told.mapping.time
    rules.check_time(at_field, said.at, told.message.received_at, dt.timedelta(days=desk.keep_days))
    camera = cameras.get(said.camera)
    if camera is None:
        raise BadInput.of(told.mapping.camera, said.camera, "known", "no camera has this code")
    plate = plate_of(told)
    day = day_of(said.at)
    crop, scene = picture_names(told, day)
    sure = rules.is_sure(said.confidence, said.agreed, desk.sure_from) and not plate.mended
    due = rules.needs_review(said.agreed) and bool(crop or scene)
    return Fresh(
        at=said.at, received_at=told.message.received_at, source_id=told.message.source_id,
        message_id=said.id, camera_id=camera.pk, owner_id=told.message.owner_id, unit_id=camera.unit_id,
        plate=plate.plate, folded=plate.folded, raw=said.raw, candidates=candidates(said, plate), sure=sure,
        confidence=said.confidence, province=plate.province, local=plate.local,
        colour=said.colour if said.colour in COLOURS else "",
        vehicle=said.vehicle if said.vehicle in VEHICLES else plate.vehicle,
        direction=said.direction if said.direction in DIRECTIONS else "", lane=said.lane,
        speed_kmh=said.speed_kmh, occupancy=said.occupancy, crop=crop, scene=scene,
        review=Review.DUE if due else Review.NONE,
    )  # fmt: skip


def plate_of(told: Told) -> Known:
    """What is stored for the text: the grammar's plate, one that it mends, or the bare signs of another."""
    field, text = told.mapping.plate, told.sighting.plate
    rules.check_plate_text(field, text)
    found = known(text, repair=True) or known(text)
    if found is None:
        raise BadInput.of(field, text, "plate", "no plate is written like this")
    return found


def candidates(said: Sighting, plate: Known) -> list[list[str | float | None]]:
    """Further readings that could be plates: text, confidence, and what it looks like."""
    found: dict[str, list[str | float | None]] = {}
    for reading in said.candidates:
        other = known(reading.text)
        if other is not None and other.plate != plate.plate:
            found.setdefault(other.plate, [other.plate, reading.confidence, other.folded])
    return list(found.values())[:MOST_CANDIDATES]


def picture_names(told: Told, day: dt.date) -> tuple[str, str]:
    """Files that are in the store, or put there from the message. Raises BadInput."""
    names = []
    said, mapping = told.sighting, told.mapping
    for data, field, name, name_field in (
        (said.crop, mapping.crop, said.crop_ref, mapping.crop_ref),
        (said.scene, mapping.scene, said.scene_ref, mapping.scene_ref),
    ):
        rules.check_picture_name(name_field, name)
        names.append(pictures.keep(data, day, field=field) if data else name)
    return names[0], names[1]
