"""Small worlds for tests: units, bodies, accounts, roles."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Point

from naoso.core.people.models import Account, Grant, Organisation, OrganisationKind, Role
from naoso.core.places.models import AdminUnit, UnitChange, UnitKind

TODAY_SINCE = dt.date(2025, 7, 1)


def unit(code: str, name: str, parent: AdminUnit | None = None, **more: Any) -> AdminUnit:
    """A ward of today, unless told otherwise."""
    defaults = {"kind": UnitKind.WARD, "valid_from": TODAY_SINCE, "centre": Point(105.85, 21.47)}
    return AdminUnit.objects.create(code=code, name=name, parent=parent, **(defaults | more))


def old_unit(code: str, name: str, became: AdminUnit, *, whole: bool = True) -> AdminUnit:
    """A ward that ended on 1 July 2025."""
    old = unit(code, name, valid_from=dt.date(2020, 1, 1), valid_to=TODAY_SINCE)
    UnitChange.objects.create(old=old, new=became, effective=TODAY_SINCE, whole=whole)
    return old


def body(code: str, parent: Organisation | None = None, **more: Any) -> Organisation:
    """A department, unless told otherwise."""
    defaults = {"name": code.upper(), "kind": OrganisationKind.DEPARTMENT}
    return Organisation.objects.create(code=code, parent=parent, **(defaults | more))


def role(code: str, *permissions: str) -> Role:
    """A role that holds these permissions."""
    return Role.objects.create(code=code, name=code, permissions=list(permissions))


def account(username: str, organisation: Organisation | None = None, **more: Any) -> Account:
    """An active account without a usable password."""
    made = Account(username=username, organisation=organisation, email=f"{username}@example.vn", **more)
    made.set_unusable_password()
    made.save()
    return made


def grant(to: Account, role: Role, organisation: Organisation, **more: Any) -> Grant:
    """In force since long ago, unless told otherwise."""
    return Grant.objects.create(
        account=to, role=role, organisation=organisation, **({"valid_from": TODAY_SINCE} | more)
    )
