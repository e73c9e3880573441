"""What every write of traffic needs."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.traffic.selectors.reach import cameras_within
from naoso.kernel.errors import BadInput, FieldError

Actor = Account | None
"""None is the house itself: the seed."""


def may(actor: Actor, permission: str, *, owner_id: int, unit_id: int | None = None) -> None:
    """Raises NotAllowed; the house itself may."""
    if actor is not None:
        require(actor, permission, owner_id=owner_id, unit_id=unit_id)


def must_reach(
    actor: Actor,
    permission: str,
    field: str,
    cameras: Iterable[CityObject],
    chosen: Iterable[int] = (),
) -> None:
    """Raises BadInput for cameras that the actor's right does not reach; what stood there may stay."""
    new = {camera.pk: camera for camera in cameras}
    for pk in chosen:
        new.pop(pk, None)
    if actor is None or not new:
        return
    for pk in cameras_within(actor, permission).filter(pk__in=new).values_list("pk", flat=True):
        new.pop(pk)
    if new:
        codes = ", ".join(sorted(camera.code for camera in new.values()))
        raise BadInput.of(field, codes, "reach", _("Your right does not reach these cameras: %s.") % codes)


def unit_of(cameras: Iterable[CityObject]) -> int | None:
    """The unit in which all of them stand; None where there is none such."""
    units = {camera.unit_id for camera in cameras}
    return units.pop() if len(units) == 1 else None


def validated(row: Model) -> None:
    """Django's checks, told as the house tells errors."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(field, str(getattr(row, field, "")), "invalid", " ".join(messages))
                for field, messages in error.message_dict.items()
            )
        ) from error
