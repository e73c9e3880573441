"""Writes: inspections, felling permits, species and the programme."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject, Relation, State
from naoso.core.objects.services.editing import change_object
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.response.models import IncidentKind
from naoso.core.response.services import open_incident
from naoso.core.response.witnesses import Testimony
from naoso.domains.trees import catalogue, rules
from naoso.domains.trees.events import inspected, permit_changed
from naoso.domains.trees.models import FellingPermit, Inspection, Programme, Species
from naoso.domains.trees.workflow import MOVES, PermitState
from naoso.kernel.errors import BadInput, Conflict, FieldError
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat

INCIDENT_KIND = "trees"
HAZARDS = {"high": Severity.SEVERE, "extreme": Severity.EXTREME}
OLDEST = dt.timedelta(days=60)
PERMIT_DAYS = 90
Row = TypeVar("Row", Species, Programme)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an inspector saw; figures may be missing. `lifted`: the hazard of a hazardous tree is gone."""

    health: str
    target: str
    defects: Collection[str] = field(default_factory=frozenset)
    girth_cm: float | None = None
    height_m: float | None = None
    crown_m: float | None = None
    note: str = ""
    lifted: bool = False
    at: dt.datetime = field(default_factory=timezone.now)


def inspect(*, actor: Account, tree: CityObject, seen: Seen, key: uuid.UUID) -> Inspection:
    """Keeps an inspection and what follows from it: figures, health, class, value, next date, an incident.

    The same key again is the same inspection. An older inspection that arrives late changes no figures.
    """
    kept = Inspection.objects.filter(key=key).select_related("tree").first()
    if kept is not None:
        return kept
    require(actor, "trees.inspect", tree)
    if tree.state == State.REMOVED:
        raise BadInput.of("tree", tree.code, "state", _("This tree stands there no more."))
    _checked(seen)
    risk = rules.risk(frozenset(seen.defects), seen.target, seen.health)
    with recorded(actor):
        try:
            with transaction.atomic():
                made = Inspection.objects.create(
                    key=key, tree=tree, inspector=actor, seen_at=seen.at, health=seen.health, risk=risk,
                    defects=sorted(seen.defects), target=seen.target, girth_cm=seen.girth_cm,
                    height_m=seen.height_m, crown_m=seen.crown_m, note=seen.note.strip(),
                )  # fmt: skip
        except IntegrityError:  # the same one at the same moment
            return Inspection.objects.get(key=key)
        newer = Inspection.objects.filter(tree=tree, seen_at__gt=seen.at).exists()
        if not newer:
            _learn(actor, tree, seen, risk)
        if risk in HAZARDS:
            _raise(made)
        emit(inspected(made))
    return made


def _checked(seen: Seen) -> None:
    broken = []
    unknown = set(seen.defects) - set(rules.DEFECTS)
    if unknown:
        broken.append(FieldError("defects", ", ".join(sorted(unknown)), "known", _("Unknown defect.")))
    if seen.target not in rules.TARGETS:
        broken.append(FieldError("target", seen.target, "known", _("Choose what the tree could hit.")))
    if seen.health not in rules.CONDITION:
        broken.append(FieldError("health", seen.health, "known", _("Choose how healthy it is.")))
    now = timezone.now()
    if seen.at > now + dt.timedelta(minutes=10):
        broken.append(
            FieldError(
                "at", seen.at.isoformat(), "future", _("This lies in the future; check the phone's clock.")
            )
        )
    if seen.at < now - OLDEST:
        broken.append(FieldError("at", seen.at.isoformat(), "age", _("This is older than 60 days.")))
    if broken:
        raise BadInput(*broken)


def _learn(actor: Account, tree: CityObject, seen: Seen, risk: str) -> None:
    """The tree becomes what was seen; figures that were not measured stay."""
    programme, day = Programme.now(), timezone.localdate(seen.at)
    planted = tree.data.get("planted")
    klass = rules.class_after(
        tree.data.get("class", ""), dt.date.fromisoformat(planted) if planted else None, day, risk,
        lifted=seen.lifted,
    )  # fmt: skip
    learnt: dict[str, Any] = {
        "health": seen.health, "class": klass, "last_inspected": day.isoformat(),
        "next_inspection": rules.next_seen(day, programme.months(klass)).isoformat(),
    }  # fmt: skip
    measured = {"girth_cm": seen.girth_cm, "height_m": seen.height_m, "crown_m": seen.crown_m}
    learnt |= {name: value for name, value in measured.items() if value is not None}
    girth, species = (
        learnt.get("girth_cm", tree.data.get("girth_cm")),
        catalogue.of(tree.data.get("species", "")),
    )
    if girth and species:
        learnt["value_vnd"] = rules.value_vnd(
            girth, programme.price_vnd_cm2, float(species.factor), seen.health
        )
    change_object(actor=actor, row=tree, data=learnt, reason=_("inspection"), trusted=True)


