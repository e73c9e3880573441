"""Edits that wait: field staff and citizens suggest, somebody with the right approves or refuses."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.objects import values
from naoso.core.objects.events import suggestion_decided, suggestion_made
from naoso.core.objects.models import CityObject, ObjectKind, Suggestion
from naoso.core.objects.services.editing import EDIT, add_object, change_object, checked_shape, unit_of
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.kernel.errors import BadInput, Conflict

SUGGEST = "objects.suggest"
Decision = Suggestion.Decision


def suggest(
    *,
    actor: Account | None,
    kind: ObjectKind,
    key: uuid.UUID,
    changes: Mapping[str, Any],
    row: CityObject | None = None,
    owner: Organisation | None = None,
    shape: GEOSGeometry | None = None,
    note: str = "",
) -> Suggestion:
    """Keeps a suggested edit, or a suggested new object; the same key twice is one suggestion.

    `actor` None is a citizen: only public fields of public kinds may be named.
    """
    kept = Suggestion.objects.filter(key=key).first()
    if kept is not None:
        return kept
    owner = row.owner if row else owner
    if owner is None:
        raise BadInput.of("owner", "", "required", _("Say whose object this would be."))
    place = checked_shape(kind, shape) if shape is not None else None
    unit = row.unit if row else unit_of(place) if place else None
    if actor is not None:
        require(actor, SUGGEST, owner_id=owner.pk, unit_id=unit.pk if unit else None)
    elif not kind.public or values.public(kind, changes) != dict(changes):
        raise BadInput.of("changes", ", ".join(changes), "public", _("Only public values can be suggested."))
    if not changes and place is None and not note.strip():
        raise BadInput.of("changes", "", "required", _("Say what should be different."))
    data = values.checked(kind, {**(row.data if row else {}), **changes})
    with recorded(actor):
        made = Suggestion.objects.create(
            kind=kind, object=row, owner=owner, unit=unit, key=key, shape=place, note=note.strip()[:500],
            changes={name: data.get(name) for name in changes}, seen_version=row.version if row else 0,
            made_by=actor,
        )  # fmt: skip
        emit(suggestion_made(made))
    return made


def approve(*, actor: Account, suggestion: Suggestion, answer: str = "") -> CityObject:
    """The edit is made in the name of whoever approves; a conflict with a later change is told, not lost."""
    require(actor, EDIT, suggestion)
    with recorded(actor, _("suggestion approved")):
        now = _waiting(suggestion)
        if now.object is None:
            if now.shape is None:
                raise BadInput.of("shape", "", "required", _("A new object needs a place."))
            row = add_object(actor=actor, kind=now.kind, owner=now.owner, shape=now.shape, data=now.changes)
            now.object = row
        else:
            row = change_object(actor=actor, row=now.object, data=now.changes, shape=now.shape)
        _decide(now, actor, Decision.APPROVED, answer)
    return row


def refuse(*, actor: Account, suggestion: Suggestion, answer: str) -> Suggestion:
    """Whoever suggested it reads why not."""
    require(actor, EDIT, suggestion)
    if not answer.strip():
        raise BadInput.of("answer", answer, "required", _("Say why the suggestion is refused."))
    with recorded(actor, answer):
        now = _waiting(suggestion)
        _decide(now, actor, Decision.REFUSED, answer)
    return now


def _waiting(suggestion: Suggestion) -> Suggestion:
    now = (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("kind", "owner")
        .get(pk=suggestion.pk)
    )
    if now.decision != Decision.WAITING:
        raise Conflict(
            _("This suggestion has been decided already: %(what)s.") % {"what": now.get_decision_display()}
        )
    return now


def _decide(suggestion: Suggestion, actor: Account, decision: str, answer: str) -> None:
    suggestion.decision, suggestion.answer = decision, answer.strip()[:500]
    suggestion.decided_by, suggestion.decided_at = actor, timezone.now()
    suggestion.save()
    emit(suggestion_decided(suggestion))
