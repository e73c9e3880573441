"""Secrets of sources: made here, shown once, kept as digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings


def new_secret() -> str:
    """256 random bits in URL-safe letters."""
    return secrets.token_urlsafe(32)


def demo_secret(code: str) -> str:
    """The secret of a demonstration source: the simulators derive it as the seed does."""
    return hmac.new(_key("demo"), code.encode(), hashlib.sha256).hexdigest()


def digest(secret: str) -> str:
    """The keyed digest that an HTTP token is checked against: cheap enough for every request."""
    return hmac.new(_key("source"), secret.encode(), hashlib.sha256).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(digest(secret), stored)


def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"naoso.registry.{purpose}:{settings.SECRET_KEY}".encode()).digest()
