"""Citizens ask to be warned, without an account: a browser by web push, a phone number by SMS or Zalo."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.notify.services import tell_address
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import unit_at
from naoso.domains.warnings.models import ChannelName, Device
from naoso.domains.warnings.vocabulary import Language
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

PHONE = re.compile(r"0\d{9}")
CODE_FOR = dt.timedelta(minutes=15)
MOST_TRIES = 5
MOST_UNITS = 92
UNCONFIRMED_FOR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """Where somebody wants to be warned: units, a place, or both; `consent` is asked for, never assumed."""

    units: tuple[int, ...] = ()
    point: LonLat | None = None
    language: str = Language.VI
    consent: bool = False


def subscribe_push(*, given: Any, wish: Wish) -> Device:
    """A browser's subscription (W3C Push API JSON); the same browser again changes its wishes."""
    keys = given.get("keys") if isinstance(given, dict) else None
    endpoint = given.get("endpoint") if isinstance(given, dict) else None
    if not isinstance(endpoint, str) or urlsplit(endpoint).scheme != "https" or len(endpoint) > 1000:
        raise BadInput.of("endpoint", endpoint, "https-url", _("The browser gave no address to send to."))
    if not isinstance(keys, dict) or not _are_keys(keys):
        raise BadInput.of("keys", keys, "required", _("The browser gave no keys."))
    address = json.dumps({"endpoint": endpoint, "keys": {k: keys[k] for k in ("p256dh", "auth")}})
    return _keep(ChannelName.PUSH, endpoint, address, wish, verified_at=timezone.now())


def _are_keys(keys: dict[str, Any]) -> bool:
    """A point of P-256, not compressed, and 16 bytes (RFC 8291, 2 and 3.2), in base64url."""
    try:
        point, secret = (
            base64.urlsafe_b64decode(keys[name] + "=" * (-len(keys[name]) % 4)) for name in ("p256dh", "auth")
        )
    except (KeyError, TypeError, ValueError):
        return False
    return len(point) == 65 and point[0] == 4 and len(secret) == 16


def subscribe_phone(*, phone: str, wish: Wish) -> Device:
    """A number; nothing but a code is sent to it before the code comes back."""
    number = re.sub(r"[\s.\-]", "", phone).replace("+84", "0", 1)
    if not PHONE.fullmatch(number):
        raise BadInput.of("phone", phone, "phone", _("A number has ten digits and begins with 0."))
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        device = _keep(ChannelName.GATEWAY, number, number, wish)
        device.code_digest, device.code_tries = digest_of(code), 0
        device.code_until = timezone.now() + CODE_FOR
        device.save(update_fields=["code_digest", "code_tries", "code_until"])
        tell_address(
            channel="gateway",
            address=number,
            title=_("Your code for public warnings: %(code)s") % {"code": code},
            body=_("It is valid for 15 minutes. If you did not ask for it, do nothing."),
        )
    return device


def confirm(*, device: Device, code: str) -> Device:
    """The code came back; five tries, then a new one must be asked for."""
    now = timezone.now()
    Device.objects.filter(pk=device.pk).update(code_tries=F("code_tries") + 1)
    device.refresh_from_db()
    late = device.code_until is None or device.code_until < now
    if late or device.code_tries > MOST_TRIES or not device.code_digest:
        raise BadInput.of("code", "", "expired", _("This code is no longer valid. Ask for a new one."))
    if not hmac.compare_digest(device.code_digest, digest_of(code.strip())):
        raise BadInput.of("code", "", "wrong", _("This is not the code that we sent."))
    device.verified_at, device.code_digest, device.code_until = now, "", None
    device.save(update_fields=["verified_at", "code_digest", "code_until"])
    return device


def change(*, device: Device, wish: Wish) -> Device:
    """Other units, another place, another language."""
    _fill(device, wish)
    device.save()
    return device


def stop(*, device: Device) -> None:
    """The row goes, with its address; figures of warnings that were sent stay."""
    device.delete()


def drop_unconfirmed() -> int:
    """Numbers whose code never came back are forgotten after a day."""
    old = Device.objects.filter(verified_at=None, consent_at__lt=timezone.now() - UNCONFIRMED_FOR)
    return old.delete()[0]


def device_of(token: uuid.UUID) -> Device | None:
    """By the secret that its owner holds."""
    return Device.objects.filter(token=token).first()


def digest_of(text: str) -> str:
    """Keyed: a table of all phone numbers does not open it."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _keep(channel: str, identity: str, address: str, wish: Wish, **values: Any) -> Device:
    key = digest_of(identity)
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(channel=channel, key=key).first()
        device = device or Device(channel=channel, key=key)
        _fill(device, wish)
        device.address, device.consent_at = address, timezone.now()
        for name, value in values.items():
            setattr(device, name, value)
        device.save()
    return device


def _fill(device: Device, wish: Wish) -> None:
    if not wish.consent:
        raise BadInput.of("consent", "", "required", _("Agree first: without that nothing is kept."))
    units = known_units(wish.units)
    if not units and wish.point is None:
        raise BadInput.of("units", "", "required", _("Choose communes or wards, or set your place."))
    if wish.language not in Language.values:
        raise BadInput.of("language", wish.language, "known", _("Choose one of the languages."))
    device.units, device.language = units, wish.language
    device.point, device.point_unit = None, None
    if wish.point is not None:
        here = unit_at(wish.point)
        device.point = Point(wish.point.lon, wish.point.lat, srid=4326)
        device.point_unit = here.pk if here else None


def known_units(wanted: Iterable[int]) -> list[int]:
    """Units of today alone."""
    ids = list(wanted)[:MOST_UNITS]
    return sorted(AdminUnit.objects.filter(pk__in=ids, valid_to=None).values_list("pk", flat=True))
