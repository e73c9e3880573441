"""Kinds that administrators declare, change and take out of use; objects go with a change of their kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from naoso.core.objects.declared import columns, declare, recount
from naoso.core.objects.events import all_changed, kind_changed
from naoso.core.objects.models import CityObject, ObjectKind, Suggestion
from naoso.core.objects.reshaping import Outcome, Todo, reshaped, todo_of
from naoso.core.objects.services.indexing import wake
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require, scope_of
from naoso.kernel import kinds
from naoso.kernel.errors import BadInput, Conflict, FieldError, NotAllowed

MANAGE = "objects.manage_kinds"
DOMAIN = "objects"
BATCH = 5000
# Nobody adds or changes an object while its kind changes under it; reading goes on.
LOCK = "LOCK TABLE objects_cityobject IN SHARE ROW EXCLUSIVE MODE"
# Cells are counted once at the end instead of for every batch; the lock keeps everybody else's edits out.
UNCOUNTED = "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE objects_cityobject DISABLE TRIGGER d_count_update"
COUNTED = "ALTER TABLE objects_cityobject ENABLE TRIGGER d_count_update"
ALL_STALE = "INSERT INTO objects_change (kind_id, lo, hi) VALUES (%s, 0, 281474976710655)"
STORE = """
UPDATE objects_cityobject o SET data = v.data::jsonb
FROM unnest(%s::bigint[], %s::text[]) AS v (id, data) WHERE o.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A kind as it shall be.

    `renamed` maps old names of fields to new ones, `fills` gives text for objects without a value; where
    `empty`, values that do not fit a field that is not required are left out.
    """

    spec: kinds.Kind
    renamed: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False


def declare_kind(*, actor: Account, spec: kinds.Kind) -> ObjectKind:
    """A new kind of one's own."""
    require(actor, MANAGE)
    kinds.check(spec)
    if ObjectKind.objects.filter(slug=spec.slug).exists():
        raise BadInput.of("slug", spec.slug, "unique", _("There is a kind with this address."))
    with recorded(actor):
        kind = declare(spec, DOMAIN)
        emit(kind_changed(kind, "declared"))
        wake()
    return kind


def outlook(*, actor: Account, kind: ObjectKind, change: Change) -> Outcome:
    """What a change would do to the objects of the kind; writes nothing."""
    todo = checked(actor, kind, change)
    outcome = Outcome()
    for _batch in batches(kind, todo, outcome):
        pass
    return outcome


def change_kind(
    *, actor: Account, kind: ObjectKind, change: Change, seen: int | None = None, reason: str = ""
) -> ObjectKind:
    """The kind as it shall be, its objects with it, all or none; `seen` is the version that the actor saw.

    Raises BadInput naming code, value and rule of the first values that do not fit.
    """
    todo = checked(actor, kind, change)
    with recorded(actor, reason or _("the kind was changed")):
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        now = ObjectKind.objects.select_for_update().get(pk=kind.pk)
        if seen is not None and now.version != seen:
            raise Conflict(_("Somebody changed this kind meanwhile. Look again, then save."))
        counts = (now.counted, now.colour)
        for name, value in columns(change.spec, now.domain).items():
            setattr(now, name, value)
        now.version += 1
        now.save()
        carry_out(now, todo, change)
        if (now.counted, now.colour) != counts or touched_names(todo) & {*now.counted, now.colour}:
            recount(now)
        emit(kind_changed(now, "changed"))
        wake()
    return now


