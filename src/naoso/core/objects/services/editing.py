"""Add, change, remove, undo: one object, or many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib.gis.geos import GEOSGeometry, Point, WKBWriter
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from naoso.core.objects import values
from naoso.core.objects.events import objects_changed
from naoso.core.objects.models import CityObject, CityObjectQuerySet, ObjectKind, PastObject, State
from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import allowed, require
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import unit_at
from naoso.kernel.errors import BadInput, Conflict, FieldError
from naoso.kernel.geometry import LonLat

EDIT = "objects.edit"
GEOMETRIES = {
    "point": {"Point"},
    "line": {"LineString", "MultiLineString"},
    "polygon": {"Polygon", "MultiPolygon"},
}
WEST, SOUTH, EAST, NORTH = 102.0, 6.0, 118.0, 24.0
MOST_VERTICES = 20_000
UNSET: Any = object()


def add_object(
    *,
    actor: Account | None,
    kind: ObjectKind,
    owner: Organisation,
    shape: GEOSGeometry,
    data: Mapping[str, Any] | None = None,
    code: str = "",
    unit: AdminUnit | None = None,
    state: str = State.ACTIVE,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    reason: str = "",
) -> CityObject:
    """A new object; without a code it gets the next one, without a unit the one it stands in."""
    place = checked_shape(kind, shape)
    unit = unit or unit_of(place)
    _require(actor, owner.pk, unit.pk if unit else None)
    _require_fields(actor, kind, set(data or {}))
    row = CityObject(
        kind=kind, owner=owner, shape=place, data=values.checked(kind, data or {}), unit=unit, state=state,
        code=code.strip() or next_code(kind), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    _validated(row)
    with recorded(actor, reason):
        row.save()
        row.refresh_from_db(fields=["spot", "version", "changed_at", "changed_by"])
        emit_all(objects_changed(kind, [row], [row.spot]))
    return row


def change_object(
    *,
    actor: Account | None,
    row: CityObject,
    seen: int | None = None,
    data: Mapping[str, Any] | None = None,
    shape: GEOSGeometry | None = None,
    state: str = "",
    owner: Organisation | None = None,
    code: str = "",
    valid_from: dt.date | None = UNSET,
    valid_to: dt.date | None = UNSET,
    reason: str = "",
    trusted: bool = False,
) -> CityObject:
    """Changes what is given; None in `data` takes a value away. `seen` is the version that the actor saw.

    Raises Conflict where somebody changed it since, with what changed. `trusted`: the caller has checked a
    right of its own, such as the right to inspect.
    """
    checked_for = None if trusted else actor
    _require(checked_for, row.owner_id, row.unit_id)
    with recorded(actor, reason):
        now = CityObject.objects.select_for_update(of=("self",)).select_related("kind").get(pk=row.pk)
        if seen is not None and now.version != seen:
            raise Conflict(conflict_words(now, seen))
        before, was = now.spot, facts_of(now)
        wanted = {**now.data, **(data or {})}
        _require_fields(
            checked_for, now.kind, {name for name in (data or {}) if wanted[name] != now.data.get(name)}
        )
        now.data = values.checked(now.kind, wanted)
        if shape is not None:
            now.shape = checked_shape(now.kind, shape)
            now.unit = unit_of(now.shape)
        now.state, now.code = state or now.state, code.strip() or now.code
        now.owner = owner or now.owner
        now.valid_from = now.valid_from if valid_from is UNSET else valid_from
        now.valid_to = now.valid_to if valid_to is UNSET else valid_to
        _require(checked_for, now.owner_id, now.unit_id)
        if facts_of(now) == was:
            return now  # nothing was changed, so there is no new version
        _validated(now)
        now.save()
        now.refresh_from_db(fields=["spot", "version", "changed_at", "changed_by"])
        emit_all(objects_changed(now.kind, [now], [before, now.spot]))
    return now


def facts_of(row: CityObject) -> tuple[object, ...]:
    """All that a change can change."""
    return (
        dict(row.data), bytes(row.shape.ewkb), row.unit_id, row.owner_id, row.state, row.code, row.valid_from,
        row.valid_to,
    )  # fmt: skip


def remove_object(
    *, actor: Account | None, row: CityObject, reason: str, seen: int | None = None
) -> CityObject:
    """It stands there no more; what it was stays readable, and `undo` brings it back."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why the object is removed."))
    return change_object(actor=actor, row=row, seen=seen, state=State.REMOVED, reason=reason)


def undo(*, actor: Account | None, row: CityObject, version: int, seen: int | None = None) -> CityObject:
    """The object becomes again what it was in that version; the undoing is a change like any other."""
    past = PastObject.objects.filter(object_id=row.pk, version=version).first()
    if past is None:
        raise BadInput.of("version", version, "known", _("There is no such earlier state."))
    gone = {name: None for name in row.data if name not in past.data}
    return change_object(
        actor=actor, row=row, seen=seen, data={**gone, **past.data}, shape=past.shape, state=past.state,
        owner=Organisation.objects.get(pk=past.owner_id), code=past.code, valid_from=past.valid_from,
        valid_to=past.valid_to, reason=_("back to version %(version)s") % {"version": version},
    )  # fmt: skip


