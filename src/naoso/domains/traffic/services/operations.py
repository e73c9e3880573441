"""Operations with their cameras, lists, check-points and people."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.traffic.models import CheckPoint, Duty, Operation, WatchList
from naoso.domains.traffic.selectors.reach import lists_offered
from naoso.domains.traffic.services.writing import Actor, may, must_reach, unit_of, validated
from naoso.kernel.errors import BadInput, Conflict

OPERATE = "traffic.operate"


def save_operation(
    *, actor: Actor, operation: Operation, cameras: Iterable[CityObject], lists: Iterable[WatchList]
) -> Operation:
    """Make or change one. No list that the actor may not keep, and no camera beyond their right, comes in;
    no list goes out that they do not see.
    """
    before = Operation.objects.filter(pk=operation.pk).first()
    if before is not None:
        may(actor, OPERATE, owner_id=before.owner_id, unit_id=before.unit_id)
    chosen, gates = list(lists), list(cameras)
    operation.unit_id = unit_of(gates)
    may(actor, OPERATE, owner_id=operation.owner_id, unit_id=operation.unit_id)
    stood = before.cameras.values_list("pk", flat=True) if before is not None else ()
    must_reach(actor, OPERATE, "cameras", gates, stood)
    had = {one.pk: one for one in before.lists.all()} if before is not None else {}
    for watch_list in chosen:
        if watch_list.pk not in had:
            may(actor, "traffic.lists", owner_id=watch_list.owner_id, unit_id=watch_list.unit_id)
    seen = set(lists_offered(actor).filter(pk__in=had).values_list("pk", flat=True))
    chosen += [one for pk, one in had.items() if pk not in seen]
    validated(operation)
    with recorded(actor):
        operation.save()
        operation.cameras.set(gates)
        operation.lists.set(chosen)
    return operation


def end_operation(*, actor: Account, operation: Operation) -> Operation:
    """Before its time."""
    require(actor, OPERATE, operation)
    with recorded(actor):
        row = Operation.objects.select_for_update().get(pk=operation.pk)
        row.ended_at = row.ended_at or timezone.now()
        row.save(update_fields=["ended_at"])
    return row


def add_point(
    *, actor: Actor, operation: Operation, name: str, place: str, camera: CityObject | None = None
) -> CheckPoint:
    """A place where people stand."""
    in_force(actor, operation)
    must_reach(actor, OPERATE, "camera", [camera] if camera else [])
    row = CheckPoint(operation=operation, name=name.strip(), place=place.strip(), camera=camera)
    validated(row)
    with recorded(actor):
        row.save()
    return row


def drop_point(*, actor: Account, point: CheckPoint) -> None:
    """Raises Conflict where checks were made there."""
    in_force(actor, point.operation)
    if point.checks.exists():
        raise Conflict(_("Checks were made here: it belongs to the report."))
    with recorded(actor):
        point.delete()


def put_on_duty(*, actor: Actor, point: CheckPoint, person: Account) -> Duty:
    """Whoever stands there may check the lists of the operation."""
    in_force(actor, point.operation)
    if not person.is_active:
        raise BadInput.of("person", str(person), "active", _("This account is switched off."))
    with recorded(actor):
        row, _made = Duty.objects.get_or_create(point=point, person=person)
    return row


def take_off_duty(*, actor: Account, duty: Duty) -> None:
    """No longer there."""
    in_force(actor, duty.point.operation)
    with recorded(actor):
        duty.delete()


def in_force(actor: Actor, operation: Operation) -> None:
    """Raises NotAllowed, or Conflict once it is over."""
    may(actor, OPERATE, owner_id=operation.owner_id, unit_id=operation.unit_id)
    if operation.state == "over":
        raise Conflict(_("The operation is over."))
