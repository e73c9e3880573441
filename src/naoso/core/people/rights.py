"""Who may hand on what: nobody gives, or takes over, more than they hold themselves."""

from __future__ import annotations

from naoso.core.people.models import Account, Grant
from naoso.core.people.scope import (
    ALL_PERMISSIONS,
    Held,
    accounts_with,
    held_by,
    read_held,
    read_held_of_grant,
    scope_of,
)
from naoso.kernel.errors import NotAllowed


def holds_everywhere(account: Account, permission: str) -> bool:
    """Province-wide, without a narrower unit or domain; `*` only by who holds `*`."""
    if permission != ALL_PERMISSIONS:
        return scope_of(account, permission).everything
    return account.is_active and (
        account.is_superuser
        or any(
            h.every_owner and h.unit_ids is None and not h.domain and ALL_PERMISSIONS in h.permissions
            for h in held_by(account)
        )
    )


def require_everywhere(account: Account, permission: str) -> None:
    """Raises NotAllowed where `holds_everywhere` is False."""
    if not holds_everywhere(account, permission):
        raise NotAllowed(f"{permission} is not held everywhere by {account}")


def anyone_holds_everywhere(permission: str) -> bool:
    """Is there still an active account that can act on the whole centre?"""
    return any(holds_everywhere(account, permission) for account in accounts_with(permission).iterator())


def covers(actor: Account, wanted: Held, *, as_long: bool = False) -> bool:
    """Does the actor hold each of these permissions over all of this place, and, if asked, as long?"""
    if actor.is_superuser and actor.is_active:
        return True
    mine = [own for own in held_by(actor) if not as_long or _outlives(own, wanted)]
    return all(any(_contains(own, wanted, permission) for own in mine) for permission in wanted.permissions)


def _outlives(own: Held, wanted: Held) -> bool:
    return own.until is None or (wanted.until is not None and wanted.until <= own.until)


def _contains(own: Held, wanted: Held, permission: str) -> bool:
    if ALL_PERMISSIONS not in own.permissions and permission not in own.permissions:
        return False
    if own.domain and own.domain not in {wanted.domain, permission.partition(".")[0]}:
        return False
    if not wanted.owner_ids <= own.owner_ids:
        return False
    return own.unit_ids is None or (wanted.unit_ids is not None and wanted.unit_ids <= own.unit_ids)


def require_covers(actor: Account, grant: Grant, *, as_long: bool = False) -> None:
    """Raises NotAllowed when the grant would carry more than the actor holds, or last longer."""
    if not covers(actor, read_held_of_grant(grant), as_long=as_long):
        raise NotAllowed(f"{actor} does not hold all of {grant.role} there")


def require_covers_account(actor: Account, account: Account) -> None:
    """Raises NotAllowed when the account holds more than the actor."""
    if account.is_superuser and not actor.is_superuser:
        raise NotAllowed(f"{account} holds more than {actor}")
    if not all(covers(actor, held) for held in read_held(account)):
        raise NotAllowed(f"{account} holds more than {actor}")