def change_many(
    *,
    actor: Account,
    kind: ObjectKind,
    rows: CityObjectQuerySet,
    data: Mapping[str, Any],
    reason: str,
    state: str = "",
) -> int:
    """The same change to many objects of one kind, all or none; returns how many were changed."""
    allowed_rows = rows.filter(kind=kind).permitted_to(actor, EDIT)
    _require_fields(actor, kind, set(data))
    if not data and not state:
        raise BadInput.of("data", "", "required", _("Say what is to be changed."))
    with recorded(actor, reason):
        found, changed = list(allowed_rows.select_for_update(of=("self",))), []
        broken: list[FieldError] = []
        for row in found:
            was = (row.data, row.state)
            row.data, row.state = _sound({**row.data, **data}, kind, row.code, broken), state or row.state
            if (row.data, row.state) != was:
                changed.append(row)
        if broken:
            raise BadInput(*broken[:20])
        CityObject.objects.bulk_update(changed, ["data", "state"], batch_size=5000)
        emit_all(objects_changed(kind, changed, [row.spot for row in changed]))
    return len(changed)


def _sound(data: Mapping[str, Any], kind: ObjectKind, code: str, broken: list[FieldError]) -> dict[str, Any]:
    """The values as they are kept; the rules that they break join `broken` under the object's code."""
    try:
        return values.checked(kind, data)
    except BadInput as error:
        broken += [FieldError(f"{code}: {e.field}", e.value, e.rule, e.message) for e in error.errors]
        return dict(data)


def checked_shape(kind: ObjectKind, shape: GEOSGeometry) -> GEOSGeometry:
    """The shape in WGS 84, two-dimensional, of the kind's type, valid, in Vietnam; raises BadInput."""
    if shape.srid not in (4326, None):
        shape = shape.transform(4326, clone=True)
    if shape.hasz:
        shape = GEOSGeometry(memoryview(WKBWriter(dim=2).write(shape)), srid=4326)
    if shape.empty or shape.geom_type not in GEOMETRIES[kind.geometry]:
        raise BadInput.of(
            "shape",
            shape.geom_type,
            "type",
            _("This kind of object is drawn as: %(shape)s.") % {"shape": kind.get_geometry_display()},
        )
    if shape.num_coords > MOST_VERTICES:
        raise BadInput.of("shape", str(shape.num_coords), "size", _("Too many corners; simplify the shape."))
    west, south, east, north = shape.extent
    if not (west >= WEST and south >= SOUTH and east <= EAST and north <= NORTH):
        swapped = south >= WEST and north <= EAST and west >= SOUTH and east <= NORTH
        rule, message = (
            ("axes", _("Longitude and latitude stand in the wrong order."))
            if swapped
            else ("range", _("The place lies outside Vietnam."))
        )
        raise BadInput.of("shape", f"{west:.5f}, {south:.5f}", rule, message)
    if not shape.valid:
        raise BadInput.of(
            "shape",
            shape.valid_reason,
            "valid",
            _("The shape is broken: %(why)s.") % {"why": shape.valid_reason},
        )
    shape.srid = 4326
    return shape


def unit_of(shape: GEOSGeometry) -> AdminUnit | None:
    """The commune or ward in which most of it stands, by its middle."""
    middle = cast("Point", shape if shape.geom_type == "Point" else shape.point_on_surface)
    return unit_at(LonLat(middle.x, middle.y))


def next_code(kind: ObjectKind) -> str:
    """`TREE-000042`: the next free number of all objects."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('objects_code')")
        return f"{kind.slug.upper()}-{cursor.fetchone()[0]:06d}"


def conflict_words(row: CityObject, seen: int) -> str:
    """What somebody else changed since a version was seen."""
    past = PastObject.objects.filter(object_id=row.pk, version=seen).first()
    before = past.data if past else {}
    names = [
        str(field.title)
        for field in row.kind.spec.fields
        if before.get(field.name) != row.data.get(field.name)
    ]
    who = row.changed_by or _("the system")
    what = ", ".join(names) or _("place or state")
    return _("%(who)s changed this object meanwhile: %(what)s.") % {"who": who, "what": what}


def _require(actor: Account | None, owner_id: int, unit_id: int | None) -> None:
    if actor is not None:
        require(actor, EDIT, owner_id=owner_id, unit_id=unit_id)


def _require_fields(actor: Account | None, kind: ObjectKind, names: set[str]) -> None:
    if actor is not None:
        values.require_field_rights(kind, names, lambda right: allowed(actor, right))


def _validated(row: CityObject) -> None:
    """Django's checks, told as the house tells errors."""
    try:
        row.full_clean(exclude=["kind", "owner", "unit", "shape", "data", "changed_by", "spot"])
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(name, getattr(row, name, ""), "valid", " ".join(messages))
                for name, messages in error.message_dict.items()
            )
        ) from error


def add_many(
    *, actor: Account | None, kind: ObjectKind, rows: Iterable[CityObject], reason: str
) -> list[CityObject]:
    """New objects of one kind in one statement, all or none; owner, unit, code and shape are the caller's.

    Raises BadInput naming the code and the field of the first broken values.
    """
    listed = list(rows)
    broken: list[FieldError] = []
    for row in listed:
        _require(actor, row.owner_id, row.unit_id)
        row.kind, row.code = kind, row.code or next_code(kind)
        row.data = _sound(row.data, kind, row.code, broken)
    if broken:
        raise BadInput(*broken[:20])
    with recorded(actor, reason):
        made = CityObject.objects.bulk_create(listed, batch_size=20_000)
        emit_all(objects_changed(kind, made, (row.spot for row in made)))
    return made
