"""Which body answers for which kind, the number for SMS, how long data stay."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.domains.sos.models import Desk, Route
from naoso.domains.sos.rules import phone_of
from naoso.kernel.errors import BadInput, FieldError

SETUP = "sos.setup"


def save_route(*, actor: Account | None, kind: str, owner: Organisation) -> Route:
    """The body of a kind; the empty kind stands for all others."""
    if actor is not None:
        require(actor, SETUP)
    with recorded(actor):
        route, _made = Route.objects.update_or_create(kind=kind, defaults={"owner": owner})
    return route


def drop_route(*, actor: Account, kind: str) -> None:
    """The kind goes to whoever answers for all others."""
    require(actor, SETUP)
    with recorded(actor):
        Route.objects.filter(kind=kind).delete()


def save_desk(*, actor: Account | None, sms_number: str, keep_days: int) -> Desk:
    """Raises BadInput for a number that nobody can write to."""
    if actor is not None:
        require(actor, SETUP)
    row = Desk(sms_number=phone_of(sms_number, field="sms_number"), keep_days=keep_days)
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(f, getattr(row, f, ""), "invalid", " ".join(m))
                for f, m in error.message_dict.items()
            )
        ) from error
    with recorded(actor):
        row.save()
    return row
