"""Who may see and do what, where.

A grant admits a row when the row's owner lies in the grant's organisation subtree and, where the
grant names a unit, the row's unit lies in that unit's area. A unit's area is the unit, all below
it, all that these came from, and what they wholly became: an officer of a new ward sees the papers
of its old wards, and a grant on an old ward goes on in the ward that took it whole. A part of a
split ward does not open the rest of the ward that took it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from naoso.core.people import request_context
from naoso.core.people.models import Account, Grant
from naoso.kernel.errors import NotAllowed

ALL_PERMISSIONS = "*"
HELD_FOR_S = 5.0  # a long-lived request, such as a live feed, notices a withdrawn grant after this

User = AbstractBaseUser | AnonymousUser
M_co = TypeVar("M_co", bound=models.Model, covariant=True)

# people_reach() spells a grant out: the organisations below, and the units of its area.
OF_ACCOUNT = """
SELECT r.permissions, g.domain, g.valid_to, g.unit_id IS NOT NULL, reach.owners, reach.units,
       (SELECT count(*) FROM people_organisation)
FROM people_grant g JOIN people_role r ON r.id = g.role_id, people_reach(g.organisation_id, g.unit_id) reach
WHERE g.account_id = %(account)s AND g.valid_from <= %(day)s
  AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
ORDER BY g.id
"""
OF_GRANT = """
SELECT %(permissions)s::text[], %(domain)s::text, %(until)s::date, %(unit)s::bigint IS NOT NULL,
       reach.owners, reach.units, (SELECT count(*) FROM people_organisation)
FROM people_reach(%(organisation)s, %(unit)s) reach
"""
REACHES = """
SELECT given.owner, given.unit, reach.owners, reach.units
FROM unnest(%s::bigint[], %s::bigint[]) AS given (owner, unit), people_reach(given.owner, given.unit) reach
"""

# The same relation read backwards: which grants' units admit a row of this unit.
ADMITTING_UNITS_SQL = """
WITH RECURSIVE later (id) AS (
    SELECT %(unit)s::bigint
    UNION
    SELECT step.later FROM later l JOIN (
        SELECT old_id AS earlier, new_id AS later FROM places_unitchange
        UNION ALL
        SELECT id, parent_id FROM places_adminunit WHERE parent_id IS NOT NULL
    ) step ON step.earlier = l.id
), earlier (id) AS (
    SELECT %(unit)s::bigint
    UNION
    SELECT c.old_id FROM earlier e JOIN places_unitchange c ON c.new_id = e.id AND c.whole
), above (id) AS (
    SELECT id FROM later UNION SELECT id FROM earlier
    UNION
    SELECT u.parent_id FROM above a JOIN places_adminunit u ON u.id = a.id WHERE u.parent_id IS NOT NULL
)
SELECT id FROM above
"""

Binding = tuple[frozenset[int], frozenset[int] | None]


@dataclass(frozen=True, slots=True)
class Held:
    """One grant in force, spelled out into ids."""

    permissions: frozenset[str]
    domain: str
    owner_ids: frozenset[int]
    unit_ids: frozenset[int] | None
    every_owner: bool
    until: dt.date | None = None

    def gives(self, permission: str) -> bool:
        """The role holds it, and the grant is not narrowed to another domain."""
        if self.domain and permission.partition(".")[0] != self.domain:
            return False
        return permission in self.permissions or ALL_PERMISSIONS in self.permissions


@dataclass(frozen=True, slots=True)
class Scope:
    """Where one user holds one permission; equal scopes see equal rows, so clients group by it."""

    everything: bool = False
    bindings: tuple[Binding, ...] = ()

    def __bool__(self) -> bool:
        return self.everything or bool(self.bindings)

    def admits(self, owner_id: int | None, unit_id: int | None) -> bool:
        """May the holder act on a row of this owner in this unit?"""
        return self.everything or any(
            owner_id in owners and (units is None or unit_id in units) for owners, units in self.bindings
        )

    def q(self, owner_path: str, unit_path: str) -> Q:
        """The same as a filter; nothing held filters everything out."""
        if self.everything:
            return Q()
        condition = Q(pk__in=())
        for owners, units in self.bindings:
            inside = Q(**{f"{owner_path}__in": owners})
            if units is not None:
                inside &= Q(**{f"{unit_path}__in": units}) if unit_path else Q(pk__in=())
            condition |= inside
        return condition


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


class ScopedQuerySet(models.QuerySet[M_co]):
    """For rows with an owner organisation and perhaps a unit; `visible_to` is the only way in."""

    view_permission: ClassVar[str]
    owner_path: ClassVar[str] = "owner_id"
    unit_path: ClassVar[str] = "unit_id"

    def visible_to(self, user: User) -> Self:
        """Rows on which the user holds `view_permission`; the anonymous see none."""
        return self.permitted_to(user, self.view_permission)

    def permitted_to(self, user: User, permission: str) -> Self:
        """Rows on which the user holds another permission, such as the right to change them."""
        return self.filter(scope_of(user, permission).q(self.owner_path, self.unit_path))


def scope_of(user: User, permission: str) -> Scope:
    """Where the user holds this permission today."""
    if not isinstance(user, Account) or not user.is_active:
        return NOTHING
    if user.is_superuser:
        return EVERYTHING
    bindings: set[Binding] = set()
    for held in held_by(user):
        if not held.gives(permission):
            continue
        if held.every_owner and held.unit_ids is None:
            return EVERYTHING
        bindings.add((held.owner_ids, held.unit_ids))
    return Scope(bindings=tuple(sorted(bindings, key=lambda b: (sorted(b[0]), sorted(b[1] or ())))))


def held_by(account: Account) -> tuple[Held, ...]:
    """The account's grants in force; within one request they are read once."""
    context = request_context.current()
    kept = context.held.get(account.pk) if context else None
    if kept and time.monotonic() - kept[0] < HELD_FOR_S:
        return kept[1]  # type: ignore[no-any-return]
    held = read_held(account)
    if context:
        context.held[account.pk] = (time.monotonic(), held)
    return held


