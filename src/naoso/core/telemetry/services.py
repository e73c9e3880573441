"""Writes: which series there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from naoso.core.people.audit import recorded
from naoso.core.people.scope import require
from naoso.core.telemetry.models import Series
from naoso.kernel.errors import BadInput, FieldError

if TYPE_CHECKING:
    from naoso.core.people.models import Account
    from naoso.core.registry.models import Source, Thing

MANAGE = "registry.manage"


def register_series(
    *,
    actor: Account | None,
    key: str,
    source: Source,
    thing: Thing,
    property: str,  # noqa: A002 - the field's own word
    unit: str,
    low: float,
    high: float,
) -> Series:
    """From now on readings of this key by this source are taken."""
    if actor is not None:
        require(actor, MANAGE, thing)
    series = Series(
        key=key, source=source, thing=thing, property=property, unit=unit, low=low, high=high
    )  # fmt: skip
    try:
        series.full_clean()
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(field, getattr(series, field, ""), "invalid", " ".join(messages))
                for field, messages in error.message_dict.items()
            )
        ) from error
    with recorded(actor):
        series.save()
    return series
