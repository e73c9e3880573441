"""What one account may hear of; equal ears hear equal things, so listeners are grouped by them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

from naoso.core.people.models import Account
from naoso.core.people.scope import Held, read_held
from naoso.kernel.events import Audience


@dataclass(frozen=True, slots=True)
class Ears:
    """Grants in force, spelled out; `everything` is the superuser."""

    held: tuple[Held, ...] = ()
    everything: bool = False

    def hear(self, audience: Audience) -> bool:
        """The rule of `Scope.admits`, for a permission that the event names."""
        if audience.account_id is not None:
            return False  # told to that account alone, see Hub
        if self.everything:
            return True
        return any(grant.gives(audience.permission) and reaches(grant, audience) for grant in self.held)


def reaches(grant: Held, audience: Audience) -> bool:
    """Owner inside the grant's organisations and, where it names a unit, unit inside its area."""
    if grant.every_owner and grant.unit_ids is None:
        return True
    inside = audience.owner_id in grant.owner_ids
    return inside and (grant.unit_ids is None or audience.unit_id in grant.unit_ids)


def ears_of(account: Account) -> Ears:
    """Read afresh: one query."""
    if account.is_superuser:
        return Ears(everything=True)
    return Ears(held=read_held(account))


def still_here(session: SessionBase, account_id: int) -> Ears | None:
    """None once the session was ended or the account switched off; otherwise the grants of now."""
    fresh = type(session)(session.session_key)
    if str(fresh.get(SESSION_KEY, "")) != str(account_id):
        return None
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    return ears_of(account) if account else None
