"""Reads about sources and things."""

from __future__ import annotations

import datetime as dt

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce

from naoso.core.people.models import Account
from naoso.core.registry import secrets
from naoso.core.registry.models import Source, Thing


def sources(user: Account) -> QuerySet[Source]:
    """Sources that the user may see, with their last word."""
    return Source.objects.visible_to(user).select_related("owner", "unit", "last_word")


def things(user: Account) -> QuerySet[Thing]:
    """Things that the user may see."""
    return Thing.objects.visible_to(user).select_related("owner", "unit")


def silent_sources(now: dt.datetime) -> list[Source]:
    """Enabled sources whose last word is older than they promise; one never heard counts from its secret."""
    silence = ExpressionWrapper(
        Value(now) - Coalesce(F("last_word__at"), F("secret_changed_at")), output_field=DurationField()
    )
    found = Source.objects.enabled().filter(silence_after__isnull=False).annotate(silence=silence)
    return list(found.filter(silence__gt=F("silence_after")).select_related("owner", "unit", "last_word"))


def source_of_token(token: str) -> Source | None:
    """`<code>.<secret>` → the enabled source whose secret it is; None for anything else."""
    code, _, secret = token.partition(".")
    source = Source.objects.enabled().filter(code=code).first()
    # An unknown code costs the same digest, so that codes cannot be told from the time.
    known = secrets.matches(secret, source.secret_digest if source else "0" * 64)
    return source if known else None