def read_held(account: Account) -> tuple[Held, ...]:
    """One query: grants, their organisations' subtrees, their units' areas."""
    return _spelled_out(OF_ACCOUNT, {"account": account.pk, "day": timezone.localdate()})


def read_held_of_grant(grant: Grant) -> Held:
    """What a grant gives, or would give once it is saved."""
    (held,) = _spelled_out(
        OF_GRANT,
        {
            "organisation": grant.organisation_id,
            "unit": grant.unit_id,
            "domain": grant.domain,
            "until": grant.valid_to,
            "permissions": grant.role.permissions,
        },
    )
    return held


def _spelled_out(sql: str, values: dict[str, Any]) -> tuple[Held, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return tuple(
        Held(
            permissions=frozenset(permissions),
            domain=domain,
            owner_ids=frozenset(owners),
            unit_ids=frozenset(units) if narrowed else None,
            every_owner=len(owners) == bodies,
            until=until,
        )
        for permissions, domain, until, narrowed, owners, units, bodies in rows
    )


def reaches(bodies: Iterable[tuple[int, int | None]]) -> dict[tuple[int, int | None], Scope]:
    """How far bodies, or bodies within a unit, reach: as a grant to them would. One query for all."""
    asked = list(dict.fromkeys(bodies))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(REACHES, [[owner for owner, _unit in asked], [unit for _owner, unit in asked]])
        rows = cursor.fetchall()
    return {
        (owner, unit): Scope(bindings=((frozenset(owners), None if unit is None else frozenset(units)),))
        for owner, unit, owners, units in rows
    }


def allowed(
    user: User,
    permission: str,
    obj: Any = None,
    *,
    owner_id: int | None = None,
    unit_id: int | None = None,
) -> bool:
    """With an object or an owner: there; with neither: anywhere."""
    scope = scope_of(user, permission)
    if obj is not None:
        owner_id, unit_id = obj.owner_id, getattr(obj, "unit_id", None)
    if obj is None and owner_id is None and unit_id is None:
        return bool(scope)
    return scope.admits(owner_id, unit_id)


def require(
    user: User,
    permission: str,
    obj: Any = None,
    *,
    owner_id: int | None = None,
    unit_id: int | None = None,
) -> None:
    """Raises NotAllowed where `allowed` is False."""
    if not allowed(user, permission, obj, owner_id=owner_id, unit_id=unit_id):
        raise NotAllowed(f"{permission} is not held here by {user}")


def accounts_with(
    permission: str, *, owner_id: int | None = None, unit_id: int | None = None
) -> models.QuerySet[Account]:
    """Active accounts that may act there: whom to tell, whom a task can be given to."""
    domain = permission.partition(".")[0]
    grants = Q(
        Q(grants__role__permissions__contains=[permission])
        | Q(grants__role__permissions__contains=[ALL_PERMISSIONS]),
        Q(grants__domain="") | Q(grants__domain=domain),
        Q(grants__valid_to__isnull=True) | Q(grants__valid_to__gt=timezone.localdate()),
        grants__valid_from__lte=timezone.localdate(),
    )
    if owner_id is not None:
        grants &= Q(grants__organisation_id__in=_organisations_above(owner_id))
    if unit_id is not None:
        grants &= Q(grants__unit__isnull=True) | Q(grants__unit_id__in=_units_admitting(unit_id))
    elif owner_id is not None:
        grants &= Q(grants__unit__isnull=True)
    return Account.objects.filter(Q(is_superuser=True) | grants, is_active=True).distinct()


def _organisations_above(owner_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE above (id) AS (SELECT %s::bigint UNION
               SELECT o.parent_id FROM above a JOIN people_organisation o ON o.id = a.id
               WHERE o.parent_id IS NOT NULL) SELECT id FROM above""",
            [owner_id],
        )
        return [row[0] for row in cursor.fetchall()]


def _units_admitting(unit_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(ADMITTING_UNITS_SQL, {"unit": unit_id})
        return [row[0] for row in cursor.fetchall()]
