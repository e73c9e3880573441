"""Passages that are like wanted plates become hits, hits alerts; a person says what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.alerts.services import receive
from naoso.core.notify.services import Notice, notify_all
from naoso.core.objects.models import CityObject
from naoso.core.outbox.services import emit_all
from naoso.core.people.holders import accounts_at
from naoso.domains.traffic.events import hit_changed
from naoso.domains.traffic.matching import Asked, Match, match
from naoso.domains.traffic.models import Hit, ListEntry
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
    fresh, read_anew = once(still_wanted(drafts))
    pictures = {row.id: row for row in rows}
    for hit in [*fresh, *read_anew]:
        row = pictures[hit.passage_id]
        hit.crop = keep_for_good(row.crop) or hit.crop
        hit.scene = keep_for_good(row.scene) or hit.scene
    hits = Hit.objects.bulk_create(fresh)
    for hit in read_anew:
        hit.save()
    hits += read_anew
    tell([hit for hit in hits if hit.state == HitState.WAITING])
    return hits


def still_wanted(drafts: Sequence[Hit]) -> list[Hit]:
    """Those whose plate nobody has taken off its list meanwhile; their entries are locked."""
    standing = {
        row.pk
        for row in locked_entries({hit.entry_id for hit in drafts})
        if row.removed_at is None and row.watch_list.ended_at is None
    }
    return [hit for hit in drafts if hit.entry_id in standing]


def locked_entries(ids: Iterable[int]) -> list[ListEntry]:
    """Whoever makes, decides or lets go of hits locks their entries and lists before, in one order."""
    wanted_ids = set(ids)
    if not wanted_ids:
        return []
    rows = ListEntry.objects.select_for_update(no_key=True, of=("self", "watch_list"))
    return list(rows.select_related("watch_list").filter(pk__in=wanted_ids).order_by("pk"))


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
    """New hits, and known ones that now say more: of a reading that was mended, or of a better one.

    The same plate of the same entry before the same camera a moment ago, in the table or in this batch, is
    one vehicle, read twice. Another plate is another vehicle, though both are like the entry; but the very
    plate that is looked for takes the place of a near miss that still waits.
    """
    near = Q(pk__in=())
    for hit in drafts:
        span = (hit.at - AGAIN, hit.at + AGAIN)
        near |= Q(entry_id=hit.entry_id, camera_id=hit.camera_id, at__range=span)
    known = list(Hit.objects.select_for_update(of=("self",)).filter(near).order_by("pk")) if drafts else []
    kept: list[Hit] = []
    read_anew: list[Hit] = []
    for hit in drafts:
        before = next(
            (one for one in known if (one.passage_id, one.entry_id) == (hit.passage_id, hit.entry_id)), None
        )
        missed = next((one for one in known if is_near_miss(one, hit)), None)
        if before is not None:
            read_anew += asked_anew(before, hit)
        elif any(same_vehicle(one, hit) for one in known):
            continue
        elif missed is not None:
            become(missed, hit)
            read_anew += [missed] if missed.pk is not None and missed not in read_anew else []
        else:
            kept.append(hit)
            known.append(hit)
    return kept, read_anew


def one_place(one: Hit, other: Hit) -> bool:
    """Of one entry, before one camera within a moment; what a person has refuted is of no moment."""
    told = [(hit.entry_id, hit.camera_id) for hit in (one, other)]
    return told[0] == told[1] and abs(one.at - other.at) <= AGAIN and not one.refuted


def same_vehicle(one: Hit, other: Hit) -> bool:
    """Read alike there."""
    return one_place(one, other) and one.plate == other.plate


def is_near_miss(one: Hit, hit: Hit) -> bool:
    """Nobody has said yet what the less like reading is, and now there is the plate itself."""
    like = (hit.likeness == Likeness.EXACT, one.likeness != Likeness.EXACT)
    return all(like) and one.state == HitState.WAITING and one_place(one, hit)


def become(one: Hit, hit: Hit) -> None:
    """The better reading, copied."""
    for name in (*COPIED, "passage_id", "likeness"):
        setattr(one, name, getattr(hit, name))


def asked_anew(before: Hit, hit: Hit) -> list[Hit]:
    """The hit of a passage whose plate was mended waits again, for it is another question; a confirmed one
    stays with its incident."""
    if before.plate == hit.plate and not before.refuted:
        return []
    before.plate, before.likeness, before.refuted = hit.plate, hit.likeness, False
    if before.state != HitState.CONFIRMED:
        before.state, before.decided_at, before.decided_by = HitState.WAITING, None, None
    return [before]


def tell(hits: Sequence[Hit]) -> None:
    """Alerts without the plate, for whoever sees alerts; notices with it, for whoever may see hits."""
    if not hits:
        return
    cameras = CityObject.objects.in_bulk({hit.camera_id for hit in hits})
    fresh = {
        hit.pk: hit
        for hit in Hit.objects.filter(pk__in=[h.pk for h in hits]).select_related("entry__watch_list")
    }
    latest = last_words(hit.subject for hit in fresh.values())
    receive(
        finding(hit, cameras[hit.camera_id], at=max(hit.at, latest.get(hit.subject, hit.at)))
        for hit in fresh.values()
    )
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


def quiet(entries: Iterable[int]) -> None:
    """Alerts of vehicles of which no hit waits any more are over."""
    asked_for = set(entries)
    waiting = set(Hit.objects.waiting().filter(entry__in=asked_for).values_list("entry", flat=True))
    rows = Hit.objects.filter(entry__in=asked_for - waiting).order_by("entry_id", "-at").distinct("entry_id")
    over = list(rows.select_related("entry__watch_list", "camera"))
    latest, now = last_words(hit.subject for hit in over), timezone.now()
    receive(finding(hit, hit.camera, active=False, at=max(now, latest.get(hit.subject, now))) for hit in over)


def last_words(subjects: Iterable[str]) -> dict[str, dt.datetime]:
    """When their open alerts were last told of: an alert takes nothing that is older."""
    rows = Alert.objects.open().filter(rule=RULE, subject__in=set(subjects))
    return dict(rows.values_list("subject", "last_at"))


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
