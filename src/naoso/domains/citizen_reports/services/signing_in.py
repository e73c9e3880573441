"""A citizen proves an e-mail address or a phone with six digits. Never an account of the house."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naoso.core.notify.channels import channels
from naoso.core.notify.services import tell_address
from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports.models import Citizen, SignInCode
from naoso.kernel.errors import BadInput

SALT = "naoso.citizen_reports.sign_in_code"
DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = 5
CODES_PER = timedelta(hours=1)
KEPT_FOR = timedelta(days=1)
LONGEST = 254


def phones_reachable() -> bool:
    """Whether this centre has a gateway for short messages."""
    return "gateway" in channels()


def normal_address(text: str) -> str:
    """An e-mail address in small letters, or a phone as +84…; raises BadInput for anything else."""
    text = text.strip()
    if "@" in text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise BadInput.of("address", text, "email", _("This is not an e-mail address.")) from error
        return text.lower()[:LONGEST]
    digits = re.sub(r"[\s.()-]", "", text)
    digits = re.sub(r"^(?:\+?84|0)(?=\d{9}$)", "+84", digits)
    if not re.fullmatch(r"\+84\d{9}", digits):
        raise BadInput.of(
            "address", text, "address", _("Type an e-mail address, or a phone number such as 0912 345 678.")
        )
    if not phones_reachable():
        raise BadInput.of(
            "address", text, "channel", _("This centre cannot send to phones yet. Use an e-mail address.")
        )
    return digits


def is_email(address: str) -> bool:
    """A normal address is one or the other."""
    return "@" in address


def digest_of(address: str, code: str) -> str:
    """Bound to the address, so that a code opens nobody else's."""
    return salted_hmac(SALT, f"{address}:{code}", algorithm="sha256").hexdigest()


def send_code(*, address: str) -> str:
    """Send six digits, good for ten minutes; the address in its normal form. At most five an hour."""
    address = normal_address(address)
    now = timezone.now()
    if SignInCode.objects.filter(address=address, created_at__gt=now - CODES_PER).count() >= MOST_CODES:
        raise BadInput.of(
            "address", address, "limit", _("Too many codes were sent to this address. Try again in an hour.")
        )
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    with recorded(None, reason="citizen"):
        SignInCode.objects.filter(created_at__lt=now - KEPT_FOR).delete()
        SignInCode.objects.create(
            address=address, digest=digest_of(address, code), created_at=now, expires_at=now + GOOD_FOR
        )
        tell_address(
            channel="email" if is_email(address) else "gateway",
            address=address,
            title=_("Your code to sign in"),
            body=_("%(code)s is your code. It is good for ten minutes. Tell it to nobody.") % {"code": code},
        )
    return address


def check_code(*, address: str, code: str) -> str:
    """The proven address. Raises BadInput; a wrong try counts even so, and five end the code."""
    address = normal_address(address)
    given = "".join(c for c in code if c.isdecimal())
    with transaction.atomic():
        row = (
            SignInCode.objects.select_for_update()
            .filter(address=address, used_at__isnull=True, expires_at__gt=timezone.now())
            .order_by("-created_at")
            .first()
        )
        if row is None or row.tries >= MOST_TRIES:
            raise BadInput.of("code", "", "expired", _("This code is no longer good. Ask for a new one."))
        row.tries += 1
        right = constant_time_compare(row.digest, digest_of(address, given))
        if right:
            row.used_at = timezone.now()
        row.save(update_fields=["tries", "used_at"])
    if not right:
        left = MOST_TRIES - row.tries
        raise BadInput.of(
            "code", "", "wrong", _("This is not the code. %(left)s tries are left.") % {"left": left}
        )
    return address


def sign_in(*, address: str, code: str) -> Citizen:
    """The citizen of a proven address; a new one the first time."""
    proven = check_code(address=address, code=code)
    field = "email" if is_email(proven) else "phone"
    with recorded(None, reason="citizen"):
        citizen, _fresh = Citizen.objects.get_or_create(
            **{field: proven}, defaults={"language": (get_language() or "vi")[:2]}
        )
        citizen.last_seen_at = timezone.now()
        citizen.save(update_fields=["last_seen_at"])
    return citizen


def add_address(*, citizen: Citizen, address: str, code: str) -> Citizen:
    """A second way to sign in, or another in place of the first; the code proves it too."""
    proven = check_code(address=address, code=code)
    field = "email" if is_email(proven) else "phone"
    if Citizen.objects.filter(**{field: proven}).exclude(pk=citizen.pk).exists():
        raise BadInput.of(
            "address", proven, "unique", _("This address belongs to another account. Sign in with it.")
        )
    with recorded(None, reason="citizen"):
        setattr(citizen, field, proven)
        citizen.save(update_fields=[field])
    return citizen


def rename(*, citizen: Citizen, name: str) -> Citizen:
    """How officers may address the citizen; empty is fine."""
    with recorded(None, reason="citizen"):
        citizen.name = " ".join(name.split())[:120]
        citizen.save(update_fields=["name"])
    return citizen
