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
    drafts = once(drafts)
    if not drafts:
        return []
    pictures = {row.id: row for row in rows}
    for hit in drafts:
        row = pictures[hit.passage_id]
        hit.crop, hit.scene = keep_for_good(row.crop), keep_for_good(row.scene)
    hits = Hit.objects.bulk_create(drafts)
    tell(hits)
    return hits


def asked(row: Fresh) -> Asked:
    """A stored passage as a question."""
    from_reader = tuple((str(text), str(look)) for text, _sure, look in row.candidates)
    return Asked(row.plate, row.folded, row.sure, from_reader, row.unit_id)


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


def once(drafts: Sequence[Hit]) -> list[Hit]:
    """Without those whose entry was hit at the same camera a moment ago, in the table or in this batch."""
    near = Q(pk__in=())
    for hit in drafts:
        span = (hit.at - AGAIN, hit.at + AGAIN)
        near |= Q(entry_id=hit.entry_id, camera_id=hit.camera_id, at__range=span)
    known = list(Hit.objects.filter(near).values_list("entry_id", "camera_id", "at")) if drafts else []
    kept: list[Hit] = []
    for hit in drafts:
        if not any(
            (e, c) == (hit.entry_id, hit.camera_id) and abs(at - hit.at) <= AGAIN for e, c, at in known
        ):
            kept.append(hit)
            known.append((hit.entry_id, hit.camera_id, hit.at))
    return kept


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
