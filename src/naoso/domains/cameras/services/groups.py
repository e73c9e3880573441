"""Groups of cameras, and who is named for a restricted one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import ngettext

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.domains.cameras.events import group_changed
from naoso.domains.cameras.models import CameraGroup, GroupAccess
from naoso.domains.cameras.services.sources import MANAGE, Actor, validated
from naoso.kernel.errors import BadInput


def save_group(*, actor: Actor, group: CameraGroup) -> CameraGroup:
    """Enter or change a group. Who changes the owner must hold the right at both."""
    if actor is not None:
        require(actor, MANAGE, group)
        before = CameraGroup.objects.filter(pk=group.pk).first()
        if before is not None:
            require(actor, MANAGE, before)
    validated(group)
    with recorded(actor):
        group.save()
        emit(group_changed(group.pk, group.owner_id, group.unit_id))
    return group


def drop_group(*, actor: Account, group: CameraGroup) -> None:
    """An empty one goes; cameras of a group keep it, since it says who sees them and how long."""
    require(actor, MANAGE, group)
    count = group.sources.count()
    if count:
        words = ngettext(
            "The group still has %(count)s camera: move it first.",
            "The group still has %(count)s cameras: move them first.",
            count,
        )
        raise BadInput.of("group", group.name, "empty", words % {"count": count})
    with recorded(actor):
        group.delete()


def give_access(
    *, actor: Actor, group: CameraGroup, may: Sequence[str], reason: str, account: Account | None = None,
    organisation: Organisation | None = None, hours_from: dt.time | None = None,
    hours_to: dt.time | None = None, valid_to: dt.date | None = None,
) -> GroupAccess:  # fmt: skip
    """A person or a body is named for a group; their permission in its scope is still needed."""
    if actor is not None:
        require(actor, MANAGE, group)
    row = GroupAccess(
        group=group, account=account, organisation=organisation, may=list(may), hours_from=hours_from,
        hours_to=hours_to, valid_to=valid_to, reason=reason.strip(),
    )  # fmt: skip
    validated(row)
    with recorded(actor, reason):
        row.save()
        emit(group_changed(group.pk, group.owner_id, group.unit_id))
    return row


def take_access(*, actor: Account, access: GroupAccess) -> None:
    """Named no more, from this moment on."""
    require(actor, MANAGE, access.group)
    with recorded(actor):
        access.delete()
        emit(group_changed(access.group_id, access.group.owner_id, access.group.unit_id))
