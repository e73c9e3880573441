"""Writes about people: each checks, writes inside `recorded`, and tells who needs to know.

`actor` None is the house itself: the seed, the first-administrator step, an import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people import rights
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Grant, Organisation, Role
from naoso.core.people.request_context import forget_held
from naoso.core.people.scope import require
from naoso.core.people.tasks import send_password_link
from naoso.core.places.models import AdminUnit
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.text import nfc

ACCOUNT_FIELDS = frozenset(
    {"username", "email", "first_name", "last_name", "organisation", "job_title", "phone", "language"}
)
ORGANISATION_FIELDS = frozenset(
    {"parent", "code", "name", "name_en", "kind", "unit", "service_area", "email", "phone"}
)


def create_organisation(*, actor: Account | None, **fields: Any) -> Organisation:
    """A new body below one that the actor manages; only who manages all may make a root."""
    organisation = Organisation(**_known(fields, ORGANISATION_FIELDS))
    _may_manage(actor, organisation.parent_id)
    return _saved_organisation(organisation, actor)


def change_organisation(*, organisation: Organisation, actor: Account | None, **fields: Any) -> Organisation:
    """Moving a body needs the right at its old and at its new place."""
    _may_manage(actor, organisation.pk)
    moved = "parent" in fields and fields["parent"] != organisation.parent
    for name, value in _known(fields, ORGANISATION_FIELDS).items():
        setattr(organisation, name, value)
    if moved:
        _may_manage(actor, organisation.parent_id)
    return _saved_organisation(organisation, actor)


def create_account(
    *, actor: Account | None, password: str | None = None, invite: bool = False, **fields: Any
) -> Account:
    """Without a password nobody can sign in with it until its owner sets one by the link sent."""
    account = Account(**_known(fields, ACCOUNT_FIELDS))
    _may_manage(actor, account.organisation_id)
    if password is None:
        account.set_unusable_password()
    else:
        _check_password(password, account)
        account.set_password(password)
    with recorded(actor):
        _save_account(account)
        if invite:
            send_password_link.defer(account_id=account.pk)
    return account


def change_account(*, account: Account, actor: Account | None, **fields: Any) -> Account:
    """A new e-mail address can take an account over, so who changes it must hold all that it holds."""
    _may_act_on(actor, account)
    for name, value in _known(fields, ACCOUNT_FIELDS).items():
        setattr(account, name, value)
    _may_manage(actor, account.organisation_id)
    with recorded(actor):
        _save_account(account)
    return account


def deactivate_account(*, account: Account, actor: Account | None, reason: str) -> None:
    """Ends the account's sessions; its rows and its trail stay."""
    _may_act_on(actor, account)
    if actor is not None and actor.pk == account.pk:
        raise BadInput.of("account", str(account), "not-self", _("Nobody switches off their own account."))
    with recorded(actor, reason):
        account.is_active = False
        account.save(update_fields=["is_active"])
        for session in UserSession.objects.filter(user=account):
            session.end()
        _someone_remains()


def reactivate_account(*, account: Account, actor: Account | None, reason: str) -> None:
    """The account may sign in again, with the grants that are still in force."""
    _may_act_on(actor, account)
    with recorded(actor, reason):
        account.is_active = True
        account.save(update_fields=["is_active"])


def invite(*, account: Account, actor: Account | None) -> None:
    """Sends the link by which the account's owner sets a password."""
    _may_act_on(actor, account)
    if not account.email:
        raise BadInput.of("email", "", "required", _("The account has no e-mail address."))
    with recorded(actor, "password link"):
        send_password_link.defer(account_id=account.pk)


def save_role(
    *,
    role: Role | None,
    actor: Account | None,
    code: str,
    name: str,
    permissions: Iterable[str],
    name_en: str = "",
) -> Role:
    """A role counts wherever it was granted, so who changes one must hold what it gains everywhere."""
    wanted = sorted(set(permissions))
    if actor is not None:
        rights.require_everywhere(actor, "people.roles")
        for permission in set(wanted) - set(role.permissions if role else ()):
            rights.require_everywhere(actor, permission)
    with recorded(actor):
        role = role or Role()
        role.code, role.name, role.name_en, role.permissions = code, nfc(name), name_en, wanted
        _checked(role)
        role.save()
    forget_held()
    return role


def give(
    *,
    account: Account,
    role: Role,
    organisation: Organisation,
    actor: Account | None,
    unit: AdminUnit | None = None,
    domain: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    reason: str = "",
) -> Grant:
    """Nobody gives what they do not hold themselves, over all of the place that they give it for."""
    grant = Grant(
        account=account,
        role=role,
        organisation=organisation,
        unit=unit,
        domain=domain,
        valid_from=valid_from or timezone.localdate(),
        valid_to=valid_to,
        reason=nfc(reason),
    )
    if grant.valid_to and grant.valid_to <= grant.valid_from:
        raise BadInput.of("valid_to", valid_to, "after-start", _("The last day must come after the first."))
    if actor is not None:
        require(actor, "people.grant", owner_id=organisation.pk, unit_id=unit.pk if unit else None)
        rights.require_covers(actor, grant, as_long=True)
    with recorded(actor, reason):
        _checked(grant)
        grant.save()
    forget_held()
    return grant


def withdraw(*, grant: Grant, actor: Account | None, reason: str) -> None:
    """The grant is gone at once; the trail keeps what it was."""
    if actor is not None:
        require(actor, "people.grant", owner_id=grant.organisation_id, unit_id=grant.unit_id)
        rights.require_covers(actor, grant)
    with recorded(actor, reason):
        grant.delete()
        forget_held()
        _someone_remains()


def _known(fields: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    unknown = set(fields) - names
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    return {k: nfc(v) if isinstance(v, str) else v for k, v in fields.items()}


def _may_manage(actor: Account | None, organisation_id: int | None) -> None:
    if actor is None:
        return
    if organisation_id is None:
        rights.require_everywhere(actor, "people.manage")
    else:
        require(actor, "people.manage", owner_id=organisation_id)


def _may_act_on(actor: Account | None, account: Account) -> None:
    if actor is None:
        return
    _may_manage(actor, account.organisation_id)
    if actor.pk != account.pk:
        rights.require_covers_account(actor, account)


def _save_account(account: Account) -> None:
    email = account.email.lower()
    if email and Account.objects.filter(email__iexact=email).exclude(pk=account.pk).exists():
        raise BadInput.of("email", email, "unique", _("Another account has this e-mail address."))
    if Account.objects.filter(username__iexact=account.username).exclude(pk=account.pk).exists():
        raise BadInput.of("username", account.username, "unique", _("Another account has this name."))
    account.email = email
    _checked(account, exclude=["password"])
    account.save()


def _saved_organisation(organisation: Organisation, actor: Account | None) -> Organisation:
    with recorded(actor):
        _checked(organisation)
        organisation.save()
    forget_held()
    return organisation


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise BadInput.of("password", "", "strength", " ".join(error.messages)) from error


def _checked(row: Account | Organisation | Role | Grant, exclude: list[str] | None = None) -> None:
    """The model's own rules, told as the house tells them."""
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        value = getattr(row, field, "") if field != "__all__" else ""
        raise BadInput.of(field, value, "form", " ".join(messages)) from error


def _someone_remains() -> None:
    """Raises Conflict, and so undoes the write, when nobody could give rights any more."""
    if not rights.anyone_holds_everywhere("people.grant"):
        raise Conflict(_("This would leave nobody who can give rights."))
