"""Resources, their duty states, shelters and stocks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.places.selectors import unit_at
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.events import resource_changed
from naoso.domains.dispatch.models import (
    Duty,
    PositionSource,
    Resource,
    ResourceKind,
    ResourcePosition,
    StockItem,
    StockMovement,
)
from naoso.domains.dispatch.workflow import BY_HAND, ResourceState
from naoso.kernel.errors import BadInput, Conflict, FieldError
from naoso.kernel.geometry import LonLat

MANAGE, ASSIGN, CREW = "dispatch.manage", "dispatch.assign", "dispatch.crew"


def save_resource(*, actor: Account | None, resource: Resource, place: LonLat) -> Resource:
    """Adds or changes a resource; where nothing told its position yet, its home is where it stands."""
    resource.home = Point(place.lon, place.lat, srid=4326)
    if resource.unit_id is None:
        resource.unit = unit_at(place)
    if actor is not None:
        require(actor, MANAGE, resource)
        if resource.pk:
            require(actor, MANAGE, Resource.objects.get(pk=resource.pk))
    _checked(resource)
    with recorded(actor):
        resource.save()
        stands, _made = ResourcePosition.objects.get_or_create(
            resource=resource, defaults={"point": resource.home}
        )
        if stands.source == PositionSource.HOME:
            stands.point = resource.home
            stands.save(update_fields=["point"])
        emit(resource_changed(resource))
    return resource


def _checked(resource: Resource) -> None:
    unknown = rules.unknown_skills(resource.skills)
    if unknown:
        raise BadInput.of("skills", ", ".join(unknown), "known", _("Unknown skill."))
    if resource.occupied > resource.capacity:
        raise BadInput.of("occupied", resource.occupied, "range", _("More people than places."))
    try:
        resource.full_clean(exclude=["folded_name"], validate_constraints=False)
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(name, getattr(resource, name, ""), "valid", " ".join(words))
                for name, words in error.message_dict.items()
            )
        ) from error


def set_state(*, resource: Resource, actor: Account, to: str, reason: str = "") -> Resource:
    """On or off duty, in or out of service: by the crew on duty or a dispatcher, never while it is sent."""
    if to not in ResourceState.values:
        raise BadInput.of("state", to, "choice", _("Choose a state."))
    if not on_duty(actor, resource):
        require(actor, ASSIGN, resource)
    if to == ResourceState.OUT_OF_SERVICE and not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why it is out of service."))
    with recorded(actor, reason):
        row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
        if ResourceState(to) not in BY_HAND.get(ResourceState(row.state), frozenset()):
            raise Conflict(
                _("%(resource)s is “%(before)s” now and cannot become “%(after)s” by hand.")
                % {
                    "resource": row,
                    "before": row.get_state_display(),
                    "after": ResourceState(to).label,
                }
            )
        put(row, ResourceState(to), reason)
    return row


def put(row: Resource, to: ResourceState, reason: str = "") -> None:
    """The state of a locked row, with its event."""
    row.state, row.state_reason, row.state_since = to, reason.strip()[:300], timezone.now()
    row.save(update_fields=["state", "state_reason", "state_since"])
    emit(resource_changed(row))


def on_duty(actor: Account, resource: Resource) -> bool:
    """Whether the account is on duty with it now."""
    return Duty.objects.now().filter(resource=resource).filter(account=actor).exists()


def set_occupied(*, resource: Resource, actor: Account, occupied: int) -> Resource:
    """How many people a shelter holds now."""
    require(actor, ASSIGN, resource)
    with recorded(actor):
        row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
        if row.kind != ResourceKind.SHELTER:
            raise BadInput.of("kind", row.kind, "shelter", _("Only shelters count places."))
        if not 0 <= occupied <= row.capacity:
            words = _("It has %(places)s places.") % {"places": row.capacity}
            raise BadInput.of("occupied", occupied, "range", words)
        row.occupied = occupied
        row.save(update_fields=["occupied"])
        emit(resource_changed(row))
    return row


def add_item(*, resource: Resource, actor: Account | None, name: str, measure: str) -> StockItem:
    """A thing that the stock holds from now on; none of it yet."""
    if actor is not None:
        require(actor, MANAGE, resource)
    if resource.kind != ResourceKind.STOCK:
        raise BadInput.of("kind", resource.kind, "stock", _("Only stocks hold items."))
    name, measure = name.strip()[:120], measure.strip()[:20]
    if not name or not measure:
        raise BadInput.of("name", name, "required", _("Name the item and what it is measured in."))
    if resource.items.filter(name=name).exists():
        raise BadInput.of("name", name, "unique", _("The stock has this item already."))
    with recorded(actor):
        return StockItem.objects.create(resource=resource, name=name, measure=measure)


def move_stock(*, item: StockItem, actor: Account | None, change: Decimal, reason: str) -> StockMovement:
    """So much in (positive) or out (negative), with its reason; never more out than there is."""
    if actor is not None:
        require(actor, ASSIGN, item.resource)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say what for, or where from."))
    if not change:
        raise BadInput.of("change", change, "nonzero", _("Nothing would move."))
    with recorded(actor, reason):
        row = StockItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        left = row.quantity + change
        if left < 0:
            words: Any = {"left": row.quantity.normalize(), "measure": row.measure}
            raise BadInput.of("change", change, "range", _("Only %(left)s %(measure)s are left.") % words)
        row.quantity, row.counted_at = left, timezone.now()
        row.save(update_fields=["quantity", "counted_at"])
        return StockMovement.objects.create(
            item=row, actor=actor, change=change, left=left, reason=reason.strip()[:300], at=row.counted_at
        )
