"""Browsers that asked for web push."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from naoso.core.notify.models import PushSubscription
from naoso.core.people.models import Account
from naoso.kernel.errors import BadInput


def public_key() -> str:
    """The application server key that browsers want (RFC 8292 3.2); empty when push is off."""
    text = settings.PUSH_PRIVATE_KEY
    if not text:
        return ""
    number = int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def subscribe(*, account: Account, given: Any) -> PushSubscription:
    """Keep a subscription; the same browser twice is one row. Raises BadInput naming the member."""
    keys = given.get("keys") if isinstance(given, dict) else None
    endpoint = given.get("endpoint") if isinstance(given, dict) else None
    if not isinstance(endpoint, str) or urlsplit(endpoint).scheme != "https" or len(endpoint) > 500:
        raise BadInput.of(
            "endpoint", endpoint, "https-url", "must be an https address of at most 500 characters"
        )
    if not isinstance(keys, dict) or not all(isinstance(keys.get(k), str) for k in ("p256dh", "auth")):
        raise BadInput.of("keys", keys, "required", "must hold p256dh and auth")
    row, _fresh = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={"account": account, "p256dh": keys["p256dh"][:120], "auth": keys["auth"][:60]},
    )
    return row
