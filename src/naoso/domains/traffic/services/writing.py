"""What every write of traffic needs."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Model

from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.kernel.errors import BadInput, FieldError

Actor = Account | None
"""None is the house itself: the seed."""


def may(actor: Actor, permission: str, *, owner_id: int, unit_id: int | None = None) -> None:
    """Raises NotAllowed; the house itself may."""
    if actor is not None:
        require(actor, permission, owner_id=owner_id, unit_id=unit_id)


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
