"""Keys of other systems: made, shown once, switched off."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.models import ApiKey, OutsideBody
from naoso.kernel.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from naoso.core.people.models import Account, Organisation

EDIT = "citizen_reports.edit_settings"
PREFIX = "nso_"
SHOWN = 8


def digest(key: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.strip().encode()).hexdigest()


def make_key(
    *,
    actor: Account,
    name: str,
    owner: Organisation,
    contact: str = "",
    body: OutsideBody | None = None,
    per_hour: int = 600,
) -> tuple[ApiKey, str]:
    """A key and its text, which cannot be read again."""
    require(actor, EDIT, owner_id=owner.pk)
    if not name.strip():
        raise BadInput.of("name", name, "required", _("Name the system."))
    text = PREFIX + secrets.token_urlsafe(32)
    with recorded(actor):
        key = ApiKey.objects.create(
            name=name.strip(), owner=owner, contact=contact, body=body, per_hour=per_hour,
            digest=digest(text), hint=text[:SHOWN], created_by=actor,
        )  # fmt: skip
    return key, text


def switch_key(*, key: ApiKey, actor: Account, on: bool, reason: str = "") -> None:
    """Off at once, or on again; what it sent stays."""
    require(actor, EDIT, owner_id=key.owner_id)
    with recorded(actor, reason):
        ApiKey.objects.filter(pk=key.pk).update(enabled=on)


def key_of(text: str) -> ApiKey | None:
    """The enabled key; that it was used is noted once a minute at most."""
    if not text:
        return None
    key = ApiKey.objects.filter(digest=digest(text), enabled=True).select_related("body").first()
    if key is not None:
        now = timezone.now()
        late = Q(last_used_at=None) | Q(last_used_at__lt=minute_before(now))
        ApiKey.objects.filter(late, pk=key.pk).update(last_used_at=now)
    return key


def minute_before(at: datetime) -> datetime:
    """The beginning of this minute: an update for every call would make the row hot."""
    return at.replace(second=0, microsecond=0)