def _raise(made: Inspection) -> None:
    """A hazardous finding becomes an incident with the inspection as its witness."""
    kind = IncidentKind.objects.filter(code=INCIDENT_KIND).first()
    if kind is None:
        return
    tree = made.tree
    words = _("Hazardous tree %(code)s: %(species)s") % {
        "code": tree.code, "species": tree.data.get("species", ""),
    }  # fmt: skip
    incident = open_incident(
        kind=kind,
        title=words,
        description=made.note,
        severity=HAZARDS[made.risk],
        owner=tree.owner,
        actor=None,  # the rule opens it, whoever may open incidents by hand
        unit_id=tree.unit_id,
        place=LonLat(tree.shape.x, tree.shape.y),
        witnesses=[
            Testimony(f"trees:inspection:{made.pk}", words, f"/objects/tree/{tree.pk}/", made.seen_at)
        ],
    )
    made.incident_number = incident.number
    made.save(update_fields=["incident_number"])


def apply_for_felling(
    *, actor: Account, tree: CityObject, reason: str, replacement: str = ""
) -> FellingPermit:
    """One open application a tree."""
    require(actor, "trees.permit", tree)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why the tree is to be felled."))
    if tree.state == State.REMOVED:
        raise BadInput.of("tree", tree.code, "state", _("This tree stands there no more."))
    with recorded(actor, reason):
        try:
            with transaction.atomic():
                made = FellingPermit.objects.create(
                    tree=tree, owner=tree.owner, unit=tree.unit, reason=reason.strip(),
                    replacement=replacement.strip(), applied_by=actor,
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(_("There is an open application for this tree already.")) from error
        emit(permit_changed(made))
    return made


def decide(*, actor: Account, permit: FellingPermit, approve: bool, answer: str) -> FellingPermit:
    """Somebody other than the applicant approves or refuses, with grounds."""
    require(actor, "trees.approve_felling", permit)
    if permit.applied_by_id == actor.pk:
        raise BadInput.of("decided_by", str(actor), "another", _("Whoever applied does not decide."))
    if not answer.strip():
        raise BadInput.of("answer", answer, "required", _("Give the grounds of the decision."))
    until = timezone.localdate() + dt.timedelta(days=PERMIT_DAYS) if approve else None
    return _move(
        permit, actor, PermitState.APPROVED if approve else PermitState.REFUSED, answer=answer.strip(),
        decided_by=actor, decided_at=timezone.now(), valid_until=until,
    )  # fmt: skip


def fell(*, actor: Account, permit: FellingPermit) -> FellingPermit:
    """The tree is felled: it leaves the map, and its planting site holds a stump."""
    require(actor, "trees.permit", permit)
    if permit.valid_until and permit.valid_until < timezone.localdate():
        raise Conflict(_("The permit has expired; apply again."))
    with recorded(actor, permit.reason):
        moved = _move(permit, actor, PermitState.FELLED, felled_at=timezone.now())
        change_object(actor=actor, row=moved.tree, state=State.REMOVED, reason=moved.reason, trusted=True)
        for standing in Relation.objects.filter(from_object=moved.tree, role=Relation.Role.STANDS_ON):
            if standing.to_object.kind.slug == "planting-site":
                change_object(
                    actor=actor, row=standing.to_object, data={"condition": "stump"}, reason=moved.reason,
                    trusted=True,
                )  # fmt: skip
    return moved


def expire_permits() -> int:
    """Approved permits past their last day; returns how many."""
    due = FellingPermit.objects.filter(state=PermitState.APPROVED, valid_until__lt=timezone.localdate())
    count = 0
    for permit in due:
        _move(permit, None, PermitState.EXPIRED)
        count += 1
    return count


def _move(permit: FellingPermit, actor: Account | None, to: PermitState, **values: Any) -> FellingPermit:
    with recorded(actor):
        now = FellingPermit.objects.select_for_update(of=("self",)).select_related("tree").get(pk=permit.pk)
        if to not in MOVES.get(PermitState(now.state), frozenset()):
            raise Conflict(_("The application is already: %(state)s.") % {"state": now.get_state_display()})
        now.state = to
        for name, value in values.items():
            setattr(now, name, value)
        now.save()
        emit(permit_changed(now))
    return now


def save_species(*, actor: Account | None, species: Species) -> Species:
    """Adds or changes a species of the catalogue."""
    saved = _save(actor, species)
    catalogue.listed.cache_clear()
    return saved


def save_programme(*, actor: Account, programme: Programme) -> Programme:
    """Changes prices and intervals; values follow with the next inspection."""
    return _save(actor, programme)


def _save(actor: Account | None, row: Row) -> Row:
    if actor is not None:
        require(actor, "trees.edit_species")
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(name, getattr(row, name, ""), "valid", " ".join(words))
                for name, words in error.message_dict.items()
            )
        ) from error
    with recorded(actor):
        row.save()
    return row
