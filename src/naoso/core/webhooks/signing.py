"""Standard Webhooks 1.0 (standardwebhooks.com): id, time and body are signed together.

The receiver refuses an old time and remembers the id, so that a delivery which somebody caught on its
way is worth nothing to him.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from naoso.core.registry import sealing

PREFIX = "whsec_"
PURPOSE = "webhooks.secret"


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base 64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> str:
    """The secret as it lies in the database."""
    return sealing.seal(secret, PURPOSE)


def unseal(sealed: str) -> str:
    """Inverse of `seal`; raises cryptography.fernet.InvalidToken after the centre's key was changed."""
    return sealing.unseal(sealed, PURPOSE)


def signature(secret: str, *, message_id: str, timestamp: int, body: str) -> str:
    """`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base 64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def headers(signers: Iterable[str], *, message_id: str, timestamp: int, body: str) -> dict[str, str]:
    """The three headers; while a secret is being changed both sign, apart by a blank."""
    signed = (signature(one, message_id=message_id, timestamp=timestamp, body=body) for one in signers)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }
