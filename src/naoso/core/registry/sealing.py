"""Secrets that must be read again, such as a camera's password: encrypted at rest with the centre's key.

Whoever takes a copy of the database alone cannot read them. After the centre's key was changed they must
be entered again.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def seal(secret: str, purpose: str) -> str:
    """As it lies in the database; `purpose` keeps the key of one kind of secret from opening another."""
    return _box(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Inverse of `seal`; raises cryptography.fernet.InvalidToken after the centre's key was changed."""
    return _box(purpose).decrypt(sealed.encode()).decode()


def _box(purpose: str) -> Fernet:
    key = hashlib.sha256(f"naoso.{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