def retire_kind(*, actor: Account, kind: ObjectKind, reason: str) -> ObjectKind:
    """The kind is offered nowhere any more; its objects stay, and `revive_kind` brings them back."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why the kind is no longer used."))
    return _set_retired(actor, kind, reason, retired=True)


def revive_kind(*, actor: Account, kind: ObjectKind) -> ObjectKind:
    """The kind is in use again."""
    return _set_retired(actor, kind, "", retired=False)


def _set_retired(actor: Account, kind: ObjectKind, reason: str, *, retired: bool) -> ObjectKind:
    require(actor, MANAGE)
    require_own(kind)
    require_all_of(actor, kind)
    with recorded(actor, reason):
        kind.retired = retired
        kind.save(update_fields=["retired"])
        emit(kind_changed(kind, "retired" if retired else "revived"))
        wake()
    return kind


def checked(actor: Account, kind: ObjectKind, change: Change) -> Todo:
    """What there is to do to the objects, once it is certain that the actor may."""
    require(actor, MANAGE)
    require_own(kind)
    spec = kinds.check(change.spec)
    if spec.slug != kind.slug:
        raise BadInput.of("slug", spec.slug, "fixed", _("The address of a kind stays what it is."))
    todo = todo_of(kind.spec, spec, change.renamed, change.fills)
    moved = spec.geometry != kind.geometry
    if todo or moved:
        require_all_of(actor, kind)
    if moved and CityObject.objects.filter(kind=kind).exists():
        raise BadInput.of(
            "geometry", spec.geometry, "used", _("There are objects of this kind: their shape stays.")
        )
    return todo


def require_own(kind: ObjectKind) -> None:
    """A kind that a domain declares is changed in its code."""
    if kind.declared:
        words = _("This kind is declared by a system of the city and cannot be changed here.")
        raise BadInput.of("slug", kind.slug, "declared", words)


def require_all_of(actor: Account, kind: ObjectKind) -> None:
    """Raises NotAllowed unless the actor's right covers every object of the kind."""
    if scope_of(actor, MANAGE).everything:
        return
    rows = CityObject.objects.filter(kind=kind)
    if rows.exclude(pk__in=rows.permitted_to(actor, MANAGE).values("pk")).exists():
        raise NotAllowed(_("Objects of this kind belong to others than those for whom you may change kinds."))


def rows_of(kind: ObjectKind) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Id, code and values of every object, removed ones too: going back to them must not break."""
    rows = CityObject.objects.filter(kind=kind).order_by("pk").values_list("pk", "code", "data")
    return rows.iterator(chunk_size=BATCH)


def batches(kind: ObjectKind, todo: Todo, outcome: Outcome) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """Id and new values of the objects that change, some thousands at a time; `outcome` counts them."""
    if not todo:
        return
    batch: list[tuple[int, dict[str, Any]]] = []
    for pk, code, data in rows_of(kind):
        done = reshaped(todo, code, data)
        outcome.add(done)
        if done.changed:
            batch.append((pk, done.data))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def carry_out(kind: ObjectKind, todo: Todo, change: Change) -> None:
    """Writes every object's values anew; history keeps what they were."""
    outcome = Outcome()
    with connection.cursor() as cursor:
        if todo:
            cursor.execute(UNCOUNTED)
        for batch in batches(kind, todo, outcome):
            packed = [msgspec.json.encode(data).decode() for _pk, data in batch]
            cursor.execute(STORE, [[pk for pk, _data in batch], packed])
        if todo:
            cursor.execute(COUNTED)
            cursor.execute(ALL_STALE, [kind.pk])
    refuse_misfits(outcome, empty=change.empty)
    rename_suggested(kind, change.renamed)
    if outcome.changed:
        emit(all_changed(kind))


def touched_names(todo: Todo) -> set[str]:
    """Names, old and new, of the fields whose values may be others now."""
    return todo.touched | {step.after.name for step in todo.steps}


def refuse_misfits(outcome: Outcome, *, empty: bool) -> None:
    """Raises BadInput with the first values that do not fit, which takes everything back."""
    if outcome.unfit_required or (outcome.unfit and not empty):
        raise BadInput(
            *(
                FieldError(f"{one.code}: {one.field}", one.value, one.rule, one.message)
                for one in outcome.misfits
            )
        )


def rename_suggested(kind: ObjectKind, renamed: Mapping[str, str]) -> None:
    """Suggestions that wait speak of the new names."""
    moved = {old: new for old, new in renamed.items() if old != new}
    waiting = Suggestion.objects.filter(kind=kind, decision=Suggestion.Decision.WAITING)
    for row in waiting.filter(changes__has_any_keys=list(moved)) if moved else ():
        row.changes = {moved.get(name, name): value for name, value in row.changes.items()}
        row.save(update_fields=["changes"])
