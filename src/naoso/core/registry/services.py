"""Writes: who may speak to the centre, and about what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from naoso.connectors.nats.passwords import bcrypt
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.scope import require
from naoso.core.registry import secrets
from naoso.core.registry.events import source_changed
from naoso.core.registry.models import Source, SourceKind, Thing
from naoso.kernel.errors import BadInput, FieldError

if TYPE_CHECKING:
    from django.contrib.gis.geos import Point
    from django.db.models import Model

    from naoso.core.people.models import Account, Organisation
    from naoso.core.places.models import AdminUnit

MANAGE = "registry.manage"


def register_source(
    *,
    actor: Account | None,
    code: str,
    name: str,
    owner: Organisation,
    domain: str,
    kind: str = SourceKind.MQTT,
    unit: AdminUnit | None = None,
    silence_after: dt.timedelta | None = None,
    allows_history: bool = False,
    secret: str = "",
) -> tuple[Source, str]:
    """Registers a source and returns its secret, which cannot be read again afterwards."""
    _require(actor, owner_id=owner.pk, unit_id=unit.pk if unit else None)
    secret = secret or secrets.new_secret()
    source = Source(
        code=code, name=name, owner=owner, domain=domain, kind=kind, unit=unit,
        silence_after=silence_after, allows_history=allows_history,
    )  # fmt: skip
    _set_secret(source, secret)
    _validated(source)
    with recorded(actor):
        source.save()
        emit(source_changed(source, "registered"))
    return source, secret


def rotate_secret(*, source: Source, actor: Account | None) -> str:
    """A new secret; the old one stops working as soon as the stream's server has reloaded."""
    _require(actor, source)
    secret = secrets.new_secret()
    with recorded(actor):
        _set_secret(source, secret)
        source.save(update_fields=["secret_digest", "secret_bcrypt", "secret_changed_at"])
        emit(source_changed(source, "secret_rotated"))
    return secret


def disable_source(*, source: Source, actor: Account | None, reason: str) -> None:
    """The source is refused from now on; what it sent stays."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", "say why the source is switched off")
    _set_enabled(source, actor, enabled=False, reason=reason)


def enable_source(*, source: Source, actor: Account | None) -> None:
    """The source may speak again, with the secret that it had."""
    _set_enabled(source, actor, enabled=True)


def register_thing(
    *,
    actor: Account | None,
    kind: str,
    code: str,
    name: str,
    owner: Organisation,
    domain: str,
    unit: AdminUnit | None = None,
    point: Point | None = None,
    source: Source | None = None,
    silence_after: dt.timedelta | None = None,
) -> Thing:
    """Registers a thing of the city; its series are registered beside it in telemetry."""
    _require(actor, owner_id=owner.pk, unit_id=unit.pk if unit else None)
    thing = Thing(
        kind=kind, code=code, name=name, owner=owner, domain=domain, unit=unit, point=point, source=source,
        silence_after=silence_after,
    )  # fmt: skip
    _validated(thing)
    with recorded(actor):
        thing.save()
    return thing


def _set_enabled(source: Source, actor: Account | None, *, enabled: bool, reason: str = "") -> None:
    _require(actor, source)
    with recorded(actor, reason):
        source.enabled = enabled
        source.save(update_fields=["enabled"])
        emit(source_changed(source, "enabled" if enabled else "disabled"))


def _set_secret(source: Source, secret: str) -> None:
    source.secret_digest = secrets.digest(secret)
    source.secret_bcrypt = bcrypt(secret)
    source.secret_changed_at = timezone.now()


def _require(
    actor: Account | None,
    obj: Model | None = None,
    *,
    owner_id: int | None = None,
    unit_id: int | None = None,
) -> None:
    """The house itself (actor None) may register; a person needs the right for that owner and unit."""
    if actor is not None:
        require(actor, MANAGE, obj, owner_id=owner_id, unit_id=unit_id)


def _validated(row: Model) -> None:
    """Django's checks, told as the house tells errors."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(field, getattr(row, field, ""), "invalid", " ".join(messages))
                for field, messages in error.message_dict.items()
            )
        ) from error
