"""Passages that are like wanted plates become hits, hits alerts; a person says what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from naoso.core.alerts.services import receive
from naoso.core.notify.services import Notice, notify_all
from naoso.core.objects.models import CityObject
from naoso.core.outbox.services import emit_all
from naoso.core.people.holders import accounts_at
from naoso.domains.traffic.events import hit_changed
from naoso.domains.traffic.matching import Asked, Match, match
from naoso.domains.traffic.models import Hit
from naoso.domains.traffic.models.lists import Likeness, Sort
from naoso.domains.traffic.pictures import keep_for_good
from naoso.domains.traffic.storing import Fresh
from naoso.domains.traffic.workflow import HitState
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef

RULE = "traffic-hit"
AGAIN = dt.timedelta(minutes=2)  # the same plate before the same camera: one vehicle, read twice
COPIED = (
    "at", "camera_id", "unit_id", "plate", "raw", "confidence", "colour", "vehicle", "direction", "speed_kmh",
)  # fmt: skip


def look_up(rows: Sequence[Fresh]) -> list[Hit]:
    """Asks the lists for these passages; what they find is stored, told and waits for a person."""
    if not rows:
        return []
    found = match([asked(row) for row in rows])
    drafts = [hit_of(row, one) for row, matches in zip(rows, found, strict=True) for one in wanted(matches)]
    drafts, read_anew = once(drafts)
    pictures = {row.id: row for row in rows}
    for hit in drafts:
        row = pictures[hit.passage_id]
        hit.crop, hit.scene = keep_for_good(row.crop), keep_for_good(row.scene)
    hits = [*Hit.objects.bulk_create(drafts), *read_anew]
    if hits:
        tell(hits)
    return hits


def asked(row: Fresh) -> Asked:
    """A stored passage as a question."""
    from_reader = tuple((str(text), str(look)) for text, _sure, look in row.candidates)
    return Asked(row.plate, row.folded, row.sure, from_reader, row.owner_id, row.unit_id)


def wanted(matches: Sequence[Match]) -> list[Match]:
    """A plate that is allowed is not near a wanted one: it is itself."""
    if any(one.sort == Sort.ALLOWED for one in matches):
        matches = [one for one in matches if one.likeness is Likeness.EXACT]
    return [one for one in matches if one.sort == Sort.WANTED]


def hit_of(row: Fresh, one: Match) -> Hit:
    """The passage, copied."""
    copied = {name: getattr(row, name) for name in COPIED}
    return Hit(
        entry_id=one.entry_id, likeness=one.likeness, passage_id=row.id, owner_id=one.owner_id, **copied
    )


def once(drafts: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """New hits, and those of the same passage that now say another plate: a reading that was mended.

    The same plate of the same entry before the same camera a moment ago, in the table or in this batch, is
    one vehicle, read twice. Another plate is another vehicle, though both are like the entry.
    """
    near = Q(pk__in=())
    for hit in drafts:
        span = (hit.at - AGAIN, hit.at + AGAIN)
        near |= Q(entry_id=hit.entry_id, camera_id=hit.camera_id, at__range=span)
    known = list(Hit.objects.filter(near)) if drafts else []
    kept: list[Hit] = []
    read_anew: list[Hit] = []
    for hit in drafts:
        before = next(
            (one for one in known if (one.passage_id, one.entry_id) == (hit.passage_id, hit.entry_id)), None
        )
        if before is not None:
            read_anew += asked_anew(before, hit)
        elif not any(same_vehicle(one, hit) for one in known):
            kept.append(hit)
            known.append(hit)
    return kept, read_anew


def same_vehicle(one: Hit, other: Hit) -> bool:
    """Of one entry, read alike before one camera within a moment."""
    told = [(hit.entry_id, hit.camera_id, hit.plate) for hit in (one, other)]
    return told[0] == told[1] and abs(one.at - other.at) <= AGAIN


def asked_anew(before: Hit, hit: Hit) -> list[Hit]:
    """The hit of a passage whose plate was mended waits again, for it is another question; a confirmed one
    stays with its incident."""
    if before.plate == hit.plate or before.state == HitState.CONFIRMED:
        return []
    before.plate, before.likeness, before.state = hit.plate, hit.likeness, HitState.WAITING
    before.decided_at, before.decided_by = None, None
    before.save(update_fields=["plate", "likeness", "state", "decided_at", "decided_by"])
    return [before]


def tell(hits: Sequence[Hit]) -> None:
    """Alerts without the plate, for whoever sees alerts; notices with it, for whoever may see hits."""
    cameras = CityObject.objects.in_bulk({hit.camera_id for hit in hits})
    fresh = {
        hit.pk: hit
        for hit in Hit.objects.filter(pk__in=[h.pk for h in hits]).select_related("entry__watch_list")
    }
    receive(finding(hit, cameras[hit.camera_id]) for hit in fresh.values())
    people = accounts_at("traffic.hits", {(hit.owner_id, hit.unit_id) for hit in fresh.values()})
    notify_all(
        Notice(
            key="traffic.hit", title=_("Plate hit: %(plate)s") % {"plate": hit.shown},
            body=f"{name_of(cameras[hit.camera_id])} · {hit.entry.watch_list.name}",
            url=f"/traffic/hits/{hit.pk}/", severity=Severity(hit.entry.watch_list.severity),
            recipients=people[hit.owner_id, hit.unit_id], subject=f"traffic:hit:{hit.pk}",
        )
        for hit in fresh.values()
    )  # fmt: skip
    emit_all(hit_changed("hit_found", hit.pk, hit.owner_id, hit.unit_id) for hit in fresh.values())


def finding(hit: Hit, camera: CityObject, *, active: bool = True, at: dt.datetime | None = None) -> Finding:
    """One alert for each vehicle that is looked for, raised or over."""
    place = LonLat(camera.shape.x, camera.shape.y)
    return Finding(
        rule=RULE, subject=SubjectRef("traffic", "entry", str(hit.entry_id)), active=active,
        severity=Severity(hit.entry.watch_list.severity), observed_at=at or hit.at, owner_id=hit.owner_id,
        title=_("A plate of a list was seen: %(place)s") % {"place": name_of(camera)},
        detail=_("A person must say whether it is the vehicle: open “Plate hits”."), place=place,
        unit_id=hit.unit_id, opens_incident=True,
    )  # fmt: skip


def name_of(camera: CityObject) -> str:
    """As people know it."""
    return str(camera.data.get("name") or camera.code)
