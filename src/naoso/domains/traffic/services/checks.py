"""Checks by hand: the answer comes with the row that says who asked and why."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import note_read, recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.places.selectors import unit_at
from naoso.domains.traffic.matching import Asked, Match, match
from naoso.domains.traffic.models import Check, CheckPoint, ListEntry, WatchList
from naoso.domains.traffic.models.lists import Likeness, Sort
from naoso.domains.traffic.plates import Known, known
from naoso.domains.traffic.workflow import CheckReason, Verdict
from naoso.kernel.errors import BadInput, Conflict, FieldError
from naoso.kernel.geometry import LonLat

CHECK = "traffic.check"


@dataclass(frozen=True, slots=True)
class Question:
    """What the phone asks; `key` is its own, so that asking again is the same check."""

    text: str
    reason: str
    words: str
    key: uuid.UUID
    how: str = Check.How.TYPED
    place: LonLat | None = None
    point_id: int | None = None


def check_plate(*, actor: Account, question: Question) -> Check:
    """Looks a plate up in the lists that the actor may ask; every question is a row. Raises BadInput."""
    require(actor, CHECK)
    plate, words = judged(actor, question)
    again = asked_before(actor, question)
    if again is not None:
        return again
    try:
        return answered(actor, question, plate, words)
    except IntegrityError as error:  # sent twice at once
        again = asked_before(actor, question)
        if again is None:
            raise Conflict(_("This key belongs to another check: ask again.")) from error
        return again


def judged(actor: Account, question: Question) -> tuple[Known, str]:
    """The plate and the words that say why. Raises BadInput with all that is wrong."""
    plate = known(question.text)
    words = question.words.strip()[:300]
    faults = []
    if plate is None:
        faults.append(FieldError("text", question.text[:40], "plate", _("No plate is written like this.")))
    if question.reason not in CheckReason.values:
        faults.append(FieldError("reason", question.reason, "choice", _("Say why you check it.")))
    if len(words) < 3:
        faults.append(FieldError("words", words, "required", _("Say in words why you check it.")))
    if actor.organisation is None:
        faults.append(FieldError("by", str(actor), "organisation", _("Your account belongs to no body.")))
    if plate is None or faults:
        raise BadInput(*faults)
    return plate, words


def asked_before(actor: Account, question: Question) -> Check | None:
    """The same question, sent again."""
    return Check.objects.filter(key=question.key, by=actor).first()


def answered(actor: Account, question: Question, plate: Known, words: str) -> Check:
    """Looked up, and kept."""
    assert actor.organisation is not None
    best = likest(match([Asked(plate.plate, plate.folded, sure=False)])[0], lists_for(actor))
    unit = unit_at(question.place) if question.place else None
    with recorded(actor, words):
        row = Check.objects.create(
            key=question.key, text=question.text[:40], plate=plate.plate, how=question.how,
            reason=question.reason, words=words, verdict=verdict_of(best), local=plate.local,
            entry_id=best.entry_id if best else None, owner=actor.organisation, unit=unit, by=actor,
            point=Point(question.place.lon, question.place.lat, srid=4326) if question.place else None,
            check_point=point_of(actor, question.point_id),
        )  # fmt: skip
        note_read(actor, f"traffic:plate:{plate.plate}", f"{row.get_reason_display()}: {words}")
    return row


def lists_for(actor: Account) -> set[int]:
    """Lists of bodies where the actor may check, and those of operations that the actor is on duty for."""
    now = timezone.now()
    on_duty = Q(
        pk__in=WatchList.objects.filter(
            pk__in=CheckPoint.objects.filter(
                duties__person=actor, operation__starts_at__lte=now, operation__ends_at__gt=now,
                operation__ended_at=None,
            ).values("operation__lists")
        ).values("pk")
    )  # fmt: skip
    mine = WatchList.objects.permitted_to(actor, CHECK).values("pk")
    return set(WatchList.objects.filter(Q(pk__in=mine) | on_duty).values_list("pk", flat=True))


def likest(found: list[Match], lists: set[int]) -> Match | None:
    """Wanted before allowed, the same before the similar; of lists that may be asked."""
    seen = [one for one in found if one.list_id in lists]
    exact = [one for one in seen if one.likeness is Likeness.EXACT]
    ranked = sorted(exact, key=lambda one: one.sort != Sort.WANTED) or [
        one for one in seen if one.sort == Sort.WANTED
    ]
    return ranked[0] if ranked else None


def verdict_of(best: Match | None) -> Verdict:
    """In one word."""
    if best is None:
        return Verdict.UNKNOWN
    if best.sort == Sort.ALLOWED:
        return Verdict.ALLOWED
    return Verdict.WANTED if best.likeness is Likeness.EXACT else Verdict.SIMILAR


def point_of(actor: Account, point_id: int | None) -> CheckPoint | None:
    """The check-point that the actor stands at; of another's nothing is said."""
    if point_id is None:
        return None
    return CheckPoint.objects.filter(pk=point_id, duties__person=actor).first()


def entry_shown(check: Check) -> ListEntry | None:
    """The entry with its list."""
    return ListEntry.objects.select_related("watch_list").filter(pk=check.entry_id or 0).first()
