"""The first administrator of an empty centre: whoever can read what the start printed."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from naoso.core.people import services
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, FirstCode, Organisation, OrganisationKind
from naoso.core.people.seed import seed_roles
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.ids import normalise_code, readable_code

TRIES = 10


def needed() -> bool:
    """True while nobody can sign in."""
    return not Account.objects.exists()


def create_first_code() -> str:
    """A fresh code, to be printed once; only its digest is kept, and the old one is void."""
    if not needed():
        raise Conflict("this centre has accounts already")
    code = readable_code(12)
    with recorded(None, "first administrator"):
        FirstCode.objects.update_or_create(only=True, defaults={"digest": _digest(code), "tries": 0})
    return code


def claim(*, code: str, organisation_name: str, password: str, **person: Any) -> Account:
    """Makes the usual roles, the root organisation and its administrator; the code is void then."""
    _spend_try(code)
    try:
        validate_password(password, Account(username=person["username"], email=person["email"]))
    except ValidationError as error:
        raise BadInput.of("password", "", "strength", " ".join(error.messages)) from error
    with recorded(None, "first administrator"):
        FirstCode.objects.select_for_update().get()
        if not needed():
            raise Conflict(_("This centre has accounts already."))
        root = Organisation.objects.filter(parent=None).first() or services.create_organisation(
            actor=None, code="root", name=organisation_name, kind=OrganisationKind.PROVINCE
        )
        account = services.create_account(actor=None, organisation=root, password=password, **person)
        role = seed_roles()["administrator"]
        services.give(account=account, role=role, organisation=root, actor=None, reason="first administrator")
        FirstCode.objects.all().delete()
    return account


def _spend_try(code: str) -> None:
    """Committed before the code is judged, so that a guess always counts."""
    with transaction.atomic():
        counted = FirstCode.objects.filter(tries__lt=TRIES).update(tries=F("tries") + 1)
        kept = FirstCode.objects.first()
    if not counted or kept is None or not hmac.compare_digest(kept.digest, _digest(normalise_code(code))):
        raise BadInput.of(
            "code",
            "",
            "valid",
            _("This code is not valid. Start the centre again for a new one after ten tries."),
        )


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
